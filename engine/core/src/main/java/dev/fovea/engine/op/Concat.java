package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Joins tensors along one axis; all other extents are equal.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record Concat(int axis) implements Op {

  /** Specification. */
  public static final OpSpec<Concat> SPEC =
      OpSpec.of(
          "Concat",
          4,
          Concat.class,
          a -> new Concat(a.intValue("axis", 0)),
          op -> Attributes.none().with("axis", op.axis),
          of(new Concat(1), Shape.of(2, 3, 4, 5), Shape.of(2, 1, 4, 5), Shape.of(2, 17, 4, 5)),
          of(new Concat(0), Shape.of(2, 3), Shape.of(1, 3)),
          of(new Concat(-1), Shape.of(2, 3, 2), Shape.of(2, 3, 5)),
          of(new Concat(0), Shape.of(3)));

  @Override
  public OpSpec<Concat> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return ElementType.ANY;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    if (inputs.stream().distinct().count() > 1) {
      throw new ShapeException("Concat: expected inputs of one type, found " + inputs);
    }
    return inputs.get(0);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Concat", in, 1, Integer.MAX_VALUE);
    Shape first = in.get(0);
    int a = Check.axis("Concat", axis, first);
    int sum = 0;
    for (Shape s : in) {
      Check.that(
          s.rank() == first.rank() && s.with(a, 0).equals(first.with(a, 0)),
          "Concat",
          "expected inputs that differ in axis " + a + " only, found " + in);
      sum = Math.addExact(sum, s.dim(a));
    }
    return List.of(first.with(a, sum));
  }

  @Override
  public void forward(Forward r) {
    Tensor y = r.output(0);
    int start = 0;
    for (int i = 0; i < r.inputs(); i++) {
      Tensor x = r.input(i);
      int block = block(x);
      r.kernels().copyBlocks(count(x), block, x, 0, block, y, start, block(y), false);
      start += block;
    }
  }

  @Override
  public void backward(Backward r) {
    Tensor dy = r.cotangent(0);
    int start = 0;
    for (int i = 0; i < r.inputs(); i++) {
      int block = block(r.input(i));
      if (r.gradient(i) != null) {
        r.kernels()
            .copyBlocks(
                count(r.input(i)), block, dy, start, block(dy), r.gradient(i), 0, block, true);
      }
      start += block;
    }
  }

  private int axisOf(Tensor t) {
    return axis < 0 ? axis + t.shape().rank() : axis;
  }

  private int count(Tensor t) {
    return t.shape().size(0, axisOf(t));
  }

  private int block(Tensor t) {
    return t.shape().size(axisOf(t), t.shape().rank());
  }
}
