package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/**
 * The largest of several inputs, elementwise and broadcast; of equal ones the first gets the
 * gradient.
 */
public record Max() implements Extremum {

  /** Specification. */
  public static final OpSpec<Max> SPEC = Variadic.spec("Max", Max.class, new Max());

  @Override
  public OpSpec<Max> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.MAX;
  }
}
