package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Makes a matrix of a tensor: dimensions before the axis become rows, the others columns.
 *
 * @param axis first dimension of the columns; negative counts from the innermost
 */
public record Flatten(int axis) implements Reshaping {

  /** Specification. */
  public static final OpSpec<Flatten> SPEC =
      OpSpec.of(
          "Flatten",
          11,
          Flatten.class,
          a -> new Flatten(a.intValue("axis", 1)),
          op -> Attributes.none().with("axis", op.axis),
          of(new Flatten(1), Shape.of(2, 3, 4, 5)),
          of(new Flatten(0), Shape.of(2, 3)),
          of(new Flatten(-1), Shape.of(2, 3, 4)),
          of(new Flatten(2), Shape.of(2, 3)));

  @Override
  public OpSpec<Flatten> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Flatten", in, 1, 1);
    Shape x = in.get(0);
    int a = axis == x.rank() ? axis : Check.axis("Flatten", axis, x);
    return List.of(Shape.of(x.size(0, a), x.size(a, x.rank())));
  }
}
