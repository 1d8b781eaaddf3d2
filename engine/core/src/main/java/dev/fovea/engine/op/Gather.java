package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * Picks slices of data along an axis by a tensor of indices, whose dimensions take the place of the
 * axis: {@code data [..., n, ...]} and {@code indices [q...]} give {@code [..., q..., ...]}. On a
 * parameter {@code [words, size]} this is an embedding. Negative indices count from the end.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record Gather(int axis) implements Op {

  /** Specification. */
  public static final OpSpec<Gather> SPEC =
      OpSpec.of(
          "Gather",
          1,
          Gather.class,
          a -> new Gather(a.intValue("axis", 0)),
          op -> Attributes.none().with("axis", op.axis),
          of(new Gather(0), Shape.of(5, 3), Shape.of(2, 4)).with(1, OpSpec.Operand.integers(0, 4)),
          of(new Gather(1), Shape.of(2, 4, 3), Shape.of(5)).with(1, OpSpec.Operand.integers(-4, 3)),
          of(new Gather(-1), Shape.of(3, 6), Shape.SCALAR).with(1, OpSpec.Operand.integers(-6, 5)),
          of(new Gather(0), Shape.of(4), Shape.of(1, 3))
              .with(0, OpSpec.Operand.integers(-9, 9))
              .with(1, OpSpec.Operand.integers(0, 3)));

  @Override
  public OpSpec<Gather> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return input == 0 ? ElementType.ANY : ElementType.INTEGERS;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(0);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Gather", in, 2, 2);
    Shape x = in.get(0);
    int a = Check.axis("Gather", axis, x);
    return List.of(Check.joined(Check.part(x, 0, a), in.get(1), Check.part(x, a + 1, x.rank())));
  }

  @Override
  public void forward(Forward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape());
    r.kernels().gather(g, r.input(0), r.input(1), false, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape());
    r.kernels().scatter(g, r.cotangent(0), r.input(1), true, r.gradient(0));
  }

  private Indexing indexing(Shape x, Shape indices) {
    int a = axis < 0 ? axis + x.rank() : axis;
    return new Indexing(
        x.size(0, a), List.of(x.dim(a)), x.size(a + 1, x.rank()), indices.size(), false, false);
  }
}
