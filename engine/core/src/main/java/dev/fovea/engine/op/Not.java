package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/** Truth values {@code Y = not X}. */
public record Not() implements Op {

  /** Specification. */
  public static final OpSpec<Not> SPEC =
      OpSpec.of(
          "Not",
          1,
          Not.class,
          a -> new Not(),
          op -> Attributes.none(),
          of(new Not(), Shape.of(2, 3, 5)).with(0, OpSpec.Operand.TRUTH),
          of(new Not(), Shape.SCALAR).with(0, OpSpec.Operand.TRUTH));

  @Override
  public OpSpec<Not> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return Set.of(ElementType.BOOL);
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return ElementType.BOOL;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Not", in, 1, 1);
    return in;
  }

  @Override
  public void forward(Forward r) {
    // 1 - x, exactly.
    r.kernels().unary(Unary.HARD_SIGMOID, -1, 1, r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    throw new IllegalStateException("Not has no gradient");
  }
}
