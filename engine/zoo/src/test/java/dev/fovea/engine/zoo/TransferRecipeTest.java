package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.ClassificationTrainingTest.Bars;
import dev.fovea.engine.zoo.architecture.LeNet;
import dev.fovea.engine.zoo.surgery.TransferLearning;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is frozen stays, what is not learns, and a head on frozen features tells bars apart. */
class TransferRecipeTest {

  private static final long SEED = 4;
  private static final Preprocessing PREPROCESSING = ClassifierRecipe.preprocessing(1, 28);

  private static Graph network() {
    return TransferRecipe.network(new LeNet().build(1, 28, 28, 10, SEED), 3, SEED);
  }

  private static Map<String, float[]> weights(Graph g) {
    Map<String, float[]> all = new LinkedHashMap<>();
    for (Value v : g.parameters()) {
      all.put(v.name(), v.tensor().toArray());
    }
    return all;
  }

  private static double train(Graph g, TransferRecipe recipe) throws IOException {
    recipe
        .trainer(
            g,
            PREPROCESSING,
            new Bars(240),
            new Bars(90),
            TrainingListener.NONE,
            recipe.options(g, SEED, true))
        .fit();
    return new ClassificationTraining(new Bars(90), PREPROCESSING, Augmentation.NONE)
        .validator(Backends.defaultBackend(), 1)
        .validate(g)
        .get("accuracy");
  }

  private static void checkChanged(
      Map<String, float[]> before, Map<String, float[]> after, List<String> frozen) {
    before.forEach(
        (name, old) -> {
          if (frozen.contains(name)) {
            assertArrayEquals(old, after.get(name), name);
          } else {
            assertFalse(Arrays.equals(old, after.get(name)), name + " has learnt nothing");
          }
        });
  }

  @Test
  void aHeadOnFrozenFeatures() throws IOException {
    Graph g = network();
    Map<String, float[]> before = weights(g);
    double accuracy = train(g, new TransferRecipe(20, 16, 0.02, TransferRecipe.FEATURES, 0.1));
    List<String> old = TransferLearning.features(g).parameters().stream().map(Value::name).toList();
    assertEquals(6, old.size());
    checkChanged(before, weights(g), old);
    assertTrue(accuracy > 0.9, "random features do: " + accuracy);
  }

  @Test
  void frozenUpToAValue() throws IOException {
    Graph g = network();
    Map<String, float[]> before = weights(g);
    train(g, new TransferRecipe(1, 16, 0.02, "pool1", 0.1));
    checkChanged(before, weights(g), List.of("conv1.weight", "conv1.bias"));
  }

  @Test
  void oldLayersLearnSlowly() throws IOException {
    double[] moved = new double[2];
    for (int i = 0; i < 2; i++) {
      Graph g = network();
      float[] before = g.value("conv2.weight").tensor().toArray();
      train(g, new TransferRecipe(1, 120, 0.01, TransferRecipe.NOTHING, i == 0 ? 1 : 0.01));
      float[] after = g.value("conv2.weight").tensor().toArray();
      for (int k = 0; k < before.length; k++) {
        moved[i] += Math.abs(after[k] - before[k]);
      }
    }
    assertTrue(moved[1] > 0 && moved[1] < 0.05 * moved[0], Arrays.toString(moved));
  }
}
