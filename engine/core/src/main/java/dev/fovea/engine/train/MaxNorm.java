package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;

/**
 * The weights of each output have at most this Euclidean norm.
 *
 * @param limit of the norm, positive
 */
record MaxNorm(double limit) implements Regularizer {

  MaxNorm {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("max-norm: expected a limit > 0, found " + limit);
    }
  }

  @Override
  public double penalty(Tensor parameter) {
    return 0;
  }

  @Override
  public void addTo(Tensor parameter, Tensor gradient) {}

  @Override
  public void project(Tensor parameter) {
    if (!Regularizer.isWeight(parameter)) {
      return;
    }
    int rows = parameter.shape().dim(0);
    int row = parameter.size() / rows;
    float[] w = parameter.array();
    for (int r = 0; r < rows; r++) {
      int from = parameter.offset() + r * row;
      double squares = 0;
      for (int i = from; i < from + row; i++) {
        squares += (double) w[i] * w[i];
      }
      if (squares > limit * limit) {
        float scale = (float) (limit / Math.sqrt(squares));
        for (int i = from; i < from + row; i++) {
          w[i] *= scale;
        }
      }
    }
  }

  @Override
  public String describe() {
    return "max-norm=" + limit;
  }
}
