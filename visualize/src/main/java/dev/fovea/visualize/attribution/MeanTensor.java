package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/** The mean of tensors of one shape, summed in double. */
final class MeanTensor {
  private final Shape shape;
  private final double[] sums;
  private int count;

  MeanTensor(Shape shape) {
    this.shape = shape;
    this.sums = new double[shape.size()];
  }

  void add(Tensor t) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += t.get(i);
    }
    count++;
  }

  Tensor get() {
    Tensor mean = Tensor.zeros(shape);
    for (int i = 0; i < sums.length; i++) {
      mean.array()[i] = (float) (sums[i] / count);
    }
    return mean;
  }
}
