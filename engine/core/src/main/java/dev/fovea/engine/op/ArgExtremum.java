package dev.fovea.engine.op;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/** The index of the largest or smallest element along an axis. */
interface ArgExtremum extends Op {

  /** The axis; negative counts from the innermost. */
  int axis();

  /** Whether the axis stays, with an extent of 1. */
  boolean keepDims();

  /** Whether of equal elements the last is taken, else the first. */
  boolean last();

  /** The largest, else the smallest. */
  boolean largest();

  /** The attributes. */
  static Attributes write(ArgExtremum op) {
    return Attributes.none()
        .with("axis", op.axis())
        .with("keepdims", op.keepDims() ? 1 : 0)
        .with("select_last_index", op.last() ? 1 : 0);
  }

  @Override
  default Set<ElementType> accepts(int input) {
    return ElementType.NUMBERS;
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
    return ElementType.INT64;
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 1, 1);
    Shape x = in.get(0);
    int a = Check.axis(spec().name(), axis(), x);
    Check.that(x.dim(a) > 0, spec().name(), "expected an element in axis " + a + ", found " + x);
    return List.of(
        keepDims()
            ? x.with(a, 1)
            : Check.joined(Check.part(x, 0, a), Check.part(x, a + 1, x.rank()), Shape.SCALAR));
  }

  @Override
  default void forward(Forward r) {
    Shape x = r.input(0).shape();
    int a = axis() < 0 ? axis() + x.rank() : axis();
    r.kernels()
        .topK(
            x.size(0, a),
            x.dim(a),
            x.size(a + 1, x.rank()),
            1,
            largest(),
            last(),
            r.input(0),
            null,
            r.output(0));
  }

  /** Never called: an index has no gradient. */
  @Override
  default void backward(Backward r) {
    throw new UnsupportedOperationException(spec().name() + " has no gradient");
  }
}
