package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Product of two tensors, elementwise and broadcast: {@code C = A * B}. */
public record Mul() implements Broadcasting {

  /** Specification. */
  public static final OpSpec<Mul> SPEC = Broadcasting.spec("Mul", 7, Mul.class, new Mul());

  @Override
  public OpSpec<Mul> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.MUL;
  }

  /** Room for {@code dC * other} before it is summed over the broadcast dimensions. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void backward(Backward r) {
    for (int i = 0; i < 2; i++) {
      if (r.gradient(i) != null) {
        r.kernels().binary(Binary.MUL, r.cotangent(0), r.input(1 - i), r.saved(0));
        r.kernels().reduce(Reduce.SUM, r.saved(0), true, r.gradient(i));
      }
    }
  }
}
