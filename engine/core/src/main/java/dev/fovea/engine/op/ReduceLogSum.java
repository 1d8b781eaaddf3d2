package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Logarithm of the sum over some dimensions; NaN where the sum is negative.
 *
 * @param over the dimensions
 */
public record ReduceLogSum(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceLogSum> SPEC =
      Reduction.spec("ReduceLogSum", 18, ReduceLogSum.class, ReduceLogSum::new);

  @Override
  public OpSpec<ReduceLogSum> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.SUM;
  }

  @Override
  public void forward(Forward r) {
    Reduction.super.forward(r);
    r.kernels().unary(Unary.LOG, 0, 0, r.output(0), r.output(0));
  }

  /** Room for the cotangent divided by the sum. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(kept(in));
  }

  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor dx = r.gradient(0);
    Tensor slope = r.saved(0);
    k.unary(Unary.NEG, 0, 0, kept(r.output(0), dx), slope);
    k.unary(Unary.EXP, 0, 0, slope, slope);
    k.binary(Binary.MUL, slope, kept(r.cotangent(0), dx), slope);
    k.binary(Binary.ADD, dx, slope, dx);
  }
}
