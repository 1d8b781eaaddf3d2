package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;

/**
 * The index of the smallest element along an axis.
 *
 * @param axis the axis; negative counts from the innermost
 * @param keepDims whether the axis stays, with an extent of 1
 * @param last whether of equal elements the last is taken, else the first
 */
public record ArgMin(int axis, boolean keepDims, boolean last) implements ArgExtremum {

  /** Specification. */
  public static final OpSpec<ArgMin> SPEC =
      OpSpec.of(
          "ArgMin",
          12,
          ArgMin.class,
          a ->
              new ArgMin(
                  a.intValue("axis", 0),
                  a.intValue("keepdims", 1) != 0,
                  a.intValue("select_last_index", 0) != 0),
          ArgExtremum::write,
          of(new ArgMin(1, true, false), Shape.of(2, 7, 3)),
          of(new ArgMin(-1, false, false), Shape.of(3, 5)),
          of(new ArgMin(0, false, true), Shape.of(4, 2)).with(0, OpSpec.Operand.integers(0, 2)),
          of(new ArgMin(0, true, false), Shape.of(6)).with(0, OpSpec.Operand.integers(0, 2)));

  @Override
  public OpSpec<ArgMin> spec() {
    return SPEC;
  }

  @Override
  public boolean largest() {
    return false;
  }
}
