package dev.fovea.visualize.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The figures for four points were computed in double precision by an independent program, their
 * gradients confirmed by central differences and by scikit-learn; the points are those of
 * scikit-learn's tests.
 */
class EmbeddingTest {
  private static final double[][] X = {{1, 0}, {0, 1}, {5, 2}, {7.3, 2.2}};
  private static final double[][] SMALL = {
    {6.080564e-05, -7.120823e-05},
    {-0.0001718945, -4.000536e-05},
    {-0.000227172, 8.66331e-05},
    {-0.0001032577, -3.582033e-05}
  };
  private static final double[][] UNIT = {{0, 0}, {1, 0}, {0, 2}, {-1, 1}};
  private static final long SEED = 3;

  private static double[][] dense(Affinities p) {
    int n = p.values().length;
    double[][] result = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < p.neighbors()[i].length; k++) {
        result[i][p.neighbors()[i][k]] = p.values()[i][k];
      }
    }
    return result;
  }

  private static void assertClose(double[][] expected, double[][] found, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], tolerance, "row " + i);
    }
  }

  @Test
  void fourPointsWithPerplexityOneAndAHalf() {
    Affinities p = Affinities.of(X, 1.5, 3);
    assertClose(
        new double[][] {
          {0, 0.219073717362, 0.024529679815, 0.009679577116},
          {0.219073717362, 0, 0.017743461591, 0.005703871951},
          {0.024529679815, 0.017743461591, 0, 0.223269692166},
          {0.009679577116, 0.005703871951, 0.223269692166, 0}
        },
        dense(p),
        1e-9);
    Tsne exact = new Tsne(1.5, 0, 1, SEED);
    Tsne.Evaluation small = exact.gradient(p, SMALL, 1);
    assertEquals(0.676415071302, small.divergence(), 1e-9);
    assertClose(
        new double[][] {
          {1.02751595579e-05, 3.06104294484e-05},
          {-0.000119536844287, 5.14662856658e-05},
          {1.2878651131e-05, -1.80863570337e-06},
          {9.63830335984e-05, -8.02680794109e-05}
        },
        small.gradient(),
        1e-12);
    Tsne.Evaluation unit = exact.gradient(p, UNIT, 1);
    assertEquals(0.393808325686, unit.divergence(), 1e-9);
    assertClose(
        new double[][] {
          {-0.261842639091, 0.172683010782},
          {0.065424708974, 0.070578685598},
          {0.187824732808, 0.070402280947},
          {0.00859319731, -0.313663977327}
        },
        unit.gradient(),
        1e-9);
  }

  @Test
  void fourPointsWithPerplexityTwo() {
    double[] betas = {0.066980680546, 0.052382845037, 0.109536295234, 0.043475097914};
    for (int i = 0; i < 4; i++) {
      double[] squares = new double[3];
      for (int j = 0, k = 0; j < 4; j++) {
        if (j != i) {
          squares[k++] = Affinities.squaredDistance(X[i], X[j]);
        }
      }
      assertEquals(betas[i], Affinities.beta(squares, 2), 1e-9);
    }
    Affinities p = Affinities.of(X, 2, 3);
    Tsne exact = new Tsne(2, 0, 1, SEED);
    assertEquals(0.387697000067, exact.gradient(p, SMALL, 1).divergence(), 1e-9);
    Tsne.Evaluation unit = exact.gradient(p, UNIT, 1);
    assertEquals(0.197172960876, unit.divergence(), 1e-9);
    assertClose(
        new double[][] {
          {-0.175830725996, 0.119508731081},
          {0.024554191357, 0.038183754061},
          {0.13383792666, 0.089238222095},
          {0.017438607979, -0.246930707238}
        },
        unit.gradient(),
        1e-9);
  }

  @Test
  void twoPointsAreAlwaysPlacedWell() {
    Affinities p = Affinities.of(new double[][] {{1, 0}, {0, 1}}, 1, 1);
    assertClose(new double[][] {{0, 0.5}, {0.5, 0}}, dense(p), 1e-15);
    double[][] y = {{-4.961291e-05, -0.0001072243}, {9.25946e-05, 0.0002702024}};
    Tsne.Evaluation found = new Tsne(1, 0, 1, SEED).gradient(p, y, 1);
    assertEquals(0, found.divergence(), 1e-15);
    assertClose(new double[2][2], found.gradient(), 1e-15);
  }

  /** Three clouds in ten dimensions, 40 points each. */
  private static double[][] clouds() {
    Random random = new Random(SEED);
    double[][] rows = new double[120][10];
    for (int i = 0; i < rows.length; i++) {
      for (int d = 0; d < 10; d++) {
        rows[i][d] = random.nextGaussian() + (d == i / 40 ? 12 : 0);
      }
    }
    return rows;
  }

  @Test
  void theTreeIsNearToTheExactGradient() {
    double[][] rows = clouds();
    Affinities p = Affinities.of(rows, 10, 119);
    Random random = new Random(SEED);
    double[][] y = new double[120][2];
    for (double[] point : y) {
      point[0] = 5 * random.nextGaussian();
      point[1] = 5 * random.nextGaussian();
    }
    y[7] = y[6].clone();
    double[][] exact = new Tsne(10, 0, 1, SEED).gradient(p, y, 1).gradient();
    double[][] tree = new Tsne(10, 0.5, 1, SEED).gradient(p, y, 1).gradient();
    double error = 0;
    double size = 0;
    for (int i = 0; i < 120; i++) {
      error += Affinities.squaredDistance(exact[i], tree[i]);
      size += Affinities.squaredDistance(exact[i], new double[2]);
    }
    assertTrue(error < 1e-3 * size, "relative " + Math.sqrt(error / size) + ", seed " + SEED);
    assertTrue(error > 0, "the tree takes far points together");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void cloudsStayTogether(double theta) {
    double[][] rows = clouds();
    Tsne tsne = new Tsne(10, theta, 400, SEED);
    int[] steps = {0};
    double[][] y = tsne.embed(rows, (done, total) -> steps[0] = done);
    assertEquals(400, steps[0]);
    assertTrue(Trustworthiness.of(rows, y, 5) > 0.85, "seed " + SEED);
    for (int i = 0; i < 120; i++) {
      double[] squares = new double[120];
      for (int j = 0; j < 120; j++) {
        squares[j] = Affinities.squaredDistance(y[i], y[j]);
      }
      for (int j : Affinities.nearest(squares, i, 3)) {
        assertEquals(i / 40, j / 40, "neighbour " + j + " of " + i + ", seed " + SEED);
      }
    }
    assertArrayEquals(y[5], tsne.embed(rows, (done, total) -> {})[5], "the same each time");
  }

  @Test
  void principalComponentsAreAlongTheGreatestVariance() {
    double[][] rows = {{3, 4, 1}, {-3, -4, 1}, {6, 8, 1}, {-6, -8, 1}};
    double[][] found = Pca.project(rows, 2);
    assertClose(new double[][] {{5, 0}, {-5, 0}, {10, 0}, {-10, 0}}, found, 1e-9);
    assertThrows(IllegalArgumentException.class, () -> Pca.project(rows, 4));
    assertThrows(IllegalArgumentException.class, () -> Pca.project(new double[1][3], 1));
  }

  @Test
  void trustworthinessCountsFalseNeighbours() {
    double[][] line = {{0}, {1}, {2.1}, {3.3}, {4.6}, {6}};
    assertEquals(1, Trustworthiness.of(line, line, 2));
    double[][] swapped = {{0}, {1}, {2.1}, {3.3}, {6}, {4.6}};
    // By hand: only number 3 has a false neighbour, number 5, which in truth is its fourth.
    assertEquals(1 - 2.0 * 2 / (6 * 2 * (12 - 6 - 1)), Trustworthiness.of(line, swapped, 2), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Trustworthiness.of(line, line, 3));
  }

  @Test
  void tooFewVectorsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Tsne(30, 0.5, 10, SEED).embed(X, (done, total) -> {}));
    assertThrows(IllegalArgumentException.class, () -> new Tsne(0.5, 0, 10, SEED));
  }
}
