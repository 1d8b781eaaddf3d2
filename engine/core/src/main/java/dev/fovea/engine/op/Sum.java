package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;

/** Sum of several inputs, elementwise and broadcast. */
public record Sum() implements Variadic {

  /** Specification. */
  public static final OpSpec<Sum> SPEC = Variadic.spec("Sum", Sum.class, new Sum());

  @Override
  public OpSpec<Sum> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.ADD;
  }

  @Override
  public void backward(Backward r) {
    for (int i = 0; i < r.inputs(); i++) {
      if (r.gradient(i) != null) {
        r.kernels().reduce(Reduce.SUM, r.cotangent(0), true, r.gradient(i));
      }
    }
  }
}
