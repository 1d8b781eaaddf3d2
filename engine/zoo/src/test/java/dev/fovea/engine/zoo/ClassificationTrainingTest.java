package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.augment.Change;
import dev.fovea.engine.image.augment.Mixup;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.architecture.LeNet;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Data sets as training samples, and the default way to train a classifier. */
class ClassificationTrainingTest {

  /** Lying, standing and missing bars in noise; seeded by the index. */
  record Bars(int size) implements ClassificationDataset {
    @Override
    public String name(int i) {
      return "bars " + i;
    }

    @Override
    public Image image(int i) {
      Random random = new Random(i);
      byte[] p = new byte[784];
      int place = 6 + random.nextInt(14);
      for (int k = 0; k < p.length; k++) {
        boolean bar =
            switch (label(i)) {
              case 0 -> Math.abs(k / 28 - place) < 2;
              case 1 -> Math.abs(k % 28 - place) < 2;
              default -> false;
            };
        p[k] = (byte) (random.nextInt(60) + (bar ? 150 : 0));
      }
      return Image.ofUint8(28, 28, p);
    }

    @Override
    public List<String> classes() {
      return List.of("lying", "standing", "none");
    }

    @Override
    public int label(int i) {
      return i % 3;
    }
  }

  @Test
  void theDefaultRecipeLearns() throws IOException {
    ClassifierRecipe recipe = new ClassifierRecipe(new LeNet(), 3, 16, 0.02);
    Preprocessing p = recipe.preprocessing(1);
    Graph g = recipe.network(p, 3, 1);
    List<EpochResult> history =
        recipe
            .trainer(
                g, p, new Bars(240), new Bars(90), TrainingListener.NONE, recipe.options(1, true))
            .fit();
    double best =
        history.stream().mapToDouble(r -> r.metrics().get("accuracy")).max().orElseThrow();
    assertTrue(best > 0.95, history.toString());
  }

  /** A net that passes pixel {@code c} on as the score of class {@code c}: ranks are known. */
  @Test
  void countsRanksAndTies() {
    Graph.Builder b = new Graph.Builder("pixels");
    Value x = b.input("input", Shape.of(1, 1, 1, 7), "batch", "", "", "");
    Graph g = b.build(b.node("scores", new Flatten(1), x));
    float[][] scores = {
      {7, 6, 5, 4, 3, 2, 1}, // class 0 first
      {7, 6, 5, 4, 3, 2, 1}, // class 1 second
      {7, 6, 5, 4, 3, 2, 1}, // class 5 sixth
      {1, 1, 1, 1, 1, 1, 1}, // class 4 equal to all: the four before it count
      {1, 1, 1, 1, 1, 1, 1} // class 5: five before it
    };
    int[] labels = {0, 1, 5, 4, 5};
    ClassificationDataset data =
        new ClassificationDataset() {
          @Override
          public int size() {
            return labels.length;
          }

          @Override
          public String name(int i) {
            return String.valueOf(i);
          }

          @Override
          public Image image(int i) {
            return Image.ofFloat32(7, 1, scores[i]);
          }

          @Override
          public List<String> classes() {
            return IntStream.range(0, 7).mapToObj(String::valueOf).toList();
          }

          @Override
          public int label(int i) {
            return labels[i];
          }
        };
    Preprocessing p =
        Preprocessing.unit(Preprocessing.Channels.GREY, 7, 1, Preprocessing.Resize.NONE);
    Map<String, Double> figures =
        new ClassificationTraining(data, p, Augmentation.NONE)
            .validator(Backends.defaultBackend(), 1)
            .validate(g);
    assertEquals(0.2, figures.get("accuracy"), 1e-12);
    assertEquals(0.6, figures.get("top5"), 1e-12);
  }

  @Test
  void augmentsBySeedAlone() {
    ClassifierRecipe recipe = ClassifierRecipe.of(new LeNet());
    ClassificationTraining data =
        new ClassificationTraining(
            new Bars(3), recipe.preprocessing(1), ClassifierRecipe.AUGMENTATION);
    float[] a = sample(data, 0, 1);
    assertTrue(Arrays.equals(a, sample(data, 0, 1)));
    assertFalse(Arrays.equals(a, sample(data, 0, 2)));
  }

  private static float[] sample(ClassificationTraining data, int index, long seed) {
    Tensor input = Tensor.zeros(1, 28, 28);
    Tensor target = Tensor.zeros(Shape.SCALAR);
    data.sample(index, seed, input, target, null);
    assertEquals(index % 3, target.get(0));
    return input.toArray();
  }

  /** Colours are changed on the scale 0 to 1, whatever the network's own scale is. */
  @Test
  void changesComeBeforeMeansAndDeviations() {
    Preprocessing standard =
        Preprocessing.meanStd(
            Preprocessing.Channels.GREY,
            28,
            28,
            Preprocessing.Resize.STRETCH,
            new float[] {100},
            new float[] {50});
    float[] half = new float[784];
    Change grey =
        (picture, random) -> {
          for (float v : picture.toArray()) {
            assertTrue(v >= 0 && v <= 1, "found " + v);
          }
          return picture.copy().fill(0.5f);
        };
    Arrays.fill(half, (127.5f - 100) / 50);
    assertArrayEquals(half, sample(new ClassificationTraining(new Bars(3), standard, grey), 0, 1));
    // Without a change it is what the network will be given later.
    float[] plain = sample(new ClassificationTraining(new Bars(3), standard, Change.none()), 1, 1);
    float[] later = new Preprocessor(standard).apply(new Bars(3).image(1)).toArray();
    assertArrayEquals(later, plain, 1e-5f);
  }

  @Test
  void mixedSamplesHaveTheTargetsOfTheirParts() {
    ClassificationTraining bars =
        new ClassificationTraining(
            new Bars(9), ClassifierRecipe.of(new LeNet()).preprocessing(1), Augmentation.NONE);
    MixedTraining mixed = new MixedTraining(bars, new Mixup(1), 3);
    assertEquals(Shape.of(3), mixed.targetShape());
    boolean[] partner = new boolean[3];
    for (long seed = 0; seed < 40; seed++) {
      Tensor input = Tensor.zeros(1, 28, 28);
      Tensor target = Tensor.zeros(3);
      mixed.sample(1, seed, input, target, null);
      float[] again = input.toArray();
      mixed.sample(1, seed, input, target, null);
      assertArrayEquals(again, input.toArray());
      assertEquals(1, target.get(0) + target.get(1) + target.get(2), 1e-6);
      // The mixture minus the first picture's part is the partner's part: nowhere negative.
      float[] first = sample(bars, 1, 0);
      for (int i = 0; i < first.length; i++) {
        assertTrue(input.get(i) - target.get(1) * first[i] > -1e-5 || target.get(1) > 0.999);
      }
      partner[target.get(0) > 0 ? 0 : target.get(2) > 0 ? 2 : 1] = true;
    }
    assertTrue(partner[0] && partner[1] && partner[2], "all classes are mixed in");
    assertThrows(IllegalArgumentException.class, () -> new MixedTraining(mixed, new Mixup(1), 3));
  }

  @Test
  void balancedSamplesHaveEveryClassAsOften() {
    ClassificationTraining bars =
        new ClassificationTraining(
            new Bars(10), ClassifierRecipe.of(new LeNet()).preprocessing(1), Augmentation.NONE);
    // As if 8 of the 10 were of class 0, 1 of class 1, none of class 2, 1 of class 3.
    int[] labels = {0, 0, 0, 0, 1, 0, 0, 0, 3, 0};
    BalancedTraining balanced = new BalancedTraining(bars, labels);
    assertEquals(10, balanced.size());
    int[] drawn = new int[2];
    Tensor input = Tensor.zeros(1, 28, 28);
    for (int seed = 0; seed < 600; seed++) {
      balanced.sample(0, seed, input, Tensor.zeros(Shape.SCALAR), null);
      drawn[0] += Arrays.equals(input.toArray(), sample(bars, 4, 0)) ? 1 : 0;
      drawn[1] += Arrays.equals(input.toArray(), sample(bars, 8, 0)) ? 1 : 0;
    }
    // A third each; five standard deviations are 58.
    assertEquals(200, drawn[0], 58);
    assertEquals(200, drawn[1], 58);
    assertArrayEquals(
        new double[] {10 / 4.0 / 8, 2.5, 0, 2.5}, BalancedTraining.weights(labels, 4), 1e-12);
    assertArrayEquals(new int[] {0, 1, 2, 0}, BalancedTraining.labels(new Bars(4)));
    assertThrows(IllegalArgumentException.class, () -> new BalancedTraining(bars, new int[9]));
  }

  @Test
  void needsAFixedSize() {
    Preprocessing any = Preprocessing.percentile(Preprocessing.Channels.GREY, 1, 99);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ClassificationTraining(new Bars(3), any, Augmentation.NONE));
  }
}
