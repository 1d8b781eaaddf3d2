package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of data with elements along an axis replaced by updates, or combined with them, each by an
 * index of its own; the inverse way of {@link GatherElements}: {@code y[i][indices[i][j][k]][k]
 * (+)= updates[i][j][k]} for axis 1 of three. Where they replace, indices should differ: where they
 * do not, the last one wins, and the gradient is as if all had.
 *
 * @param axis the axis; negative counts from the innermost
 * @param reduction what becomes of an element and an update
 */
public record ScatterElements(int axis, ScatterReduction reduction) implements Scattering {

  /** Specification. */
  public static final OpSpec<ScatterElements> SPEC =
      OpSpec.of(
          "ScatterElements",
          16,
          ScatterElements.class,
          a -> new ScatterElements(a.intValue("axis", 0), Scattering.read(a)),
          op -> op.write().with("axis", op.axis),
          of(
                  new ScatterElements(1, ScatterReduction.ADD),
                  Shape.of(2, 3, 4),
                  Shape.of(2, 5, 4),
                  Shape.of(2, 5, 4))
              .with(1, OpSpec.Operand.integers(-3, 2)),
          of(
                  new ScatterElements(-1, ScatterReduction.NONE),
                  Shape.of(2, 4),
                  Shape.of(2, 3),
                  Shape.of(2, 3))
              .with(1, OpSpec.Operand.values(2, -4, 3)),
          of(new ScatterElements(0, ScatterReduction.NONE), Shape.of(5), Shape.of(2), Shape.of(2))
              .with(1, OpSpec.Operand.values(3, 0)),
          of(
                  new ScatterElements(0, ScatterReduction.MUL),
                  Shape.of(3, 2),
                  Shape.of(4, 2),
                  Shape.of(4, 2))
              .with(0, values(0, 1.5f, -0.5f, 2, 0.75f, -1))
              .with(1, OpSpec.Operand.values(0, 1, 0, 1, 2, 1, 0, 2))
              .with(2, values(0.5f, 0, 2, 1.25f, -1, 0, 0.5f, 0)),
          of(
                  new ScatterElements(1, ScatterReduction.MAX),
                  Shape.of(2, 3),
                  Shape.of(2, 2),
                  Shape.of(2, 2))
              .with(0, values(0, 1, 2, 3, 4, 5))
              .with(1, OpSpec.Operand.values(0, 2, 1, 1))
              .with(2, values(0.5f, 1.5f, 5, 4.5f)),
          of(new ScatterElements(-1, ScatterReduction.MIN), Shape.of(4), Shape.of(3), Shape.of(3))
              .with(0, values(0, 1, 2, 3))
              .with(1, OpSpec.Operand.values(1, 1, 2))
              .with(2, values(0.5f, 0.25f, 2.5f)));

  private static OpSpec.Operand values(float... values) {
    List<Float> list = new ArrayList<>();
    for (float v : values) {
      list.add(v);
    }
    return new OpSpec.Operand(ElementType.FLOAT, -5, 5, list);
  }

  @Override
  public OpSpec<ScatterElements> spec() {
    return SPEC;
  }

  @Override
  public Indexing indexing(Shape data, Shape indices, Shape updates) {
    Check.that(
        updates.equals(indices),
        "ScatterElements",
        "expected an update for each of the indices " + indices + ", found " + updates);
    return GatherElements.indexing("ScatterElements", axis, data, indices);
  }
}
