package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * The elements as elements of another type. Real numbers become integers by being cut off towards
 * zero, and everything but zero becomes true. From real numbers to real numbers nothing changes,
 * whatever their width in a file is: there is one such type here.
 *
 * @param to the type
 */
public record Cast(ElementType to) implements Op {

  private static final String TO = "to";

  /** Specification. */
  public static final OpSpec<Cast> SPEC =
      OpSpec.of(
          "Cast",
          9,
          Cast.class,
          Cast::read,
          op -> Attributes.none().with(TO, OnnxNames.code(op.to)),
          of(new Cast(ElementType.INT64), Shape.of(2, 3, 5)),
          of(new Cast(ElementType.INT32), Shape.of(7)),
          of(new Cast(ElementType.BOOL), Shape.of(2, 9)).with(0, OpSpec.Operand.integers(-1, 1)),
          of(new Cast(ElementType.FLOAT), Shape.of(2, 4)).with(0, OpSpec.Operand.integers(-9, 9)),
          of(new Cast(ElementType.FLOAT), Shape.SCALAR).with(0, OpSpec.Operand.TRUTH),
          of(new Cast(ElementType.FLOAT), Shape.of(3, 2)));

  private static Cast read(Attributes a) {
    ElementType type = OnnxNames.type(a, TO);
    if (type == null) {
      throw new IllegalArgumentException(
          "attribute 'to': expected the number of a type, found none");
    }
    return new Cast(type);
  }

  @Override
  public OpSpec<Cast> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return ElementType.ANY;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return to;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Cast", in, 1, 1);
    return in;
  }

  @Override
  public boolean isView(boolean training) {
    return to == ElementType.FLOAT;
  }

  /** Room for the size or for a comparison, and for a zero. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return to == ElementType.FLOAT ? List.of() : List.of(in.get(0), in.get(0), Shape.SCALAR);
  }

  @Override
  public void forward(Forward r) {
    switch (to) {
      case FLOAT -> r.kernels().axpby(1, r.input(0), 0, r.output(0));
      case BOOL -> {
        r.kernels().fill(0, r.scratch(2));
        r.kernels().binary(Binary.EQUAL, r.input(0), r.scratch(2), r.scratch(0));
        r.kernels().unary(Unary.HARD_SIGMOID, -1, 1, r.scratch(0), r.output(0));
      }
      default -> {
        r.kernels().unary(Unary.ABS, 0, 0, r.input(0), r.scratch(0));
        r.kernels().unary(Unary.FLOOR, 0, 0, r.scratch(0), r.scratch(1));
        r.kernels().unary(Unary.SIGN, 0, 0, r.input(0), r.scratch(0));
        r.kernels().binary(Binary.MUL, r.scratch(0), r.scratch(1), r.output(0));
      }
    }
  }

  @Override
  public void backward(Backward r) {
    r.kernels().axpby(1, r.cotangent(0), 1, r.gradient(0));
  }
}
