package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Power, elementwise and broadcast: {@code C = A^B}; NaN for a negative base with an exponent that
 * is no integer. Bases that are not positive give the exponent no gradient.
 */
public record Pow() implements Broadcasting {

  /** Specification. */
  public static final OpSpec<Pow> SPEC = Broadcasting.spec("Pow", 7, Pow.class, new Pow());

  @Override
  public OpSpec<Pow> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.POW;
  }

  /** Room for the derivative, for {@code B - 1}, for {@code log A}, where A is positive, for 0. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    Shape c = inferShapes(in).get(0);
    return List.of(c, in.get(1), in.get(0), in.get(0), Shape.SCALAR);
  }

  /** {@code dA = dC B A^(B - 1)}, {@code dB = dC C log A}, summed over the broadcast dimensions. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor t = r.saved(0);
    if (r.gradient(0) != null) {
      Tensor less = r.saved(1);
      k.fill(-1, less);
      k.axpby(1, r.input(1), 1, less);
      k.binary(Binary.POW, r.input(0), less, t);
      k.binary(Binary.MUL, t, r.input(1), t);
      k.binary(Binary.MUL, t, r.cotangent(0), t);
      k.reduce(Reduce.SUM, t, true, r.gradient(0));
    }
    if (r.gradient(1) != null) {
      Tensor log = r.saved(2);
      logarithm(k, r.input(0), r.saved(4), r.saved(3), log);
      k.binary(Binary.MUL, r.output(0), log, t);
      k.binary(Binary.MUL, t, r.cotangent(0), t);
      k.reduce(Reduce.SUM, t, true, r.gradient(1));
    }
  }

  /** {@code log a} where a is positive, else 0: 0 times minus infinity would be NaN. */
  private static void logarithm(Kernels k, Tensor a, Tensor zero, Tensor positive, Tensor log) {
    k.fill(0, zero);
    k.binary(Binary.LESS, zero, a, positive);
    k.unary(Unary.CLIP, Float.MIN_NORMAL, Float.POSITIVE_INFINITY, a, log);
    k.unary(Unary.LOG, 0, 0, log, log);
    k.binary(Binary.MUL, log, positive, log);
  }
}
