package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Logarithm of the sum of exponentials over some dimensions; large elements do not overflow.
 *
 * @param over the dimensions
 */
public record ReduceLogSumExp(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceLogSumExp> SPEC =
      Reduction.spec("ReduceLogSumExp", 18, ReduceLogSumExp.class, ReduceLogSumExp::new);

  @Override
  public OpSpec<ReduceLogSumExp> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.LOG_SUM_EXP;
  }

  /** Room for the softmax of the input. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0));
  }

  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor t = r.saved(0);
    k.binary(Binary.SUB, r.input(0), kept(r.output(0), t), t);
    k.unary(Unary.EXP, 0, 0, t, t);
    k.binary(Binary.MUL, t, kept(r.cotangent(0), t), t);
    k.axpby(1, t, 1, r.gradient(0));
  }
}
