package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Square root of the sum of squares over some dimensions; the derivative at 0 is taken as 0.
 *
 * @param over the dimensions
 */
public record ReduceL2(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceL2> SPEC =
      Reduction.spec("ReduceL2", 18, ReduceL2.class, ReduceL2::new);

  @Override
  public OpSpec<ReduceL2> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.SUM_SQUARES;
  }

  @Override
  public void forward(Forward r) {
    Reduction.super.forward(r);
    r.kernels().unary(Unary.SQRT, 0, 0, r.output(0), r.output(0));
  }

  /** Room for derivatives, and for {@code dY / Y}. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), kept(in));
  }

  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor t = r.saved(0);
    Tensor slope = r.saved(1);
    // A lower limit, since 0 / 0 would be NaN.
    k.unary(Unary.CLIP, 1e-18f, Float.POSITIVE_INFINITY, kept(r.output(0), t), slope);
    k.unary(Unary.RECIPROCAL, 0, 0, slope, slope);
    k.binary(Binary.MUL, slope, kept(r.cotangent(0), t), slope);
    k.binary(Binary.MUL, r.input(0), slope, t);
    k.axpby(1, t, 1, r.gradient(0));
  }
}
