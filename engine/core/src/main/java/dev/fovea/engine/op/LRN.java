package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Local response normalisation of {@code X [N, C, H, W]}: {@code Y = X / (bias + alpha / size sum
 * X^2)^beta}, the sum over {@code size} neighbouring channels, those beyond the ends counting as 0.
 * Krizhevsky et al., "ImageNet classification with deep convolutional neural networks", NIPS 2012
 * (where alpha is not divided by the size).
 *
 * @param size number of channels summed over; of an even number, one more comes after the channel
 *     than before
 * @param alpha 0.0001 where ONNX says nothing
 * @param beta exponent; 0.75 where ONNX says nothing
 * @param bias positive; 1 where ONNX says nothing
 */
public record LRN(int size, float alpha, float beta, float bias) implements Op {

  /** Specification. */
  public static final OpSpec<LRN> SPEC =
      OpSpec.of(
          "LRN",
          1,
          LRN.class,
          a ->
              new LRN(
                  a.intValue("size", 0),
                  a.floatValue("alpha", 1e-4f),
                  a.floatValue("beta", 0.75f),
                  a.floatValue("bias", 1)),
          op ->
              Attributes.none()
                  .with("size", op.size)
                  .with("alpha", op.alpha)
                  .with("beta", op.beta)
                  .with("bias", op.bias),
          of(new LRN(5, 0.5f, 0.75f, 1), Shape.of(2, 7, 3, 5)),
          of(new LRN(3, 1, 0.5f, 2), Shape.of(1, 2, 4, 3)),
          of(new LRN(1, 1e-4f, 0.75f, 1), Shape.of(2, 3, 1, 1)));

  /** Checks size and bias. */
  public LRN {
    if (size < 1) {
      throw new IllegalArgumentException("LRN: size expected to be positive, found " + size);
    }
    if (!(bias > 0)) {
      throw new IllegalArgumentException("LRN: bias expected to be positive, found " + bias);
    }
  }

  @Override
  public OpSpec<LRN> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("LRN", in, 1, 1);
    Check.image("LRN", in.get(0));
    return in;
  }

  /** The denominator without its exponent; the weights of the sum; a scalar. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return List.of(in.get(0), Shape.of(1, 1, size, 1), Shape.SCALAR);
  }

  /** What scratch holds, the first of it kept; room for two tensors of the input's shape. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), Shape.of(1, 1, size, 1), Shape.SCALAR, in.get(0), in.get(0));
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Tensor x = r.input(0);
    Tensor y = r.output(0);
    Tensor sums = r.saved(0) != null ? r.saved(0) : r.scratch(0);
    k.binary(Binary.MUL, x, x, y);
    k.fill(alpha / size, r.scratch(1));
    k.convForward(window(), 1, columns(y), r.scratch(1), null, false, columns(sums));
    k.fill(bias, r.scratch(2));
    k.binary(Binary.ADD, sums, r.scratch(2), sums);
    k.fill(-beta, r.scratch(2));
    k.binary(Binary.POW, sums, r.scratch(2), y);
    k.binary(Binary.MUL, y, x, y);
  }

  /**
   * With {@code s} the denominator without its exponent: {@code dX = dY s^-beta - 2 alpha beta /
   * size X sum(dY Y / s)}, the sum over the channels whose own sums contain this one.
   */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor sums = r.saved(0);
    Tensor t = r.saved(3);
    Tensor spread = r.saved(4);
    k.binary(Binary.DIV, r.output(0), sums, t);
    k.binary(Binary.MUL, t, r.cotangent(0), t);
    k.fill(-2 * alpha * beta / size, r.saved(1));
    k.fill(0, spread);
    k.convByData(window(), 1, columns(t), r.saved(1), columns(spread));
    k.binary(Binary.MUL, spread, r.input(0), spread);
    k.axpby(1, spread, 1, r.gradient(0));
    k.fill(-beta, r.saved(2));
    k.binary(Binary.POW, sums, r.saved(2), t);
    k.binary(Binary.MUL, t, r.cotangent(0), t);
    k.axpby(1, t, 1, r.gradient(0));
  }

  /** The sum over channels is a convolution along the columns of {@link #columns}. */
  private Window window() {
    return new Window(size, 1, 1, 1, (size - 1) / 2, 0, size / 2, 0, 1, 1);
  }

  /** One image for each sample, with a row for each channel. */
  private static Tensor columns(Tensor t) {
    Shape s = t.shape();
    return t.reshape(s.dim(0), 1, s.dim(1), s.size(2, 4));
  }
}
