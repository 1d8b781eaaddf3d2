package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Softmax along one axis: {@code Y = exp(X - max X) / sum exp(X - max X)}.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record Softmax(int axis) implements Op {

  /** Specification. */
  public static final OpSpec<Softmax> SPEC =
      OpSpec.of(
          "Softmax",
          13,
          Softmax.class,
          a -> new Softmax(a.intValue("axis", -1)),
          op -> Attributes.none().with("axis", op.axis),
          of(new Softmax(-1), Shape.of(4, 10)),
          of(new Softmax(1), Shape.of(2, 3, 5, 7)),
          of(new Softmax(0), Shape.of(5, 2)),
          of(new Softmax(1), Shape.of(1, 1)));

  @Override
  public OpSpec<Softmax> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Softmax", in, 1, 1);
    Check.axis("Softmax", axis, in.get(0));
    return in;
  }

  @Override
  public void forward(Forward r) {
    int[] v = view(r.input(0).shape());
    r.kernels().softmax(v[0], v[1], v[2], r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    int[] v = view(r.output(0).shape());
    r.kernels().softmaxBackward(v[0], v[1], v[2], r.output(0), r.cotangent(0), r.gradient(0));
  }

  /** Extents outside, along and inside the axis. */
  private int[] view(Shape s) {
    int a = axis < 0 ? axis + s.rank() : axis;
    return new int[] {s.size(0, a), s.dim(a), s.size(a + 1, s.rank())};
  }
}
