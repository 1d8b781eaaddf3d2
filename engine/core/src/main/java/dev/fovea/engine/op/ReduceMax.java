package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Reduce;

/**
 * Largest element over some dimensions; equal ones share the gradient.
 *
 * @param over the dimensions
 */
public record ReduceMax(Axes over) implements ReduceExtremum {

  /** Specification. */
  public static final OpSpec<ReduceMax> SPEC =
      Reduction.spec("ReduceMax", 18, ReduceMax.class, ReduceMax::new);

  @Override
  public OpSpec<ReduceMax> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.MAX;
  }
}
