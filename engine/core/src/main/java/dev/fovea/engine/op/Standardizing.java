package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A normalisation that brings stretches of consecutive elements ("rows") to mean 0 and variance 1,
 * then scales and shifts: {@code Y = scale xhat + bias} with {@code xhat = (X - mean) / sqrt(var +
 * epsilon)}. The same in training and inference. Inputs X, scale and bias, the last one optional
 * where the operator says so.
 */
interface Standardizing extends Op {

  /** Added to the variance. */
  float epsilon();

  /** Number of rows in the input. */
  int rows(Shape x);

  /** The input's shape with few dimensions, to which {@link #parameters} broadcasts. */
  Shape view(Shape x);

  /** The shape under which scale and bias broadcast to {@link #view}. */
  Shape parameters(Shape x);

  /** Mean and inverse deviation, then three rows to work with. */
  @Override
  default List<Shape> scratch(List<Shape> in) {
    return List.of(Shape.of(5, rows(in.get(0))));
  }

  /** What scratch holds, kept; room for xhat and for products with the cotangent. */
  @Override
  default List<Shape> saved(List<Shape> in) {
    return List.of(scratch(in).get(0), in.get(0), in.get(0));
  }

  @Override
  default void forward(Forward r) {
    Kernels k = r.kernels();
    Shape s = r.input(0).shape();
    Tensor work = r.saved(0) != null ? r.saved(0) : r.scratch(0);
    moments(k, byRow(r.input(0)), work);
    standardize(k, byRow(r.input(0)), work, byRow(r.output(0)));
    Tensor y = r.output(0).reshape(view(s));
    k.binary(Binary.MUL, y, r.input(1).reshape(parameters(s)), y);
    if (r.inputs() == 3) {
      k.binary(Binary.ADD, y, r.input(2).reshape(parameters(s)), y);
    }
  }

  /**
   * With {@code g = scale dY} and means over the row: {@code dX = (g - mean(g) - xhat mean(g xhat))
   * / sqrt(var + epsilon)}.
   */
  @Override
  default void backward(Backward r) {
    Kernels k = r.kernels();
    Shape s = r.input(0).shape();
    Tensor dy = r.cotangent(0).reshape(view(s));
    Tensor product = r.saved(2).reshape(view(s));
    if (r.gradient(1) != null) {
      standardize(k, byRow(r.input(0)), r.saved(0), byRow(r.saved(1)));
      k.binary(Binary.MUL, dy, r.saved(1).reshape(view(s)), product);
      k.reduce(Reduce.SUM, product, true, r.gradient(1).reshape(parameters(s)));
    }
    if (r.inputs() == 3 && r.gradient(2) != null) {
      k.reduce(Reduce.SUM, dy, true, r.gradient(2).reshape(parameters(s)));
    }
    if (r.gradient(0) != null) {
      k.binary(Binary.MUL, dy, r.input(1).reshape(parameters(s)), product);
      byData(k, byRow(r.input(0)), byRow(r.saved(2)), r.saved(0), byRow(r.gradient(0)));
    }
  }

  /** As if each row were a channel of one single image. */
  default Tensor byRow(Tensor t) {
    int rows = rows(t.shape());
    return t.reshape(1, rows, t.size() / rows);
  }

  /** A row of scratch: 0 the means, 1 the inverse deviations, 2 to 4 to work with. */
  static Tensor row(Tensor work, int i) {
    return work.slice(i, i + 1).reshape(work.shape().dim(1));
  }

  private void moments(Kernels k, Tensor x, Tensor work) {
    Tensor invStd = row(work, 1);
    Tensor variance = row(work, 2);
    k.channelMoments(x, row(work, 0), variance);
    k.fill(epsilon(), invStd);
    k.axpby(1, variance, 1, invStd);
    k.unary(Unary.SQRT, 0, 0, invStd, invStd);
    k.unary(Unary.RECIPROCAL, 0, 0, invStd, invStd);
  }

  private static void standardize(Kernels k, Tensor x, Tensor work, Tensor y) {
    Tensor shift = row(work, 2);
    k.binary(Binary.MUL, row(work, 0), row(work, 1), shift);
    k.axpby(-1, shift, 0, shift);
    k.channelAffine(x, row(work, 1), shift, y);
  }

  private static void byData(Kernels k, Tensor x, Tensor g, Tensor work, Tensor dx) {
    Tensor mean = row(work, 0);
    Tensor invStd = row(work, 1);
    Tensor product = row(work, 2);
    Tensor constant = row(work, 3);
    Tensor slope = row(work, 4);
    float share = 1f / x.shape().dim(2);
    k.channelGradientSums(x, g, mean, invStd, constant, slope);
    k.binary(Binary.MUL, slope, invStd, slope);
    k.binary(Binary.MUL, slope, invStd, slope);
    k.axpby(-share, slope, 0, slope);
    k.binary(Binary.MUL, constant, invStd, constant);
    k.binary(Binary.MUL, slope, mean, product);
    k.axpby(-1, product, -share, constant);
    k.channelCombine(invStd, g, slope, x, constant, dx);
  }
}
