package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Map;

/** {@code exp(x) / sum of exp(x)} along an axis. */
final class SoftmaxProcessing extends Processing {
  private final String axis;

  SoftmaxProcessing(String axis) {
    super("softmax", "axis " + axis);
    this.axis = axis;
  }

  @Override
  Sample apply(Sample sample, Map<String, Sample> inputs) {
    Shape shape = sample.tensor().shape();
    int at = sample.axes().indexOf(axis);
    if (at < 0) {
      throw new IllegalArgumentException(
          this + ": found axes " + sample.axes() + ", expected " + axis + " among them");
    }
    int extent = shape.dim(at);
    int inner = shape.size(at + 1, shape.rank());
    float[] values = sample.tensor().toArray();
    for (int start = 0; start < values.length; start += extent * inner) {
      for (int i = start; i < start + inner; i++) {
        row(values, i, inner, extent);
      }
    }
    return sample.with(Tensor.of(shape, values));
  }

  private static void row(float[] values, int start, int stride, int count) {
    // The largest is taken off, so that no power overflows.
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      max = Math.max(max, values[start + k * stride]);
    }
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += Math.exp(values[start + k * stride] - max);
    }
    for (int k = 0; k < count; k++) {
      int i = start + k * stride;
      values[i] = (float) (Math.exp(values[i] - max) / sum);
    }
  }
}
