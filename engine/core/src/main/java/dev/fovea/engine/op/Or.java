package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/** Truth values {@code C = A or B}, broadcast. */
public record Or() implements Logic {

  /** Specification. */
  public static final OpSpec<Or> SPEC = Logic.spec("Or", Or.class, new Or());

  @Override
  public OpSpec<Or> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.MAX, r.input(0), r.input(1), r.output(0));
  }
}
