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
 * Divides by the norm along one axis: {@code Y = X / ||X||}; zeros stay zeros.
 *
 * @param axis the axis; negative counts from the innermost
 * @param p 1 for the sum of magnitudes, 2 for the Euclidean norm
 */
public record LpNormalization(int axis, int p) implements Op {

  /** A lower limit of norms, so that 0 is not divided by 0. */
  private static final float TINY = 1e-18f;

  /** Specification. */
  public static final OpSpec<LpNormalization> SPEC =
      OpSpec.of(
          "LpNormalization",
          1,
          LpNormalization.class,
          a -> new LpNormalization(a.intValue("axis", -1), a.intValue("p", 2)),
          op -> Attributes.none().with("axis", op.axis).with("p", op.p),
          of(new LpNormalization(-1, 2), Shape.of(4, 10)),
          of(new LpNormalization(1, 2), Shape.of(2, 3, 5, 7)),
          of(new LpNormalization(1, 1), Shape.of(2, 3, 5)),
          of(new LpNormalization(0, 1), Shape.of(5)));

  /** Checks p. */
  public LpNormalization {
    if (p != 1 && p != 2) {
      throw new IllegalArgumentException("attribute 'p': expected 1 or 2, found " + p);
    }
  }

  @Override
  public OpSpec<LpNormalization> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("LpNormalization", in, 1, 1);
    Check.axis("LpNormalization", axis, in.get(0));
    return in;
  }

  /** The norms. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return List.of(in.get(0).with(axis, 1));
  }

  /** The norms; room for sums, and for derivatives. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    Shape norm = in.get(0).with(axis, 1);
    return List.of(norm, norm, in.get(0));
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Tensor norm = r.saved(0) != null ? r.saved(0) : r.scratch(0);
    k.reduce(p == 1 ? Reduce.SUM_ABS : Reduce.SUM_SQUARES, r.input(0), false, norm);
    if (p == 2) {
      k.unary(Unary.SQRT, 0, 0, norm, norm);
    }
    k.unary(Unary.CLIP, TINY, Float.POSITIVE_INFINITY, norm, norm);
    k.binary(Binary.DIV, r.input(0), norm, r.output(0));
  }

  /**
   * {@code dX = (dY - n sum(dY Y)) / ||X||}, where {@code n}, the derivative of the norm, is Y for
   * p = 2 and the sign of X for p = 1.
   */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor norm = r.saved(0);
    Tensor dot = r.saved(1);
    Tensor t = r.saved(2);
    k.binary(Binary.MUL, r.cotangent(0), r.output(0), t);
    k.reduce(Reduce.SUM, t, false, dot);
    if (p == 1) {
      k.unary(Unary.SIGN, 0, 0, r.input(0), t);
    } else {
      k.axpby(1, r.output(0), 0, t);
    }
    k.binary(Binary.MUL, t, dot, t);
    k.axpby(1, r.cotangent(0), -1, t);
    k.binary(Binary.DIV, t, norm, t);
    k.axpby(1, t, 1, r.gradient(0));
  }
}
