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
 * Logarithm of the softmax along one axis: {@code Y = X - log sum exp(X)}; finite where a softmax
 * would round to 0.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record LogSoftmax(int axis) implements Op {

  /** Specification. */
  public static final OpSpec<LogSoftmax> SPEC =
      OpSpec.of(
          "LogSoftmax",
          13,
          LogSoftmax.class,
          a -> new LogSoftmax(a.intValue("axis", -1)),
          op -> Attributes.none().with("axis", op.axis),
          of(new LogSoftmax(-1), Shape.of(4, 10)),
          of(new LogSoftmax(1), Shape.of(2, 3, 5, 7)),
          of(new LogSoftmax(0), Shape.of(5, 2)));

  @Override
  public OpSpec<LogSoftmax> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("LogSoftmax", in, 1, 1);
    Check.axis("LogSoftmax", axis, in.get(0));
    return in;
  }

  /** The logarithms of the sums. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return List.of(in.get(0).with(axis, 1));
  }

  /** Room for the softmax times the sums of the cotangent, and for these sums. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), in.get(0).with(axis, 1));
  }

  @Override
  public void forward(Forward r) {
    r.kernels().reduce(Reduce.LOG_SUM_EXP, r.input(0), false, r.scratch(0));
    r.kernels().binary(Binary.SUB, r.input(0), r.scratch(0), r.output(0));
  }

  /** {@code dX = dY - exp(Y) sum dY}. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor t = r.saved(0);
    k.reduce(Reduce.SUM, r.cotangent(0), false, r.saved(1));
    k.unary(Unary.EXP, 0, 0, r.output(0), t);
    k.binary(Binary.MUL, t, r.saved(1), t);
    k.axpby(1, r.cotangent(0), 1, r.gradient(0));
    k.axpby(-1, t, 1, r.gradient(0));
  }
}
