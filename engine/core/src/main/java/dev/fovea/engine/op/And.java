package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/** Truth values {@code C = A and B}, broadcast. */
public record And() implements Logic {

  /** Specification. */
  public static final OpSpec<And> SPEC = Logic.spec("And", And.class, new And());

  @Override
  public OpSpec<And> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.MUL, r.input(0), r.input(1), r.output(0));
  }
}
