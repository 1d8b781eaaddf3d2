package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is left after a division, elementwise and broadcast: {@code C = A - B q} with an integer q,
 * which is the quotient rounded down, or cut off towards zero. For the derivative q is a constant.
 *
 * @param fmod whether the result has the sign of A, else that of B; real numbers need the former
 */
public record Mod(boolean fmod) implements Broadcasting {

  /** Specification. */
  public static final OpSpec<Mod> SPEC =
      OpSpec.of(
          "Mod",
          13,
          Mod.class,
          a -> new Mod(a.intValue("fmod", 0) != 0),
          op -> Attributes.none().with("fmod", op.fmod ? 1 : 0),
          // Far enough from the multiples, where there is no derivative.
          of(new Mod(true), Shape.of(2, 3, 4), Shape.of(4))
              .with(0, reals(-4.9f, 7.5f, 4.1f, -1.3f, 3.1f, -2.5f, 1.2f, 2.2f))
              .with(1, reals(2, -1.7f, 3, 0.9f)),
          of(new Mod(true), Shape.of(3, 1), Shape.of(5))
              .with(0, reals(5.2f, -1.1f, 1))
              .with(1, reals(1.5f, -1.9f, -3.2f, 3.6f, -3.9f)),
          integers(new Mod(false)),
          integers(new Mod(true)));

  private static OpSpec.Example integers(Mod op) {
    return of(op, Shape.of(2, 9), Shape.of(2, 1))
        .with(0, OpSpec.Operand.integers(-9, 9))
        .with(1, OpSpec.Operand.values(3, -4));
  }

  private static OpSpec.Operand reals(float... values) {
    List<Float> all = new ArrayList<>();
    for (float v : values) {
      all.add(v);
    }
    return new OpSpec.Operand(ElementType.FLOAT, -8, 8, all);
  }

  @Override
  public OpSpec<Mod> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return fmod ? Binary.REMAINDER : Binary.MODULUS;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return ElementType.NUMBERS;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    Check.that(
        inputs.get(0) == inputs.get(1) && (fmod || inputs.get(0) != ElementType.FLOAT),
        "Mod",
        "expected operands of one type, real numbers only with fmod, found " + inputs);
    return inputs.get(0);
  }

  /** Room for the quotient. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  /** {@code dA = dC}, {@code dB = -q dC}, summed over the broadcast dimensions. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    if (r.gradient(0) != null) {
      k.reduce(Reduce.SUM, r.cotangent(0), true, r.gradient(0));
    }
    if (r.gradient(1) != null) {
      Tensor q = r.saved(0);
      k.binary(Binary.SUB, r.input(0), r.output(0), q);
      k.binary(Binary.DIV, q, r.input(1), q);
      k.unary(Unary.ROUND, 0, 0, q, q);
      k.binary(Binary.MUL, q, r.cotangent(0), q);
      k.axpby(-1, q, 0, q);
      k.reduce(Reduce.SUM, q, true, r.gradient(1));
    }
  }
}
