package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * A matrix of the input's shape with ones on a diagonal and zeros elsewhere. Nothing depends on the
 * input's elements.
 *
 * @param k which diagonal: 0 the main one, positive ones above it
 * @param type what the elements are; null for what those of the input are
 */
public record EyeLike(int k, ElementType type) implements Op {

  private static final String TYPE = "dtype";

  /** Specification. */
  public static final OpSpec<EyeLike> SPEC =
      OpSpec.of(
          "EyeLike",
          9,
          EyeLike.class,
          a -> new EyeLike(a.intValue("k", 0), OnnxNames.type(a, TYPE)),
          EyeLike::write,
          of(new EyeLike(0, null), Shape.of(3, 5)),
          of(new EyeLike(-1, ElementType.FLOAT), Shape.of(4, 2)),
          of(new EyeLike(9, ElementType.INT64), Shape.of(2, 3)),
          of(new EyeLike(1, null), Shape.of(3, 3)).with(0, OpSpec.Operand.integers(0, 1)));

  private static Attributes write(EyeLike op) {
    Attributes a = Attributes.none().with("k", op.k);
    return op.type == null ? a : a.with(TYPE, OnnxNames.code(op.type));
  }

  @Override
  public OpSpec<EyeLike> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return ElementType.ANY;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return type == null ? inputs.get(0) : type;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("EyeLike", in, 1, 1);
    Check.rank("EyeLike", "input", in.get(0), 2, "[rows, columns]");
    return in;
  }

  /** A one. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return List.of(Shape.SCALAR);
  }

  @Override
  public void forward(Forward r) {
    Shape s = r.output(0).shape();
    r.kernels().fill(0, r.output(0));
    r.kernels().fill(1, r.scratch(0));
    long row = Math.max(0, -(long) k);
    long column = Math.max(0, k);
    int length = (int) Math.max(0, Math.min(s.dim(0) - row, s.dim(1) - column));
    if (length > 0) {
      int start = (int) (row * s.dim(1) + column);
      int[] along = {s.dim(1) + 1};
      r.kernels()
          .copyStrided(
              StridedCopy.of(new int[] {length}, 0, new int[] {0}, start, along),
              r.scratch(0),
              r.output(0),
              false);
    }
  }

  @Override
  public void backward(Backward r) {
    // Nothing depends on the input's elements.
  }
}
