package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation: {@code Y = scale (X - mean) / sqrt(var + epsilon) + bias}, for each channel.
 * Ioffe and Szegedy, ICML 2015.
 *
 * <p>Inputs {@code X [N, C, ...]} and {@code scale}, {@code bias}, {@code mean}, {@code var}, all
 * {@code [C]}. A training run uses mean and biased variance of the batch and moves the running
 * ones: {@code running = momentum running + (1 - momentum) batch} (ONNX's convention, biased
 * variance too); an inference run uses the running ones.
 *
 * @param epsilon added to the variance
 * @param momentum weight of the old running statistics
 */
public record BatchNormalization(float epsilon, float momentum) implements Op {

  /** Specification. */
  public static final OpSpec<BatchNormalization> SPEC =
      OpSpec.of(
          "BatchNormalization",
          9,
          BatchNormalization.class,
          a ->
              new BatchNormalization(
                  a.floatValue("epsilon", 1e-5f), a.floatValue("momentum", 0.9f)),
          op -> Attributes.none().with("epsilon", op.epsilon).with("momentum", op.momentum),
          example(2, 3, 5, 7),
          example(4, 17, 2, 3),
          example(6, 5),
          example(2, 3, 7),
          example(2, 2, 3, 2, 3),
          example(1, 2, 9, 4));

  private static OpSpec.Example example(int... x) {
    Shape c = Shape.of(x[1]);
    return of(new BatchNormalization(1e-5f, 0.9f), Shape.of(x), c, c, c, c);
  }

  @Override
  public OpSpec<BatchNormalization> spec() {
    return SPEC;
  }

  @Override
  public boolean learns(int input) {
    return input < 3;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("BatchNormalization", in, 5, 5);
    Shape x = in.get(0);
    Check.that(x.rank() >= 2, "BatchNormalization", "input expected [N, C, ...], found " + x);
    String[] names = {"input", "scale", "bias", "mean", "variance"};
    for (int i = 1; i < 5; i++) {
      Check.vector("BatchNormalization", names[i], in.get(i), x.dim(1));
    }
    return List.of(x);
  }

  /** The passes over plain tensors. */
  private record PlainPasses(Kernels kernels, Tensor x, Tensor y, Tensor dy, Tensor dx)
      implements ChannelPasses {

    @Override
    public double count() {
      return (double) x.size() / x.shape().dim(1);
    }

    @Override
    public void moments(Tensor mean, Tensor variance) {
      kernels.channelMoments(x, mean, variance);
    }

    @Override
    public void affine(Tensor scale, Tensor shift) {
      kernels.channelAffine(x, scale, shift, y);
    }

    @Override
    public void gradientSums(Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
      kernels.channelGradientSums(x, dy, mean, invStd, sumDy, sumDyXhat);
    }

    @Override
    public void combine(Tensor a, Tensor b, Tensor d) {
      kernels.channelCombine(a, dy, b, x, d, dx);
    }
  }

  /** Mean and inverse deviation that the run used; then six rows of scratch, all {@code [C]}. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    Shape c = in.get(1);
    return List.of(c, c, Shape.of(6, c.dim(0)));
  }

  @Override
  public void forward(Forward r) {
    forward(r, new PlainPasses(r.kernels(), r.input(0), r.output(0), null, null));
  }

  /** A forward run with other passes over its data than those over plain tensors. */
  public void forward(Forward r, ChannelPasses passes) {
    Kernels k = r.kernels();
    Tensor mean = r.input(3);
    Tensor variance = r.input(4);
    int c = mean.size();
    // An inference run without a later backward has nowhere to save to: two small rows of its own.
    Tensor rows = r.saved(2) != null ? r.saved(2) : Tensor.zeros(2, c);
    Tensor scale = row(rows, 0);
    Tensor shift = row(rows, 1);
    if (r.training()) {
      Tensor batchMean = r.saved(0);
      Tensor batchVariance = row(rows, 2);
      passes.moments(batchMean, batchVariance);
      k.axpby(1 - momentum, batchMean, momentum, mean);
      k.axpby(1 - momentum, batchVariance, momentum, variance);
      mean = batchMean;
      variance = batchVariance;
    } else if (r.saved(0) != null) {
      k.axpby(1, mean, 0, r.saved(0));
    }
    Tensor invStd = r.saved(1) != null ? r.saved(1) : scale;
    for (int i = 0; i < c; i++) {
      double s = 1 / Math.sqrt(variance.get(i) + (double) epsilon);
      double g = r.input(1).get(i) * s;
      set(invStd, i, s);
      set(scale, i, g);
      set(shift, i, r.input(2).get(i) - mean.get(i) * g);
    }
    passes.affine(scale, shift);
  }

  /**
   * With {@code xhat = (x - mean) invStd} and sums over the {@code m} elements of a channel: {@code
   * dbias = sum dy}, {@code dscale = sum dy xhat}, and for a training run {@code dx = scale invStd
   * (dy - dbias / m - xhat dscale / m)}; for an inference run only {@code dx = scale invStd dy}.
   */
  @Override
  public void backward(Backward r) {
    backward(
        r, new PlainPasses(r.kernels(), r.input(0), r.output(0), r.cotangent(0), r.gradient(0)));
  }

  /** A backward run with other passes over its data than those over plain tensors. */
  public void backward(Backward r, ChannelPasses passes) {
    Kernels k = r.kernels();
    Tensor mean = r.saved(0);
    Tensor invStd = r.saved(1);
    Tensor rows = r.saved(2);
    Tensor sumDy = row(rows, 1);
    Tensor sumDyXhat = row(rows, 2);
    passes.gradientSums(mean, invStd, sumDy, sumDyXhat);
    if (r.gradient(1) != null) {
      k.axpby(1, sumDyXhat, 1, r.gradient(1));
    }
    if (r.gradient(2) != null) {
      k.axpby(1, sumDy, 1, r.gradient(2));
    }
    if (r.gradient(0) == null) {
      return;
    }
    Tensor a = row(rows, 3);
    Tensor b = row(rows, 4);
    Tensor d = row(rows, 5);
    int c = mean.size();
    double m = r.training() ? passes.count() : Double.POSITIVE_INFINITY;
    for (int i = 0; i < c; i++) {
      double g = (double) r.input(1).get(i) * invStd.get(i);
      double slope = -g * invStd.get(i) * sumDyXhat.get(i) / m;
      set(a, i, g);
      set(b, i, slope);
      set(d, i, -g * sumDy.get(i) / m - slope * mean.get(i));
    }
    passes.combine(a, b, d);
  }

  private static Tensor row(Tensor rows, int i) {
    return rows.slice(i, i + 1).reshape(rows.shape().dim(1));
  }

  private static void set(Tensor t, int i, double value) {
    t.array()[t.offset() + i] = (float) value;
  }
}
