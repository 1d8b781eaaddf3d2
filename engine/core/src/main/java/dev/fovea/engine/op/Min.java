package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/**
 * The smallest of several inputs, elementwise and broadcast; of equal ones the first gets the
 * gradient.
 */
public record Min() implements Extremum {

  /** Specification. */
  public static final OpSpec<Min> SPEC = Variadic.spec("Min", Min.class, new Min());

  @Override
  public OpSpec<Min> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.MIN;
  }
}
