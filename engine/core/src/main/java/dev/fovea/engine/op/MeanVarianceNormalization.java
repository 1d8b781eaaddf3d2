package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Brings the elements along some axes to mean 0 and variance 1: {@code Y = (X - mean) / (std +
 * 1e-9)}.
 *
 * @param axes the axes; negative ones count from the innermost; 0, 2, 3 where ONNX says nothing
 */
public record MeanVarianceNormalization(List<Integer> axes) implements Op {

  /** Added to the standard deviation by ONNX. */
  private static final float EPSILON = 1e-9f;

  /** Specification. */
  public static final OpSpec<MeanVarianceNormalization> SPEC =
      OpSpec.of(
          "MeanVarianceNormalization",
          9,
          MeanVarianceNormalization.class,
          MeanVarianceNormalization::read,
          op ->
              Attributes.none()
                  .withInts("axes", op.axes.stream().mapToInt(Integer::intValue).toArray()),
          of(new MeanVarianceNormalization(List.of(0, 2, 3)), Shape.of(2, 3, 5, 7)),
          of(new MeanVarianceNormalization(List.of(0, 1, 2, 3)), Shape.of(1, 2, 3, 4)));

  /** Copies the list; there must be at least one axis. */
  public MeanVarianceNormalization {
    axes = List.copyOf(axes);
    if (axes.isEmpty()) {
      throw new IllegalArgumentException("attribute 'axes': expected at least one, found none");
    }
  }

  private static MeanVarianceNormalization read(Attributes a) {
    List<Integer> axes = List.of(0, 2, 3);
    if (a.values().containsKey("axes")) {
      axes = Arrays.stream(a.requiredInts("axes")).boxed().toList();
    }
    return new MeanVarianceNormalization(axes);
  }

  @Override
  public OpSpec<MeanVarianceNormalization> spec() {
    return SPEC;
  }

  private Shape kept(Shape x) {
    return new Axes(axes, true, false).kept("MeanVarianceNormalization", x);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("MeanVarianceNormalization", in, 1, 1);
    Check.that(
        in.get(0).size() > 0,
        "MeanVarianceNormalization",
        "expected an input with elements, found " + in.get(0));
    Shape kept = kept(in.get(0));
    Check.that(
        kept.size() < in.get(0).size(),
        "MeanVarianceNormalization",
        "expected several elements along axes " + axes + ", found " + in.get(0));
    return in;
  }

  /** Means, then squares of deviations; deviations; the constant. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    Shape kept = kept(in.get(0));
    return List.of(kept, kept, Shape.SCALAR);
  }

  /** Deviations; room for two means, and for products with the cotangent. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    Shape kept = kept(in.get(0));
    return List.of(kept, kept, in.get(0));
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Tensor mean = r.scratch(0);
    Tensor deviation = r.saved(0) != null ? r.saved(0) : r.scratch(1);
    Tensor y = r.output(0);
    k.reduce(Reduce.MEAN, r.input(0), false, mean);
    k.binary(Binary.SUB, r.input(0), mean, y);
    k.reduce(Reduce.SUM_SQUARES, y, false, deviation);
    k.axpby((float) deviation.size() / y.size(), deviation, 0, deviation);
    k.unary(Unary.SQRT, 0, 0, deviation, deviation);
    k.fill(EPSILON, r.scratch(2));
    k.binary(Binary.ADD, deviation, r.scratch(2), deviation);
    k.binary(Binary.DIV, y, deviation, y);
  }

  /** {@code dX = (dY - mean(dY) - Y mean(dY Y)) / std}. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor mean = r.saved(1);
    Tensor t = r.saved(2);
    k.binary(Binary.MUL, r.cotangent(0), r.output(0), t);
    k.reduce(Reduce.MEAN, t, false, mean);
    k.binary(Binary.MUL, r.output(0), mean, t);
    k.reduce(Reduce.MEAN, r.cotangent(0), false, mean);
    k.binary(Binary.ADD, t, mean, t);
    k.axpby(1, r.cotangent(0), -1, t);
    k.binary(Binary.DIV, t, r.saved(0), t);
    k.axpby(1, t, 1, r.gradient(0));
  }
}
