package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Map;

/** A step on each element by itself, perhaps in another way for each coordinate of one axis. */
final class ElementProcessing extends Processing {

  /** What becomes of an element. */
  @FunctionalInterface
  interface Function {
    /**
     * Computes an element.
     *
     * @param index coordinate on the axis; 0 if there is none
     */
    double apply(double value, int index);
  }

  private final String axis;
  private final int extent;
  private final Function function;

  /**
   * A step.
   *
   * @param axis that the function asks for; null for none
   * @param extent how many coordinates on it the function knows; 1 for all the same
   */
  ElementProcessing(String name, String settings, String axis, int extent, Function function) {
    super(name, settings);
    this.axis = axis;
    this.extent = extent;
    this.function = function;
  }

  @Override
  Sample apply(Sample sample, Map<String, Sample> inputs) {
    Shape shape = sample.tensor().shape();
    int at = axis == null ? -1 : sample.axes().indexOf(axis);
    if (axis != null && (at < 0 || shape.dim(at) != extent)) {
      throw new IllegalArgumentException(
          this
              + ": found axes "
              + sample.axes()
              + " of "
              + shape
              + ", expected "
              + axis
              + " of "
              + extent);
    }
    int inner = axis == null ? 1 : shape.size(at + 1, shape.rank());
    float[] values = sample.tensor().toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) function.apply(values[i], axis == null ? 0 : i / inner % extent);
    }
    return sample.with(Tensor.of(shape, values));
  }
}
