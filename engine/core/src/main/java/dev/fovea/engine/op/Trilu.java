package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The upper or lower triangle of the matrices in the two innermost dimensions, with zeros in place
 * of the other elements.
 *
 * @param upper whether elements above the diagonal stay, else those below it
 * @param k which diagonal, itself included in both: 0 the main one, positive ones above it
 */
public record Trilu(boolean upper, int k) implements Moving {

  /** Specification. */
  public static final OpSpec<Trilu> SPEC =
      OpSpec.of(
              "Trilu",
              14,
              Trilu.class,
              a ->
                  new Trilu(
                      a.intValue("upper", 1) != 0,
                      a.constant(1) == null ? 0 : a.saturatedInt(1, "k")),
              op ->
                  Attributes.none()
                      .with("upper", op.upper ? 1 : 0)
                      .withConstant(1, List.of((long) op.k)),
              of(new Trilu(true, 0), Shape.of(4, 4)),
              of(new Trilu(false, 1), Shape.of(2, 3, 5)),
              of(new Trilu(true, -2), Shape.of(2, 1, 5, 3)),
              of(new Trilu(false, -9), Shape.of(3, 2)),
              of(new Trilu(true, 9), Shape.of(3, 2)),
              of(new Trilu(false, 0), Shape.of(3, 3)).with(0, OpSpec.Operand.integers(-4, 4)),
              of(new Trilu(true, 1), Shape.of(3, 3)).with(0, OpSpec.Operand.TRUTH))
          .withConstantInputs(1);

  @Override
  public OpSpec<Trilu> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Trilu", in, 1, 1);
    Check.that(in.get(0).rank() >= 2, "Trilu", "expected [..., rows, columns], found " + in.get(0));
    return in;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().fill(0, r.output(0));
    Moving.super.forward(r);
  }

  /** One copy for each row, of all matrices. */
  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    int rows = x.dim(-2);
    int columns = x.dim(-1);
    int[] extents = {x.size(0, x.rank() - 2), 0};
    int[] strides = {rows * columns, 1};
    List<StridedCopy> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      long diagonal = (long) i + k;
      int from = upper ? (int) Math.max(0, Math.min(columns, diagonal)) : 0;
      int to = upper ? columns : (int) Math.max(0, Math.min(columns, diagonal + 1));
      extents[1] = to - from;
      if (from < to) {
        int start = i * columns + from;
        all.add(StridedCopy.of(extents, start, strides, start, strides));
      }
    }
    return all;
  }
}
