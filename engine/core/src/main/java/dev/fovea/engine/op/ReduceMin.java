package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Reduce;

/**
 * Smallest element over some dimensions; equal ones share the gradient.
 *
 * @param over the dimensions
 */
public record ReduceMin(Axes over) implements ReduceExtremum {

  /** Specification. */
  public static final OpSpec<ReduceMin> SPEC =
      Reduction.spec("ReduceMin", 18, ReduceMin.class, ReduceMin::new);

  @Override
  public OpSpec<ReduceMin> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.MIN;
  }
}
