package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/**
 * Runs one call on the reference and on a backend with 1, 2 and 5 threads, over copies of the same
 * tensors. All tensors and the storage round them are compared: a kernel that writes beyond its
 * target, or into an input, fails too.
 */
final class KernelComparison {

  private static final int[] THREADS = {1, 2, 5};
  private static final int MARGIN = 40;

  private final Backend backend;
  private final long seed;
  private final Random random;

  KernelComparison(Backend backend, long seed) {
    this.backend = backend;
    this.seed = seed;
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** One of the given values. */
  int oneOf(int... values) {
    return values[random.nextInt(values.length)];
  }

  /** A tensor of normal numbers at a random offset in a storage that holds NaN elsewhere. */
  Tensor normal(int... dims) {
    Tensor t = garbage(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[t.offset() + i] = (float) random.nextGaussian();
    }
    return t;
  }

  /** Like {@link #normal}, of few different values, so that maxima are not unique. */
  Tensor ties(int... dims) {
    Tensor t = garbage(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[t.offset() + i] = random.nextInt(3);
    }
    return t;
  }

  /** A tensor of NaN, for what is to be overwritten. */
  Tensor garbage(int... dims) {
    Shape shape = Shape.of(dims);
    int offset = random.nextInt(MARGIN);
    float[] storage = new float[offset + shape.size() + random.nextInt(MARGIN)];
    Arrays.fill(storage, Float.NaN);
    return Tensor.over(new Storage.Host(storage), offset, shape);
  }

  /** A call of one kernel. */
  interface Call {
    void run(Kernels kernels, Tensor[] tensors);
  }

  /**
   * Compares.
   *
   * @param what describes the case, for the message
   * @param terms number of products or summands in one element of the result
   */
  void check(String what, int terms, Call call, Tensor... tensors) {
    Tensor[] expected = copies(tensors);
    call.run(new ReferenceKernels(), expected);
    // Rounding of a sum grows with the square root of its length; the numbers are around 1.
    double tolerance = 5e-6 * Math.sqrt(terms) + 1e-6;
    Tensor[] first = null;
    for (int threads : THREADS) {
      Tensor[] actual = copies(tensors);
      call.run(backend.kernels(threads), actual);
      String message = what + ", " + backend.name() + ", seed " + seed;
      if (first == null) {
        first = actual;
        for (int t = 0; t < tensors.length; t++) {
          compare(message + ", tensor " + t, tolerance, expected[t].array(), actual[t].array());
        }
      } else {
        for (int t = 0; t < tensors.length; t++) {
          sameBits(
              message + ", " + threads + " threads, tensor " + t,
              first[t].array(),
              actual[t].array());
        }
      }
    }
  }

  private static Tensor[] copies(Tensor[] tensors) {
    Tensor[] copies = new Tensor[tensors.length];
    for (int i = 0; i < copies.length; i++) {
      Storage storage = new Storage.Host(tensors[i].array().clone());
      copies[i] = Tensor.over(storage, tensors[i].offset(), tensors[i].shape());
    }
    return copies;
  }

  private static void compare(String what, double tolerance, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      float e = expected[i];
      float a = actual[i];
      boolean equal = Float.compare(e, a) == 0 || e == a;
      if (!equal && !(Math.abs((double) e - a) <= tolerance * (1 + Math.abs(e)))) {
        fail(what + ": element " + i + " of storage: expected " + e + ", found " + a);
      }
    }
  }

  private static void sameBits(String what, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
        assertEquals(expected[i], actual[i], what + ": bits of element " + i + " of storage");
      }
    }
  }
}
