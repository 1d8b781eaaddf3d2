package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The elements as elements of another type. Real numbers become integers by being cut off towards
 * zero, and everything but zero becomes true. From real numbers to real numbers nothing changes,
 * whatever their width in a file is: there is one such type here.
 *
 * @param to the type
 */
public record Cast(ElementType to) implements Op {

  /** The numbers of the types in files. */
  private static final Map<ElementType, Long> NUMBERS =
      Map.of(
          ElementType.FLOAT,
          1L,
          ElementType.INT32,
          6L,
          ElementType.INT64,
          7L,
          ElementType.BOOL,
          9L);

  /** Specification. */
  public static final OpSpec<Cast> SPEC =
      OpSpec.of(
          "Cast",
          9,
          Cast.class,
          Cast::read,
          op -> Attributes.none().with("to", NUMBERS.get(op.to)),
          of(new Cast(ElementType.INT64), Shape.of(2, 3, 5)),
          of(new Cast(ElementType.INT32), Shape.of(7)),
          of(new Cast(ElementType.BOOL), Shape.of(2, 9)).with(0, OpSpec.Operand.integers(-1, 1)),
          of(new Cast(ElementType.FLOAT), Shape.of(2, 4)).with(0, OpSpec.Operand.integers(-9, 9)),
          of(new Cast(ElementType.FLOAT), Shape.SCALAR).with(0, OpSpec.Operand.TRUTH),
          of(new Cast(ElementType.FLOAT), Shape.of(3, 2)));

  private static Cast read(Attributes a) {
    long wanted = a.intValue("to", 0);
    return NUMBERS.entrySet().stream()
        .filter(e -> e.getValue() == wanted)
        .map(e -> new Cast(e.getKey()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "attribute 'to': expected one of " + NUMBERS + ", found " + wanted));
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
