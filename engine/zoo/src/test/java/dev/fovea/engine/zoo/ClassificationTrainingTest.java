package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
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

  @Test
  void needsAFixedSize() {
    Preprocessing any = Preprocessing.percentile(Preprocessing.Channels.GREY, 1, 99);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ClassificationTraining(new Bars(3), any, Augmentation.NONE));
  }
}
