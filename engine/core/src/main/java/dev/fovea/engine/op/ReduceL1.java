package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Sum of magnitudes over some dimensions; the derivative at 0 is taken as 0.
 *
 * @param over the dimensions
 */
public record ReduceL1(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceL1> SPEC =
      Reduction.spec("ReduceL1", 18, ReduceL1.class, ReduceL1::new);

  @Override
  public OpSpec<ReduceL1> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.SUM_ABS;
  }

  /** Room for signs. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0));
  }

  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor sign = r.saved(0);
    k.unary(Unary.SIGN, 0, 0, r.input(0), sign);
    k.binary(Binary.MUL, sign, kept(r.cotangent(0), sign), sign);
    k.axpby(1, sign, 1, r.gradient(0));
  }
}
