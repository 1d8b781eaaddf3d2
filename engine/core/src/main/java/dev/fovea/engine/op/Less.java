package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/** Truth values {@code C = A < B}, broadcast. */
public record Less() implements Relation {

  /** Specification. */
  public static final OpSpec<Less> SPEC = Relation.spec("Less", 9, Less.class, new Less());

  @Override
  public OpSpec<Less> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.LESS, r.input(0), r.input(1), r.output(0));
  }
}
