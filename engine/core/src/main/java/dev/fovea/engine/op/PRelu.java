package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Leaky rectified linear unit with learnt slopes: {@code Y = X} for {@code X >= 0}, else {@code
 * slope X}. The slope broadcasts to X; {@code [C, 1, 1]} is one for each channel. He et al.,
 * "Delving deep into rectifiers", ICCV 2015.
 */
public record PRelu() implements Op {

  /** Specification. */
  public static final OpSpec<PRelu> SPEC =
      OpSpec.of(
          "PRelu",
          9,
          PRelu.class,
          a -> new PRelu(),
          op -> Attributes.none(),
          of(new PRelu(), Shape.of(2, 3, 5, 7), Shape.of(3, 1, 1)),
          of(new PRelu(), Shape.of(2, 3, 5), Shape.of(2, 3, 5)),
          of(new PRelu(), Shape.of(4, 33), Shape.of(1)));

  @Override
  public OpSpec<PRelu> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("PRelu", in, 2, 2);
    Shape x = in.get(0);
    Check.broadcastsTo("PRelu", "slope", in.get(1), x);
    return List.of(x);
  }

  /** Room for {@code -X}, and for products with the cotangent. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), in.get(0));
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.PRELU, r.input(0), r.input(1), r.output(0));
  }

  /** With {@code n = -X}: {@code Y = relu(X) - slope relu(n)}. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor dy = r.cotangent(0);
    Tensor n = r.saved(0);
    Tensor t = r.saved(1);
    k.unary(Unary.NEG, 0, 0, r.input(0), n);
    if (r.gradient(0) != null) {
      // A slope of 1 for 0 itself, as forward has it.
      k.unaryBackward(Unary.LEAKY_RELU, 0, 0, r.input(0), null, dy, r.gradient(0));
      k.binary(Binary.MUL, dy, r.input(1), t);
      k.unaryBackward(Unary.RELU, 0, 0, n, null, t, r.gradient(0));
    }
    if (r.gradient(1) != null) {
      k.unary(Unary.RELU, 0, 0, n, t);
      k.binary(Binary.MUL, t, dy, t);
      k.axpby(-1, t, 0, t);
      k.reduce(Reduce.SUM, t, true, r.gradient(1));
    }
  }
}
