package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/** Truth values {@code C = A > B}, broadcast. */
public record Greater() implements Relation {

  /** Specification. */
  public static final OpSpec<Greater> SPEC =
      Relation.spec("Greater", 9, Greater.class, new Greater());

  @Override
  public OpSpec<Greater> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.LESS, r.input(1), r.input(0), r.output(0));
  }
}
