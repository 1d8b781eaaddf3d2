package dev.fovea.engine.nn;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Gives a new parameter its first values. Stateless and thread-safe.
 *
 * <p>Fans of a weight {@code [out, in, ...]}: fan-in {@code in * window}, fan-out {@code out *
 * window}; of a transposed convolution's {@code [in, out, ...]} the caller says so.
 */
@FunctionalInterface
public interface Initializer {

  /**
   * Fills a tensor.
   *
   * @param fanIn number of inputs each output sums over
   * @param fanOut number of outputs each input feeds
   * @param random the only source of randomness
   */
  void fill(Tensor tensor, int fanIn, int fanOut, SplittableRandom random);

  /** Every element the same value. */
  static Initializer constant(float value) {
    return (t, in, out, random) -> t.fill(value);
  }

  /** Normal with mean 0 and a given standard deviation. */
  static Initializer normal(double deviation) {
    return (t, in, out, random) -> normal(t, deviation, random);
  }

  /** Uniform between {@code -bound} and {@code bound}. */
  static Initializer uniform(double bound) {
    return (t, in, out, random) -> uniform(t, bound, random);
  }

  /**
   * Normal with standard deviation {@code sqrt(2 / fanIn)}, for layers followed by a ReLU. He et
   * al., "Delving deep into rectifiers", ICCV 2015.
   */
  static Initializer he() {
    return (t, in, out, random) -> normal(t, Math.sqrt(2.0 / in), random);
  }

  /** Uniform in {@code +-sqrt(6 / fanIn)}: the variance of {@link #he}. */
  static Initializer heUniform() {
    return (t, in, out, random) -> uniform(t, Math.sqrt(6.0 / in), random);
  }

  /**
   * Uniform in {@code +-sqrt(6 / (fanIn + fanOut))}, for layers followed by tanh or a softmax.
   * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
   * 2010.
   */
  static Initializer xavier() {
    return (t, in, out, random) -> uniform(t, Math.sqrt(6.0 / (in + out)), random);
  }

  /** Normal with standard deviation {@code sqrt(2 / (fanIn + fanOut))}: that of {@link #xavier}. */
  static Initializer xavierNormal() {
    return (t, in, out, random) -> normal(t, Math.sqrt(2.0 / (in + out)), random);
  }

  /**
   * Normal with standard deviation {@code sqrt(1 / fanIn)}, which keeps the variance of linear
   * layers. LeCun et al., "Efficient BackProp", 1998.
   */
  static Initializer lecun() {
    return (t, in, out, random) -> normal(t, Math.sqrt(1.0 / in), random);
  }

  /**
   * Bilinear interpolation, for the weights {@code [in, out, K, K]} of a transposed convolution
   * that enlarges: channel {@code i} of the input goes to channel {@code i} of the output alone.
   * Element {@code (i, j)} of a window is {@code (1 - |i - c| / f) (1 - |j - c| / f)} with {@code f
   * = ceil(K / 2)} and the centre {@code c = (K - 1) / 2}. Long et al., "Fully convolutional
   * networks for semantic segmentation", CVPR 2015.
   */
  static Initializer bilinear() {
    return (t, in, out, random) -> {
      Shape s = t.shape();
      if (s.rank() != 4) {
        throw new ShapeException("bilinear: expected weights [in, out, K, K], found " + s);
      }
      t.fill(0);
      for (int c = 0; c < Math.min(s.dim(0), s.dim(1)); c++) {
        for (int i = 0; i < s.dim(2); i++) {
          for (int j = 0; j < s.dim(3); j++) {
            int at = ((c * s.dim(1) + c) * s.dim(2) + i) * s.dim(3) + j;
            t.array()[t.offset() + at] = (float) (tent(i, s.dim(2)) * tent(j, s.dim(3)));
          }
        }
      }
    };
  }

  /**
   * A new tensor whose values depend on the seed and the parameter's name alone: adding a layer
   * does not change the others.
   */
  default Tensor create(String name, Shape shape, int fanIn, int fanOut, long seed) {
    Tensor t = Tensor.zeros(shape);
    long mixed = seed * 0x9E3779B97F4A7C15L + name.hashCode();
    fill(t, fanIn, fanOut, new SplittableRandom(mixed));
    return t;
  }

  private static double tent(int i, int size) {
    int f = (size + 1) / 2;
    return 1 - Math.abs(i - (size - 1) / 2.0) / f;
  }

  private static void uniform(Tensor t, double bound, SplittableRandom random) {
    for (int i = 0; i < t.size(); i++) {
      t.array()[t.offset() + i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }

  private static void normal(Tensor t, double deviation, SplittableRandom random) {
    for (int i = 0; i < t.size(); i += 2) {
      // Box-Muller: SplittableRandom.nextGaussian exists, but its algorithm may differ between Java
      // versions, and a seed must give one network on all of them.
      double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double angle = 2 * Math.PI * random.nextDouble();
      t.array()[t.offset() + i] = (float) (deviation * radius * StrictMath.cos(angle));
      if (i + 1 < t.size()) {
        t.array()[t.offset() + i + 1] = (float) (deviation * radius * StrictMath.sin(angle));
      }
    }
  }
}
