package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** Quotient of two tensors, elementwise and broadcast: {@code C = A / B}. */
public record Div() implements Broadcasting {

  /** Specification. */
  public static final OpSpec<Div> SPEC = Broadcasting.spec("Div", 7, Div.class, new Div());

  @Override
  public OpSpec<Div> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.DIV;
  }

  /** Room for {@code dC / B}. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  /** {@code dA = dC / B}, {@code dB = -C dC / B}, summed over the broadcast dimensions. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor quotient = r.saved(0);
    k.binary(Binary.DIV, r.cotangent(0), r.input(1), quotient);
    if (r.gradient(0) != null) {
      k.reduce(Reduce.SUM, quotient, true, r.gradient(0));
    }
    if (r.gradient(1) != null) {
      k.binary(Binary.MUL, quotient, r.output(0), quotient);
      k.axpby(-1, quotient, 0, quotient);
      k.reduce(Reduce.SUM, quotient, true, r.gradient(1));
    }
  }
}
