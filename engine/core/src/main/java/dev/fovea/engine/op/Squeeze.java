package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes away dimensions of extent 1.
 *
 * @param axes which; negative counts from the innermost; empty for all of extent 1
 */
public record Squeeze(List<Integer> axes) implements Reshaping {

  /** Specification. */
  public static final OpSpec<Squeeze> SPEC =
      OpSpec.of(
              "Squeeze",
              13,
              Squeeze.class,
              a -> new Squeeze(a.constant(1) == null ? List.of() : a.constantInts(1, "axes")),
              op ->
                  op.axes.isEmpty()
                      ? Attributes.none()
                      : Attributes.none().withConstant(1, Attributes.longs(op.axes)),
              of(new Squeeze(List.of(1, -1)), Shape.of(3, 1, 2, 1)),
              of(new Squeeze(List.of()), Shape.of(1, 3, 1)),
              of(new Squeeze(List.of(0)), Shape.of(1, 1)).with(0, OpSpec.Operand.TRUTH))
          .withConstantInputs(1);

  /** Copies the list. */
  public Squeeze {
    axes = List.copyOf(axes);
  }

  @Override
  public OpSpec<Squeeze> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Squeeze", in, 1, 1);
    Shape x = in.get(0);
    Set<Integer> gone = new TreeSet<>();
    for (int a : axes) {
      int axis = Check.axis("Squeeze", a, x);
      Check.that(
          x.dim(axis) == 1, "Squeeze", "expected an extent of 1 in axis " + axis + ", found " + x);
      gone.add(axis);
    }
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      if (axes.isEmpty() ? x.dim(d) != 1 : !gone.contains(d)) {
        kept.add(x.dim(d));
      }
    }
    return List.of(Shape.of(Attributes.array(kept)));
  }
}
