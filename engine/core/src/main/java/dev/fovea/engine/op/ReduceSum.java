package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Tensor;

/**
 * Sum over some dimensions.
 *
 * @param over the dimensions
 */
public record ReduceSum(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceSum> SPEC =
      Reduction.spec("ReduceSum", 13, ReduceSum.class, ReduceSum::new);

  @Override
  public OpSpec<ReduceSum> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.SUM;
  }

  @Override
  public void backward(Backward r) {
    Tensor dx = r.gradient(0);
    r.kernels().binary(Binary.ADD, dx, kept(r.cotangent(0), dx), dx);
  }
}
