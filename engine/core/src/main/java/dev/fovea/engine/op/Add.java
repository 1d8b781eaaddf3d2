package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;

/** Sum of two tensors, broadcast: {@code C = A + B}. */
public record Add() implements Broadcasting {

  /** Specification. */
  public static final OpSpec<Add> SPEC = Broadcasting.spec("Add", 7, Add.class, new Add());

  @Override
  public OpSpec<Add> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.ADD;
  }

  @Override
  public void backward(Backward r) {
    for (int i = 0; i < 2; i++) {
      if (r.gradient(i) != null) {
        r.kernels().reduce(Reduce.SUM, r.cotangent(0), true, r.gradient(i));
      }
    }
  }
}
