package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;

/**
 * The index of the largest element along an axis.
 *
 * @param axis the axis; negative counts from the innermost
 * @param keepDims whether the axis stays, with an extent of 1
 * @param last whether of equal elements the last is taken, else the first
 */
public record ArgMax(int axis, boolean keepDims, boolean last) implements ArgExtremum {

  /** Specification. */
  public static final OpSpec<ArgMax> SPEC =
      OpSpec.of(
          "ArgMax",
          12,
          ArgMax.class,
          a ->
              new ArgMax(
                  a.intValue("axis", 0),
                  a.intValue("keepdims", 1) != 0,
                  a.intValue("select_last_index", 0) != 0),
          ArgExtremum::write,
          of(new ArgMax(1, true, false), Shape.of(2, 7, 3)),
          of(new ArgMax(-1, false, false), Shape.of(3, 5)),
          of(new ArgMax(0, false, true), Shape.of(4, 2)).with(0, OpSpec.Operand.integers(0, 2)),
          of(new ArgMax(0, true, false), Shape.of(6)).with(0, OpSpec.Operand.integers(0, 2)));

  @Override
  public OpSpec<ArgMax> spec() {
    return SPEC;
  }

  @Override
  public boolean largest() {
    return true;
  }
}
