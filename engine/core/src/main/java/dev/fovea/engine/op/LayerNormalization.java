package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Layer normalisation: {@code Y = scale (X - mean) / sqrt(var + epsilon) + bias}, mean and variance
 * over all dimensions from {@code axis} on, for each sample alone. Ba et al., "Layer
 * normalization", 2016.
 *
 * <p>Inputs X, {@code scale} and optionally {@code bias}, both of the shape of these dimensions.
 *
 * <p>Where asked for, further outputs are the means and the inverse deviations {@code 1 / sqrt(var
 * + epsilon)}, with an extent of 1 in place of these dimensions.
 *
 * @param axis the first dimension that is normalised; negative counts from the innermost
 * @param epsilon added to the variance
 * @param outputs number of outputs, 1 to 3
 */
public record LayerNormalization(int axis, float epsilon, int outputs) implements Standardizing {

  private static final int MOST_OUTPUTS = 3;

  /** Specification. */
  public static final OpSpec<LayerNormalization> SPEC =
      OpSpec.of(
          "LayerNormalization",
          17,
          LayerNormalization.class,
          a -> new LayerNormalization(a.intValue("axis", -1), a.floatValue("epsilon", 1e-5f)),
          op -> Attributes.none().with("axis", op.axis).with("epsilon", op.epsilon),
          of(new LayerNormalization(-1, 1e-5f), Shape.of(4, 17), Shape.of(17), Shape.of(17)),
          of(
              new LayerNormalization(1, 1e-3f),
              Shape.of(2, 3, 5, 7),
              Shape.of(3, 5, 7),
              Shape.of(3, 5, 7)),
          of(new LayerNormalization(-2, 1e-5f), Shape.of(2, 3, 5, 4), Shape.of(5, 4)),
          of(new LayerNormalization(1, 1e-2f, 3), Shape.of(2, 3, 4), Shape.of(3, 4)),
          of(new LayerNormalization(-1, 1e-2f, 2), Shape.of(2, 3, 4), Shape.of(4), Shape.of(4)));

  /** Checks the number of outputs. */
  public LayerNormalization {
    if (outputs < 1 || outputs > MOST_OUTPUTS) {
      throw new IllegalArgumentException(
          "LayerNormalization: expected 1 to 3 outputs, found " + outputs);
    }
  }

  /** With the normalised tensor as the only output. */
  public LayerNormalization(int axis, float epsilon) {
    this(axis, epsilon, 1);
  }

  /** A copy with as many outputs as a node of a file has. */
  public LayerNormalization withOutputs(int count) {
    return new LayerNormalization(axis, epsilon, count);
  }

  @Override
  public OpSpec<LayerNormalization> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("LayerNormalization", in, 2, 3);
    Shape x = in.get(0);
    int first = Check.axis("LayerNormalization", axis, x);
    Check.that(x.size() > 0, "LayerNormalization", "expected an input with elements, found " + x);
    Shape expected = Shape.of(Arrays.copyOfRange(x.toArray(), first, x.rank()));
    for (int i = 1; i < in.size(); i++) {
      Check.that(
          in.get(i).equals(expected),
          "LayerNormalization",
          (i == 1 ? "scale" : "bias") + " expected " + expected + ", found " + in.get(i));
    }
    Shape kept = x;
    for (int d = first; d < x.rank(); d++) {
      kept = kept.with(d, 1);
    }
    return List.of(x, kept, kept).subList(0, outputs);
  }

  @Override
  public void forward(Forward r) {
    Standardizing.super.forward(r);
    Tensor work = r.saved(0) != null ? r.saved(0) : r.scratch(0);
    for (int o = 1; o < outputs; o++) {
      r.kernels().axpby(1, Standardizing.row(work, o - 1), 0, r.output(o));
    }
  }

  @Override
  public void backward(Backward r) {
    Standardizing.super.backward(r);
    if (outputs > 1 && r.gradient(0) != null) {
      statisticsBackward(r);
    }
  }

  /**
   * For n elements in a row: the mean has the derivative {@code 1 / n}, and the inverse deviation s
   * has {@code -s^3 (X - mean) / n}.
   */
  private void statisticsBackward(Backward r) {
    Kernels k = r.kernels();
    Tensor work = r.saved(0);
    Tensor slope = Standardizing.row(work, 2);
    Tensor constant = Standardizing.row(work, 3);
    Tensor none = Standardizing.row(work, 4);
    Tensor x = byRow(r.input(0));
    float share = 1f / x.shape().dim(2);
    k.fill(0, none);
    k.fill(0, slope);
    k.axpby(share, r.cotangent(1), 0, constant);
    if (outputs > 2) {
      Tensor inverse = Standardizing.row(work, 1);
      k.axpby(-share, r.cotangent(2), 0, slope);
      for (int i = 0; i < 3; i++) {
        k.binary(Binary.MUL, slope, inverse, slope);
      }
      k.binary(Binary.MUL, slope, Standardizing.row(work, 0), none);
      k.axpby(-1, none, 1, constant);
      k.fill(0, none);
    }
    k.channelCombine(none, x, slope, x, constant, byRow(r.gradient(0)));
  }

  @Override
  public int rows(Shape x) {
    return x.size(0, axis < 0 ? axis + x.rank() : axis);
  }

  @Override
  public Shape view(Shape x) {
    return Shape.of(rows(x), x.size() / rows(x));
  }

  @Override
  public Shape parameters(Shape x) {
    return Shape.of(x.size() / rows(x));
  }
}
