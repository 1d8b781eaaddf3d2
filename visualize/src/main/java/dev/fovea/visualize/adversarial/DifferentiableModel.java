package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Tensor;

/**
 * A model as attacks see it: scores as a function of inputs, with derivatives by these. Inputs are
 * {@code [N, ...]}, pictures {@code [N, C, H, W]} with values from 0 to 1; samples of a batch do
 * not influence each other. Thread-safe.
 */
public interface DifferentiableModel {

  /** Something to be made large that is computed from scores. */
  @FunctionalInterface
  interface Objective {
    /**
     * Values and derivatives.
     *
     * @param scores of the model, {@code [N, K, ...]}
     * @param cotangent in their shape; overwritten with the derivatives of the sum of the values
     * @return a value for each sample
     */
    double[] evaluate(Tensor scores, Tensor cotangent);
  }

  /**
   * An objective and its gradient.
   *
   * @param scores {@code [N, K, ...]}
   * @param values of the objective, one for each sample
   * @param gradient of their sum by the inputs, in the shape of these
   */
  record Evaluation(Tensor scores, double[] values, Tensor gradient) {}

  /**
   * The scores, before a softmax if there is one.
   *
   * @param x {@code [N, ...]}; not modified
   * @return a new tensor {@code [N, K, ...]}
   */
  Tensor scores(Tensor x);

  /**
   * An objective at {@code x} with its gradient.
   *
   * @param x {@code [N, ...]}; not modified
   * @return new tensors
   */
  Evaluation evaluate(Tensor x, Objective objective);

  /** The same model, which calls {@code before} before each run: to count them, or to end. */
  default DifferentiableModel calling(Runnable before) {
    DifferentiableModel model = this;
    return new DifferentiableModel() {
      @Override
      public Tensor scores(Tensor x) {
        before.run();
        return model.scores(x);
      }

      @Override
      public Evaluation evaluate(Tensor x, Objective objective) {
        before.run();
        return model.evaluate(x, objective);
      }
    };
  }
}
