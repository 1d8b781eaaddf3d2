package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SessionLearner;
import java.util.List;
import java.util.SplittableRandom;

/** Compares the gradient of losses with central differences. */
final class ObjectiveGradient {
  private static final double STEP = 1e-2;

  private ObjectiveGradient() {}

  private static double loss(
      SessionLearner.Objective objective, List<Tensor> outputs, Tensor target, List<Tensor> into) {
    return objective.evaluate(outputs, target, null, into, new Parallel(2)).values().stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  /**
   * Checks some elements of every output, drawn at random, and those with the largest gradient.
   *
   * @param tolerance relative to the largest gradient of the output
   */
  static void check(
      SessionLearner.Objective objective,
      List<Tensor> outputs,
      Tensor target,
      double tolerance,
      long seed) {
    List<Tensor> gradients = outputs.stream().map(Tensor::copy).toList();
    loss(objective, outputs, target, gradients);
    List<Tensor> unused = outputs.stream().map(Tensor::copy).toList();
    SplittableRandom random = new SplittableRandom(seed);
    for (int o = 0; o < outputs.size(); o++) {
      Tensor x = outputs.get(o);
      double largest = 1e-4;
      int at = 0;
      for (int i = 0; i < x.size(); i++) {
        if (Math.abs(gradients.get(o).get(i)) > largest) {
          largest = Math.abs(gradients.get(o).get(i));
          at = i;
        }
      }
      for (int k = 0; k < 40; k++) {
        int i = k == 0 ? at : random.nextInt(x.size());
        float before = x.get(i);
        x.array()[i] = (float) (before + STEP);
        double more = loss(objective, outputs, target, unused);
        x.array()[i] = (float) (before - STEP);
        double less = loss(objective, outputs, target, unused);
        x.array()[i] = before;
        assertEquals(
            (more - less) / (2 * STEP),
            gradients.get(o).get(i),
            tolerance * largest,
            "output " + o + ", element " + i + ", seed " + seed);
      }
    }
  }
}
