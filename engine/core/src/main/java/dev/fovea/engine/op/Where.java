package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Chooses elements: {@code Y = condition ? A : B}, all three broadcast to each other. What is not
 * chosen may be infinite or NaN.
 */
public record Where() implements Op {

  /** Specification. */
  public static final OpSpec<Where> SPEC =
      OpSpec.of(
          "Where",
          9,
          Where.class,
          a -> new Where(),
          op -> Attributes.none(),
          of(new Where(), Shape.of(2, 3, 4), Shape.of(2, 3, 4), Shape.of(2, 3, 4))
              .with(0, OpSpec.Operand.TRUTH),
          of(new Where(), Shape.of(3, 1), Shape.of(2, 1, 4), Shape.SCALAR)
              .with(0, OpSpec.Operand.TRUTH),
          of(new Where(), Shape.of(2, 1, 5), Shape.of(1), Shape.of(3, 1))
              .with(0, OpSpec.Operand.TRUTH));

  @Override
  public OpSpec<Where> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return input == 0 ? Set.of(ElementType.BOOL) : ElementType.ANY;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    if (inputs.get(1) != inputs.get(2)) {
      throw new ShapeException(
          "Where: expected two choices of one type, found "
              + inputs.get(1)
              + " and "
              + inputs.get(2));
    }
    return inputs.get(1);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Where", in, 3, 3);
    try {
      return List.of(Shape.broadcast(Shape.broadcast(in.get(0), in.get(1)), in.get(2)));
    } catch (IllegalArgumentException e) {
      throw new ShapeException("Where: expected shapes that broadcast, found " + in);
    }
  }

  /** Room for what of the cotangent flows to one choice. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().select(r.input(0), r.input(1), r.input(2), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Tensor part = r.saved(0);
    for (int i = 1; i <= 2; i++) {
      if (r.gradient(i) != null) {
        r.kernels().binary(Binary.MUL, r.cotangent(0), r.input(0), part);
        if (i == 2) {
          r.kernels().axpby(1, r.cotangent(0), -1, part);
        }
        r.kernels().reduce(Reduce.SUM, part, true, r.gradient(i));
      }
    }
  }
}
