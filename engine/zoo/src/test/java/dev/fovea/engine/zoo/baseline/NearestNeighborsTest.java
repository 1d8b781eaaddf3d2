package dev.fovea.engine.zoo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.baseline.NearestNeighbors.Distance;
import dev.fovea.engine.zoo.baseline.NearestNeighbors.Score;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NearestNeighborsTest {
  private static final Backend BACKEND = Backends.defaultBackend();

  private static Tensor random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(rows, columns);
    for (int i = 0; i < x.size(); i++) {
      x.array()[i] = random.nextInt(256);
    }
    return x;
  }

  private static LabelledVectors labelled(Tensor x, int classes) {
    return new LabelledVectors(
        x, IntStream.range(0, x.shape().dim(0)).map(i -> i % classes).toArray(), classes);
  }

  /** In double, one pair at a time. */
  private static double distance(Tensor a, int i, Tensor b, int j, Distance distance) {
    int columns = a.shape().dim(1);
    double sum = 0;
    for (int c = 0; c < columns; c++) {
      double d = a.get(i * columns + c) - b.get(j * columns + c);
      sum += distance == Distance.L1 ? Math.abs(d) : d * d;
    }
    return sum;
  }

  /** Sizes beyond one block of queries and of rows, and columns that do not fill the lanes. */
  @ParameterizedTest
  @EnumSource(Distance.class)
  void findsTheSameAsSortingAllDistances(Distance distance) {
    Tensor training = random(NearestNeighbors.ROWS + 37, 21, 1);
    Tensor queries = random(NearestNeighbors.QUERIES + 3, 21, 2);
    int[][] nearest =
        new NearestNeighbors(labelled(training, 3), distance, BACKEND, 2).nearest(queries, 5);
    for (int q : new int[] {0, 1, 64, NearestNeighbors.QUERIES, NearestNeighbors.QUERIES + 2}) {
      int[] expected =
          IntStream.range(0, training.shape().dim(0))
              .boxed()
              .sorted(Comparator.comparingDouble(t -> distance(queries, q, training, t, distance)))
              .limit(5)
              .mapToInt(t -> t)
              .toArray();
      for (int n = 0; n < 5; n++) {
        // Equal distances may come in either order: centring rounds.
        assertEquals(
            distance(queries, q, training, expected[n], distance),
            distance(queries, q, training, nearest[q][n], distance),
            1e-3);
      }
    }
  }

  @Test
  void aLargeCommonOffsetDoesNotDrownTheDifferences() {
    float[] x = {10_000, 10_000, 10_001, 10_000, 10_003, 10_000};
    LabelledVectors data =
        new LabelledVectors(Tensor.of(Shape.of(3, 2), x), new int[] {0, 1, 2}, 3);
    Tensor query = Tensor.of(Shape.of(1, 2), 10_001.75f, 10_000);
    assertArrayEquals(
        new int[] {1, 2, 0},
        new NearestNeighbors(data, Distance.L2, BACKEND, 1).nearest(query, 3)[0]);
  }

  @Test
  void theMajorityDecidesAndTheLowestClassWinsATie() {
    Tensor x = Tensor.of(Shape.of(5, 1), 0, 1, 2, 3, 4);
    LabelledVectors data = new LabelledVectors(x, new int[] {2, 1, 1, 2, 0}, 3);
    NearestNeighbors neighbors = new NearestNeighbors(data, Distance.L1, BACKEND, 1);
    Tensor query = Tensor.of(Shape.of(1, 1), -1);
    assertArrayEquals(new int[] {2}, neighbors.classify(query, 1));
    assertArrayEquals(new int[] {1}, neighbors.classify(query, 2));
    assertArrayEquals(new int[] {1}, neighbors.classify(query, 3));
    assertArrayEquals(new int[] {1}, neighbors.classify(query, 4));
    assertArrayEquals(new int[] {1}, neighbors.classify(query, 5));
  }

  @Test
  void threadsDoNotChangeTheResult() {
    LabelledVectors data = labelled(random(500, 33, 3), 4);
    Tensor queries = random(70, 33, 4);
    for (Distance distance : Distance.values()) {
      int[][] one = new NearestNeighbors(data, distance, BACKEND, 1).nearest(queries, 9);
      int[][] three = new NearestNeighbors(data, distance, BACKEND, 3).nearest(queries, 9);
      for (int i = 0; i < one.length; i++) {
        assertArrayEquals(one[i], three[i]);
      }
    }
  }

  /** Two clouds with some wrong labels: one neighbour believes them, many do not. */
  @Test
  void crossValidationFindsThatManyNeighboursStandNoise() {
    Random random = new Random(5);
    int n = 400;
    Tensor x = Tensor.zeros(n, 2);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      int cloud = i % 2;
      labels[i] = random.nextInt(5) == 0 ? 1 - cloud : cloud;
      x.array()[2 * i] = (float) (4 * cloud + random.nextGaussian());
      x.array()[2 * i + 1] = (float) random.nextGaussian();
    }
    List<Score> scores =
        NearestNeighbors.crossValidate(
            new LabelledVectors(x, labels, 2), Distance.L2, new int[] {1, 15}, 5, 1, BACKEND, 1);
    assertEquals(5, scores.get(0).accuracies().size());
    // Believing wrong labels: right in 0.8^2 + 0.2^2 = 68 % of the cases, else in 80 %.
    assertTrue(scores.get(1).mean() > scores.get(0).mean() + 0.05, scores.toString());
  }

  @Test
  void randomProjectionsKeepDistances() {
    int from = 3072;
    int to = 512;
    Tensor x = random(40, from, 6);
    Tensor y = new RandomProjection(from, to, 9).apply(x, BACKEND, 1);
    double worst = 0;
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < i; j++) {
        double ratio = distance(y, i, y, j, Distance.L2) / distance(x, i, x, j, Distance.L2);
        worst = Math.max(worst, Math.abs(ratio - 1));
        sum += ratio;
        pairs++;
      }
    }
    double deviation = Math.sqrt(2.0 / to);
    assertTrue(worst < 5 * deviation, "worst relative error " + worst);
    assertEquals(1, sum / pairs, deviation);
  }

  @Test
  void impossibleNumbersOfNeighboursAreRefused() {
    NearestNeighbors n =
        new NearestNeighbors(labelled(random(4, 2, 7), 2), Distance.L2, BACKEND, 1);
    assertThrows(IllegalArgumentException.class, () -> n.nearest(random(1, 2, 8), 0));
    assertThrows(IllegalArgumentException.class, () -> n.nearest(random(1, 2, 8), 5));
    assertThrows(IllegalArgumentException.class, () -> n.nearest(random(1, 3, 8), 1));
    LabelledVectors few = labelled(random(4, 2, 7), 2);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NearestNeighbors.crossValidate(few, Distance.L2, new int[0], 9, 1, BACKEND, 1));
    assertTrue(e.getMessage().contains("found 9 folds"), e.getMessage());
  }
}
