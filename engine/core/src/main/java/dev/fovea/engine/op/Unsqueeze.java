package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds dimensions of extent 1.
 *
 * @param axes where, counted in the output; negative counts from its innermost
 */
public record Unsqueeze(List<Integer> axes) implements Reshaping {

  /** Specification. */
  public static final OpSpec<Unsqueeze> SPEC =
      OpSpec.of(
              "Unsqueeze",
              13,
              Unsqueeze.class,
              a -> new Unsqueeze(a.constantInts(1, "axes")),
              op -> Attributes.none().withConstant(1, Attributes.longs(op.axes)),
              of(new Unsqueeze(List.of(0, 2)), Shape.of(3, 4)),
              of(new Unsqueeze(List.of(-1)), Shape.of(2, 3)),
              of(new Unsqueeze(List.of(1)), Shape.of(3)).with(0, OpSpec.Operand.integers(0, 9)))
          .withConstantInputs(1);

  /** Copies the list. */
  public Unsqueeze {
    axes = List.copyOf(axes);
  }

  @Override
  public OpSpec<Unsqueeze> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Unsqueeze", in, 1, 1);
    Shape x = in.get(0);
    int rank = x.rank() + axes.size();
    Set<Integer> added = new TreeSet<>();
    for (int a : axes) {
      int axis = a < 0 ? a + rank : a;
      Check.that(
          axis >= 0 && axis < rank && added.add(axis),
          "Unsqueeze",
          "expected different axes in "
              + -rank
              + ".."
              + (rank - 1)
              + " for "
              + x
              + ", found "
              + axes);
    }
    int[] d = new int[rank];
    for (int i = 0, from = 0; i < rank; i++) {
      d[i] = added.contains(i) ? 1 : x.dim(from++);
    }
    return List.of(Shape.of(d));
  }
}
