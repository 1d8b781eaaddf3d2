package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Broadcasts a tensor: its shape and the given one are aligned at the innermost dimension, and each
 * extent of 1 becomes that of the other.
 *
 * @param shape the shape to broadcast with
 */
public record Expand(List<Integer> shape) implements Moving {

  /** Specification. */
  public static final OpSpec<Expand> SPEC =
      OpSpec.of(
              "Expand",
              8,
              Expand.class,
              a -> new Expand(a.constantInts(1, "shape")),
              op -> Attributes.none().withConstant(1, Attributes.longs(op.shape)),
              of(new Expand(List.of(2, 3, 5)), Shape.of(3, 1)),
              of(new Expand(List.of(1, 4, 1)), Shape.of(2, 1, 3)),
              of(new Expand(List.of(5)), Shape.of(2, 1)),
              of(new Expand(List.of(2, 2)), Shape.SCALAR).with(0, OpSpec.Operand.TRUTH))
          .withConstantInputs(1);

  /** Copies the list and checks it. */
  public Expand {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(d -> d < 0)) {
      throw new IllegalArgumentException("Expand: expected extents >= 0, found " + shape);
    }
  }

  @Override
  public OpSpec<Expand> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Expand", in, 1, 1);
    Shape to = Shape.of(Attributes.array(shape));
    try {
      return List.of(Shape.broadcast(in.get(0), to));
    } catch (IllegalArgumentException e) {
      throw new ShapeException("Expand: " + e.getMessage());
    }
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    int[] own = x.strides();
    int[] strides = new int[y.rank()];
    for (int i = 1; i <= x.rank(); i++) {
      strides[strides.length - i] = x.dim(-i) == 1 ? 0 : own[own.length - i];
    }
    return List.of(StridedCopy.of(y.toArray(), 0, strides, 0, y.strides()));
  }
}
