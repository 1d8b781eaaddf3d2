package dev.fovea.visualize.features;

import dev.fovea.engine.image.statistics.Covariance;
import dev.fovea.engine.image.statistics.SymmetricEigen;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A picture by its frequencies and by colours that do not depend on each other, for a descent that
 * changes these instead of pixels: steps then go along smooth changes, as natural pictures have
 * them, and not along noise. Olah, Mordvintsev and Schubert, "Feature visualization", Distill 2017.
 *
 * <p>Parameters {@code p [1, C, H, W]} become {@code z = T(p / f) / 4} with the frequency f of each
 * and the orthonormal Hartley transform T along both axes (the real form of Fourier's), then {@code
 * u = L z} along colours with the root L of their covariance, then {@code low + (high - low) / (1 +
 * exp(-u))}. Parameters of 0 are grey. Immutable and thread-safe.
 */
public final class FourierPicture {
  private final Shape shape;
  private final PixelRange range;
  private final double[][] colors;
  private final Tensor vertical;
  private final Tensor horizontal;
  private final float[] scale;

  private FourierPicture(Shape shape, PixelRange range, double[][] colors) {
    this.shape = shape;
    this.range = range;
    this.colors = colors;
    int height = shape.dim(2);
    int width = shape.dim(3);
    this.vertical = hartley(height);
    this.horizontal = hartley(width);
    this.scale = new float[height * width];
    double lowest = 1.0 / Math.max(height, width);
    for (int i = 0; i < scale.length; i++) {
      double f = Math.hypot(frequency(i / width, height), frequency(i % width, width));
      scale[i] = (float) (0.25 / Math.max(f, lowest));
    }
  }

  /**
   * Pictures of the size of another one, whose colours vary together as those of it do.
   *
   * @param picture {@code [1, C, H, W]}
   * @param range of its pixels
   */
  public static FourierPicture like(Tensor picture, PixelRange range) {
    int channels = picture.shape().dim(1);
    Covariance covariance = new Covariance(channels);
    covariance.addPixels(picture);
    SymmetricEigen eigen = SymmetricEigen.of(covariance.matrix());
    double[][] colors = new double[channels][channels];
    for (int c = 0; c < channels; c++) {
      double unit = 4 / (range.high()[c] - range.low()[c]);
      for (int k = 0; k < channels; k++) {
        double deviation = Math.sqrt(Math.max(0, eigen.values()[k]));
        colors[c][k] = unit * deviation * eigen.vectors()[k][c];
      }
    }
    return new FourierPicture(picture.shape(), range, colors);
  }

  /** {@code (cos + sin)(2 pi k n / N) / sqrt N}: symmetric, and its own inverse. */
  private static Tensor hartley(int size) {
    Tensor t = Tensor.zeros(size, size);
    for (int i = 0; i < size * size; i++) {
      double angle = 2 * Math.PI * ((long) (i / size) * (i % size) % size) / size;
      t.array()[i] = (float) ((Math.cos(angle) + Math.sin(angle)) / Math.sqrt(size));
    }
    return t;
  }

  private static double frequency(int k, int size) {
    return Math.min(k, size - k) / (double) size;
  }

  /** Random parameters, normal with a standard deviation. */
  public Tensor parameters(double deviation, long seed) {
    Random random = new Random(seed);
    Tensor p = Tensor.zeros(shape);
    for (int i = 0; i < p.size(); i++) {
      p.array()[i] = (float) (deviation * random.nextGaussian());
    }
    return p;
  }

  /** The picture of parameters, in a new tensor. */
  public Tensor picture(Tensor parameters) {
    Tensor picture = mixed(transformed(scaled(parameters)), false);
    int pixels = scale.length;
    for (int i = 0; i < picture.size(); i++) {
      int c = i / pixels;
      double share = 1 / (1 + Math.exp(-picture.get(i)));
      picture.array()[i] = (float) (range.low()[c] + (range.high()[c] - range.low()[c]) * share);
    }
    return picture;
  }

  /**
   * An objective of pictures as one of parameters.
   *
   * @param jitter by how many pixels the picture is rolled before it is looked at
   * @param seed of the jitter; each evaluation draws the next one, so that the result is not to be
   *     shared among threads
   */
  public PictureObjective of(PictureObjective objective, int jitter, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (parameters, gradient) -> {
      Tensor picture = picture(parameters);
      int dy = jitter == 0 ? 0 : random.nextInt(-jitter, jitter + 1);
      int dx = jitter == 0 ? 0 : random.nextInt(-jitter, jitter + 1);
      Tensor byPixel = Tensor.zeros(shape);
      double value = objective.evaluate(PictureDescent.rolled(picture, dy, dx), byPixel);
      Tensor back = PictureDescent.rolled(byPixel, -dy, -dx);
      Tensor slope = Tensor.zeros(shape);
      int pixels = scale.length;
      for (int i = 0; i < slope.size(); i++) {
        int c = i / pixels;
        double whole = range.high()[c] - range.low()[c];
        double share = (picture.get(i) - range.low()[c]) / whole;
        slope.array()[i] = (float) (back.get(i) * whole * share * (1 - share));
      }
      gradient.copyFrom(scaled(transformed(mixed(slope, true))));
      return value;
    };
  }

  private Tensor scaled(Tensor t) {
    Tensor result = t.copy();
    for (int i = 0; i < result.size(); i++) {
      result.array()[i] *= scale[i % scale.length];
    }
    return result;
  }

  private Tensor transformed(Tensor t) {
    int height = shape.dim(2);
    int width = shape.dim(3);
    Tensor result = Tensor.zeros(shape);
    Tensor half = Tensor.zeros(height, width);
    for (int c = 0; c < shape.dim(1); c++) {
      Tensor plane = plane(t, c);
      GramMatrix.kernels().gemm(false, false, 1, vertical, plane, 0, half);
      GramMatrix.kernels().gemm(false, false, 1, half, horizontal, 0, plane(result, c));
    }
    return result;
  }

  private Tensor plane(Tensor t, int c) {
    int channels = shape.dim(1);
    return t.reshape(channels, scale.length).slice(c, c + 1).reshape(shape.dim(2), shape.dim(3));
  }

  /** {@code L z} at each pixel, or with the transposed L. */
  private Tensor mixed(Tensor t, boolean transposed) {
    int pixels = scale.length;
    Tensor result = Tensor.zeros(shape);
    for (int c = 0; c < colors.length; c++) {
      for (int k = 0; k < colors.length; k++) {
        float factor = (float) (transposed ? colors[k][c] : colors[c][k]);
        for (int i = 0; i < pixels; i++) {
          result.array()[c * pixels + i] += factor * t.get(k * pixels + i);
        }
      }
    }
    return result;
  }
}
