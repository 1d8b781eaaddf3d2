package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.GreedyNms;
import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Interpolation;
import dev.fovea.engine.kernel.Interpolation.Coordinates;
import dev.fovea.engine.kernel.Interpolation.Filter;
import dev.fovea.engine.kernel.Interpolation.Method;
import dev.fovea.engine.kernel.Interpolation.Rounding;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.RoiWindow;
import dev.fovea.engine.kernel.Sampling;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every backend that runs here against the naive reference, over seeded random shapes. */
class KernelsAgainstReferenceTest {

  private static final int[] CHANNELS = {1, 2, 3, 5, 6, 8, 16, 17, 33};

  /** Functions without a jump, where rounding would decide. */
  private static final Unary[] ACTIVATIONS = {
    Unary.RELU, Unary.LEAKY_RELU, Unary.CLIP, Unary.SIGMOID, Unary.SWISH, Unary.HARD_SWISH
  };

  static Stream<Backend> backends() {
    return Backends.all().stream()
        .filter(
            b -> {
              b.unavailableBecause()
                  .ifPresent(why -> System.out.println("not compared: " + b.name() + ": " + why));
              return b.unavailableBecause().isEmpty();
            });
  }

  private interface Case {
    void run(KernelComparison k, int index);
  }

  private static void repeat(Backend backend, int cases, Case body) {
    for (int i = 0; i < cases; i++) {
      body.run(new KernelComparison(backend, 1000L + i), i);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gemm(Backend backend) {
    repeat(
        backend,
        120,
        (k, index) -> {
          int m = k.oneOf(1, 2, 3, 5, 6, 7, 12, 13, 31, 64, 130);
          int n = k.oneOf(1, 2, 10, 15, 16, 17, 63, 64, 65, 100, 150);
          int d = k.oneOf(1, 2, 3, 4, 5, 31, 64, 65, 100, 513);
          gemm(k, m, n, d, k.random().nextBoolean(), k.random().nextBoolean());
        });
    KernelComparison k = new KernelComparison(backend, 7);
    for (int t = 0; t < 4; t++) {
      gemm(k, 97, 600, 1100, t % 2 == 1, t >= 2);
    }
    // Several blocks of rows, rows a large power of two apart, few rows by a transposed matrix.
    gemm(k, 250, 70, 300, false, false);
    gemm(k, 130, 80, 1024, false, false);
    gemm(k, 40, 300, 270, false, true);
    gemm(k, 5, 7, 0, false, false);
    gemm(k, 0, 7, 3, false, true);
    gemm(k, 3, 0, 3, false, false);
  }

  // So deep that an operand is not copied at once: too much for the reference, but a column is the
  // same whatever stands beside it.
  @ParameterizedTest
  @MethodSource("backends")
  void deepGemm(Backend backend) {
    KernelComparison k = new KernelComparison(backend, 8);
    int d = 16_400;
    k.check(
        "gemm of two chunks of turned rows",
        d,
        (q, t) -> q.gemm(true, false, 1, t[0], t[1], 1, t[2]),
        k.normal(d, 258),
        k.normal(d, 3),
        k.normal(258, 3));
    Tensor a = k.normal(241, d);
    Tensor b = k.normal(d, 300);
    Tensor last = Tensor.zeros(Shape.of(d, 20));
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < 20; j++) {
        last.array()[last.offset() + i * 20 + j] = b.get(i * 300 + 280 + j);
      }
    }
    Tensor all = k.garbage(241, 300);
    Tensor some = k.garbage(241, 20);
    Kernels kernels = backend.kernels(2);
    kernels.gemm(false, false, 1, a, b, 0, all);
    kernels.gemm(false, false, 1, a, last, 0, some);
    for (int i = 0; i < 241; i++) {
      for (int j = 0; j < 20; j++) {
        assertEquals(some.get(i * 20 + j), all.get(i * 300 + 280 + j), "row " + i + ", " + j);
      }
    }
  }

  private static void gemm(KernelComparison k, int m, int n, int d, boolean ta, boolean tb) {
    Tensor a = ta ? k.normal(d, m) : k.normal(m, d);
    Tensor b = tb ? k.normal(n, d) : k.normal(d, n);
    String what = "gemm " + m + "x" + n + "x" + d + (ta ? " A^T" : "") + (tb ? " B^T" : "");
    float alpha = k.oneOf(1, 2) * 0.7f;
    k.check(
        what + " over garbage",
        d,
        (q, t) -> q.gemm(ta, tb, alpha, t[0], t[1], 0, t[2]),
        a,
        b,
        k.garbage(m, n));
    k.check(
        what + " blended",
        d,
        (q, t) -> q.gemm(ta, tb, alpha, t[0], t[1], 0.5f, t[2]),
        a,
        b,
        k.normal(m, n));
    k.check(
        what + " added", d, (q, t) -> q.gemm(ta, tb, 1, t[0], t[1], 1, t[2]), a, b, k.normal(m, n));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolution(Backend backend) {
    repeat(
        backend,
        150,
        (k, index) -> {
          Random r = k.random();
          int kh = k.oneOf(1, 2, 3, 3, 5);
          int kw = k.oneOf(1, 3, 3, 4);
          Window g =
              new Window(
                  kh,
                  kw,
                  k.oneOf(1, 1, 2, 3),
                  k.oneOf(1, 1, 2, 3),
                  r.nextInt(3),
                  r.nextInt(3),
                  r.nextInt(3),
                  r.nextInt(3),
                  k.oneOf(1, 1, 2),
                  k.oneOf(1, 1, 2));
          int groups = k.oneOf(1, 1, 1, 2, 3);
          int inputs = k.oneOf(CHANNELS);
          int outputs = k.oneOf(CHANNELS);
          if (groups == 3) {
            inputs = 1;
            outputs = k.oneOf(1, 1, 2);
            groups = k.oneOf(3, 8, 33);
          }
          int h = Math.max(g.extentH(), k.oneOf(1, 4, 7, 10, 13));
          int w = Math.max(g.extentW(), k.oneOf(1, 5, 8, 16, 19, 33));
          convolution(k, g, k.oneOf(1, 1, 2, 3), groups, inputs, outputs, h, w);
        });
    KernelComparison k = new KernelComparison(backend, 5);
    convolution(k, Window.square(3, 1, 1), 1, 1, 3, 8, 70, 90);
    convolution(k, Window.square(5, 1, 0), 9, 1, 1, 6, 28, 28);
    convolution(k, Window.square(3, 2, 1), 1, 1, 40, 70, 9, 9);
    convolution(k, Window.square(2, 2, 0), 2, 1, 16, 8, 34, 66);
    convolution(k, Window.square(1, 1, 0), 2, 1, 64, 50, 8, 8);
    convolution(k, Window.square(7, 2, 3), 1, 1, 3, 16, 40, 40);
    // Many small images; more channels than the sums of a task have room for.
    convolution(k, Window.square(3, 1, 1), 40, 1, 20, 40, 3, 3);
    convolution(k, Window.square(3, 1, 1), 2, 1, 130, 20, 4, 4);
    // Larger than the padded input reads only padding at some taps.
    convolution(k, Window.square(3, 1, 2), 1, 1, 2, 3, 1, 1);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolutionOfSequencesAndVolumes(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          Window g = window(k, index % 2 == 0 ? 1 : 3, 3);
          int groups = k.oneOf(1, 1, 2, 5);
          int[] extents = extents(k, g, 1, 4, 9);
          convolution(k, g, k.oneOf(1, 2), groups, k.oneOf(1, 3, 8), k.oneOf(1, 2, 7), extents);
        });
  }

  // A random window whose padding does not reach 'padding' nor the size of the window.
  private static Window window(KernelComparison k, int dimensions, int padding) {
    List<Window.Axis> axes = new ArrayList<>();
    for (int d = 0; d < dimensions; d++) {
      int kernel = k.oneOf(1, 2, 3, 4);
      int bound = Math.min(padding, kernel);
      axes.add(
          new Window.Axis(
              kernel,
              k.oneOf(1, 1, 2, 3),
              k.random().nextInt(bound),
              k.random().nextInt(bound),
              k.oneOf(1, 1, 2)));
    }
    return Window.of(axes);
  }

  // One of the given extents along each dimension, or more if the window needs it.
  private static int[] extents(KernelComparison k, Window g, int... extents) {
    return g.axes().stream().mapToInt(a -> Math.max(a.extent(), k.oneOf(extents))).toArray();
  }

  // Outputs along each dimension; in ceil mode one more may begin inside the padded input.
  private static int[] outputs(Window g, int[] extents, boolean ceil) {
    int[] out = extents.clone();
    for (int d = 0; d < out.length; d++) {
      Window.Axis a = g.axes().get(d);
      int rest = (extents[d] + a.padBefore() + a.padAfter() - a.extent()) % a.stride();
      out[d] = a.output(extents[d]) + (ceil && rest != 0 ? 1 : 0);
    }
    return out;
  }

  private static int[] dims(int first, int second, int... others) {
    return IntStream.concat(IntStream.of(first, second), Arrays.stream(others)).toArray();
  }

  private static void convolution(
      KernelComparison k, Window g, int n, int groups, int inputs, int outputs, int... extents) {
    int[] x = dims(n, groups * inputs, extents);
    int[] w =
        dims(groups * outputs, inputs, g.axes().stream().mapToInt(Window.Axis::kernel).toArray());
    int[] y = dims(n, groups * outputs, outputs(g, extents, false));
    int taps = Shape.of(w).size(2, w.length);
    String what = g + " groups " + groups + " " + Arrays.toString(x) + " to " + groups * outputs;
    Tensor data = k.normal(x);
    Tensor weights = k.normal(w);
    Tensor bias = k.normal(groups * outputs);
    Tensor dy = k.normal(y);
    k.check(
        "forward " + what,
        inputs * taps,
        (q, t) -> q.convForward(g, groups, t[0], t[1], t[2], false, t[3]),
        data,
        weights,
        bias,
        k.garbage(y));
    k.check(
        "forward adding " + what,
        inputs * taps,
        (q, t) -> q.convForward(g, groups, t[0], t[1], null, true, t[2]),
        data,
        weights,
        k.normal(y));
    Unary f = ACTIVATIONS[k.random().nextInt(ACTIVATIONS.length)];
    k.check(
        "with " + f + " " + what,
        inputs * taps,
        (q, t) -> q.convActivated(g, groups, t[0], t[1], t[2], t[3], f, 0.25f, 1.5f, t[4]),
        data,
        weights,
        bias,
        k.normal(y),
        k.garbage(y));
    k.check(
        "in place with " + f + " " + what,
        inputs * taps,
        (q, t) -> q.convActivated(g, groups, t[0], t[1], null, t[2], f, 0.25f, 1.5f, t[2]),
        data,
        weights,
        k.normal(y));
    k.check(
        "by data " + what,
        outputs * taps,
        (q, t) -> q.convByData(g, groups, t[0], t[1], t[2]),
        dy,
        weights,
        k.normal(x));
    k.check(
        "by weights " + what,
        dy.size() / dy.shape().dim(1),
        (q, t) -> q.convByWeights(g, groups, t[0], t[1], t[2]),
        data,
        dy,
        k.normal(w));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void pooling(Backend backend) {
    repeat(
        backend,
        150,
        (k, index) -> {
          Random r = k.random();
          int kh = k.oneOf(1, 2, 2, 3, 5);
          int kw = k.oneOf(1, 2, 2, 3, 4);
          Window g =
              new Window(
                  kh,
                  kw,
                  k.oneOf(1, 2, 2, 3),
                  k.oneOf(1, 2, 2, 3),
                  r.nextInt(kh),
                  r.nextInt(kw),
                  r.nextInt(kh),
                  r.nextInt(kw),
                  k.oneOf(1, 1, 1, 2),
                  k.oneOf(1, 1, 1, 2));
          int h = Math.max(g.extentH(), k.oneOf(1, 4, 7, 12, 13));
          int w = Math.max(g.extentW(), k.oneOf(1, 5, 16, 32, 37, 70));
          // In ceil mode one more output may begin inside the padded input.
          pooling(k, g, k.oneOf(1, 2), k.oneOf(1, 3, 5), h, w);
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void poolingOfSequencesAndVolumes(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          Window g = window(k, index % 2 == 0 ? 1 : 3, 4);
          pooling(k, g, k.oneOf(1, 2), k.oneOf(1, 3), extents(k, g, 1, 4, 7));
        });
  }

  private static void pooling(KernelComparison k, Window g, int n, int c, int... extents) {
    int[] in = dims(n, c, extents);
    int[] out = dims(n, c, outputs(g, extents, true));
    String what = g + " " + Arrays.toString(in);
    Tensor x = k.random().nextBoolean() ? k.ties(in) : k.normal(in);
    Tensor dy = k.normal(out);
    k.check("max " + what, 1, (q, t) -> q.maxPool(g, t[0], t[1]), x, k.garbage(out));
    k.check(
        "max backward " + what,
        9,
        (q, t) -> q.maxPoolBackward(g, t[0], t[1], t[2]),
        x,
        dy,
        k.normal(in));
    int p = k.oneOf(1, 2, 3);
    k.check(
        "norm " + p + " and backward " + what,
        9,
        (q, t) -> {
          q.lpPool(g, p, t[0], t[1]);
          q.lpPoolBackward(g, p, t[0], t[1], t[2], t[3]);
        },
        x,
        k.garbage(out),
        dy,
        k.normal(in));
    boolean padding = k.random().nextBoolean();
    k.check(
        "average " + what, 9, (q, t) -> q.averagePool(g, padding, t[0], t[1]), x, k.garbage(out));
    k.check(
        "average backward " + what,
        9,
        (q, t) -> q.averagePoolBackward(g, padding, t[0], t[1]),
        dy,
        k.normal(in));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void unpooling(Backend backend) {
    repeat(
        backend,
        20,
        (k, index) -> {
          int[] in = dims(k.oneOf(1, 2), k.oneOf(1, 3), k.oneOf(4, 7), k.oneOf(2, 9));
          Window g = Window.square(2, k.oneOf(1, 2), 0);
          int[] out = dims(in[0], in[1], outputs(g, Arrays.copyOfRange(in, 2, 4), false));
          k.check(
              "unpool " + g + " " + Arrays.toString(in),
              4,
              (q, t) -> {
                q.maxPoolIndices(g, t[0], t[1]);
                q.maxUnpool(t[2], t[1], t[3]);
                q.maxUnpoolBackward(t[0], t[1], t[4]);
              },
              k.ties(in),
              k.garbage(out),
              k.normal(out),
              k.garbage(in),
              k.normal(out));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gridSampling(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          int n = k.oneOf(1, 2);
          int c = k.oneOf(1, 3);
          int h = k.oneOf(1, 2, 5);
          int w = k.oneOf(1, 3, 8);
          Sampling g =
              new Sampling(
                  Method.values()[index % 3],
                  Sampling.Padding.values()[index / 3 % 3],
                  k.random().nextBoolean());
          boolean volume = index % 4 == 3;
          int columns = k.oneOf(1, 6);
          Tensor x = volume ? k.normal(n, c, 2, h, w) : k.normal(n, c, h, w);
          Tensor grid = volume ? k.normal(n, 2, 3, columns, 3) : k.normal(n, 4, columns, 2);
          Tensor y = volume ? k.normal(n, c, 2, 3, columns) : k.normal(n, c, 4, columns);
          String what = g + " of " + x;
          k.check(
              what,
              64,
              (q, t) -> q.gridSample(g, t[0], t[1], t[2]),
              x,
              grid,
              k.garbage(y.shape().toArray()));
          k.check(
              what + " backward",
              64 * y.size(),
              (q, t) -> q.gridSampleBackward(g, t[0], t[1], t[2], t[3], t[4]),
              x,
              grid,
              y,
              k.normal(x.shape().toArray()),
              k.normal(grid.shape().toArray()));
          boolean corners = k.random().nextBoolean();
          int space = k.oneOf(2, 3);
          int[] points = space == 2 ? new int[] {n, h, w, 2} : new int[] {n, 2, h, w, 3};
          k.check(
              "affine grid and backward " + Arrays.toString(points),
              h * w,
              (q, t) -> {
                q.affineGrid(corners, t[0], t[1]);
                q.affineGridBackward(corners, t[1], t[2]);
              },
              k.normal(n, space, space + 1),
              k.garbage(points),
              k.normal(n, space, space + 1));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void regionsOfInterest(Backend backend) {
    repeat(
        backend,
        40,
        (k, index) -> {
          int regions = k.oneOf(1, 5);
          int[] in = {k.oneOf(1, 3), k.oneOf(1, 4), k.oneOf(1, 6), k.oneOf(3, 9)};
          int[] out = {regions, in[1], k.oneOf(1, 3), k.oneOf(2, 7)};
          RoiWindow g =
              new RoiWindow(
                  k.oneOf(1, 2) / 2f,
                  k.oneOf(0, 1, 3),
                  k.random().nextBoolean(),
                  k.random().nextBoolean());
          Tensor x = k.normal(in);
          Tensor images = k.garbage(regions);
          Tensor boxes = k.garbage(regions, 4);
          Tensor both = k.garbage(regions, 5);
          for (int r = 0; r < regions; r++) {
            float image = k.random().nextInt(in[0]);
            images.array()[images.offset() + r] = image;
            both.array()[both.offset() + 5 * r] = image;
            for (int i = 0; i < 4; i++) {
              // Off the grid of pixels: no sample lies just where it would count as outside.
              float at = (i < 2 ? -2 : 3) + k.random().nextInt(48) / 8f + 1 / 32f;
              boxes.array()[boxes.offset() + 4 * r + i] = at;
              both.array()[both.offset() + 5 * r + 1 + i] = at;
            }
          }
          String what = g + " of " + x;
          k.check(
              what,
              9,
              (q, t) -> {
                q.roiAlign(g, t[0], t[1], t[2], t[3]);
                q.roiAlignBackward(g, t[0], t[1], t[2], t[4], t[5]);
              },
              x,
              boxes,
              images,
              k.garbage(out),
              k.normal(out),
              k.normal(in));
          k.check(
              "maximum " + what,
              9,
              (q, t) -> {
                q.roiMaxPool(g.scale(), t[0], t[1], t[2]);
                q.roiMaxPoolBackward(g.scale(), t[0], t[1], t[3], t[4]);
              },
              x,
              both,
              k.garbage(out),
              k.normal(out),
              k.normal(in));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void elementwise(Backend backend) {
    for (int n : new int[] {0, 1, 15, 16, 17, 33, 1000, 70_001}) {
      KernelComparison k = new KernelComparison(backend, n);
      for (Unary f : Unary.values()) {
        k.check(
            f + " of " + n,
            1,
            (q, t) -> q.unary(f, 0.1f, 0.7f, t[0], t[1]),
            k.normal(n),
            k.garbage(n));
        k.check(f + " in place", 1, (q, t) -> q.unary(f, 0.1f, 0.7f, t[0], t[0]), k.normal(n));
        k.check(
            f + " backward of " + n,
            1,
            (q, t) -> {
              q.unary(f, 0.1f, 0.7f, t[0], t[1]);
              q.unaryBackward(f, 0.1f, 0.7f, t[0], t[1], t[2], t[3]);
            },
            k.normal(n),
            k.garbage(n),
            k.normal(n),
            k.normal(n));
      }
      k.check("axpby", 2, (q, t) -> q.axpby(0.3f, t[0], 0, t[1]), k.normal(n), k.garbage(n));
      k.check("axpby", 2, (q, t) -> q.axpby(1, t[0], 1, t[1]), k.normal(n), k.normal(n));
      k.check("axpby", 2, (q, t) -> q.axpby(0.3f, t[0], -2, t[1]), k.normal(n), k.normal(n));
      k.check("axpby in place", 1, (q, t) -> q.axpby(0.3f, t[0], 0, t[0]), k.normal(n));
      k.check("fill", 1, (q, t) -> q.fill(2.5f, t[0]), k.garbage(n));
      k.check("dropout", 1, (q, t) -> q.dropoutMask(42, 0.3f, t[0]), k.garbage(n));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void extremeArguments(Backend backend) {
    float[] values = {
      0,
      -0f,
      1e-30f,
      -1e-30f,
      1e-8f,
      0.1f,
      -0.1f,
      0.5f,
      -0.5f,
      0.6f,
      1,
      -1,
      5,
      -5,
      9,
      -9,
      20,
      -20,
      87,
      -87,
      88.5f,
      -88.5f,
      100,
      -100,
      1e30f,
      -1e30f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    KernelComparison k = new KernelComparison(backend, 1);
    // Twice, so that both the vector loop and its remainder meet every value.
    Tensor x = k.garbage(2 * values.length + 1);
    for (int i = 0; i < x.size(); i++) {
      x.array()[x.offset() + i] = values[i % values.length];
    }
    for (Unary f : Unary.values()) {
      k.check(
          f + " of extremes",
          1,
          (q, t) -> q.unary(f, 0.2f, 0.7f, t[0], t[1]),
          x,
          k.garbage(x.size()));
    }
    Tensor logits = k.garbage(7, 2, 3);
    for (int i = 0; i < logits.size(); i++) {
      logits.array()[logits.offset() + i] = values[i % 24];
    }
    k.check(
        "softmax of extremes",
        2,
        (q, t) -> q.softmax(7, 2, 3, t[0], t[1]),
        logits,
        k.garbage(7, 2, 3));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void broadcasting(Backend backend) {
    repeat(
        backend,
        150,
        (k, index) -> {
          int rank = 1 + k.random().nextInt(4);
          int[] full = new int[rank];
          for (int i = 0; i < rank; i++) {
            full[i] = k.oneOf(1, 2, 3, 5, 16, 19);
          }
          Binary f = Binary.values()[index % Binary.values().length];
          k.check(
              "binary " + index,
              1,
              (q, t) -> q.binary(f, t[0], t[1], t[2]),
              k.normal(part(k, full)),
              k.normal(part(k, full)),
              k.garbage(full));
          k.check(
              "binary in place " + index,
              1,
              (q, t) -> q.binary(f, t[0], t[1], t[0]),
              k.normal(full),
              k.normal(part(k, full)));
          int[] reduced = part(k, full);
          int terms = 1;
          for (int e : full) {
            terms *= e;
          }
          Reduce reduce = Reduce.values()[index % Reduce.values().length];
          k.check(
              "reduce " + index,
              terms,
              (q, t) -> q.reduce(reduce, t[0], false, t[1]),
              k.normal(full),
              k.garbage(reduced));
          k.check(
              "reduce adding " + index,
              terms,
              (q, t) -> q.reduce(reduce, t[0], true, t[1]),
              k.normal(full),
              k.normal(reduced));
        });
    KernelComparison k = new KernelComparison(backend, 3);
    for (int[] y :
        new int[][] {{}, {5}, {1, 5, 1, 1}, {3, 5, 1, 1}, {1, 5, 40, 70}, {70}, {40, 1}}) {
      if (y.length != 1 || y[0] != 5) {
        k.check(
            "reduce image",
            42_000,
            (q, t) -> q.reduce(Reduce.SUM, t[0], false, t[1]),
            k.normal(3, 5, 40, 70),
            k.garbage(y));
      }
    }
  }

  // A shape that broadcasts to the full one: some extents 1, outer ones perhaps missing.
  private static int[] part(KernelComparison k, int[] full) {
    int[] dims = full.clone();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = k.random().nextBoolean() ? 1 : dims[i];
    }
    int missing = 0;
    while (missing < dims.length && dims[missing] == 1 && k.random().nextBoolean()) {
      missing++;
    }
    return Arrays.copyOfRange(dims, missing, dims.length);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void softmax(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          int outer = k.oneOf(1, 2, 5, 64);
          int n = k.oneOf(1, 2, 3, 10, 17, 100);
          int inner = k.oneOf(1, 1, 2, 17, 64, 333);
          String what = "softmax " + outer + ", " + n + ", " + inner;
          k.check(
              what,
              1,
              (q, t) -> q.softmax(outer, n, inner, t[0], t[1]),
              k.normal(outer, n, inner),
              k.garbage(outer, n, inner));
          k.check(
              what + " in place and backward",
              n,
              (q, t) -> {
                q.softmax(outer, n, inner, t[0], t[0]);
                q.softmaxBackward(outer, n, inner, t[0], t[1], t[2]);
              },
              k.normal(outer, n, inner),
              k.normal(outer, n, inner),
              k.normal(outer, n, inner));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void resizing(Backend backend) {
    repeat(
        backend,
        144,
        (k, index) -> {
          int dimensions = k.oneOf(1, 2, 2, 3);
          int[] in = {k.oneOf(1, 2, 5), k.oneOf(1, 2, 5, 9), k.oneOf(1, 3, 8, 17)};
          int[] out = {
            k.oneOf(1, 2 * in[0], 3), k.oneOf(1, 2 * in[1], 3, 7), k.oneOf(1, 2 * in[2], 4, 35)
          };
          Method method = Method.values()[k.random().nextInt(3)];
          boolean smooth = method != Method.NEAREST;
          List<Float> scales = new ArrayList<>();
          for (int d = 3 - dimensions; d < 3; d++) {
            scales.add((float) out[d] / in[d]);
          }
          Interpolation g =
              new Interpolation(
                  new Filter(
                      method,
                      -0.6f,
                      smooth && k.random().nextBoolean(),
                      smooth && k.random().nextBoolean()),
                  Coordinates.values()[index % 6],
                  Rounding.values()[index / 6 % 4],
                  scales,
                  index % 2 == 0
                      ? Interpolation.Region.ALL
                      : new Interpolation.Region(
                          List.of(-0.3f, 0.6f, 0.1f).subList(0, dimensions),
                          List.of(0.9f, 1.4f, 0.7f).subList(0, dimensions),
                          2.5f));
          int[] x = dims(2, 3, Arrays.copyOfRange(in, 3 - dimensions, 3));
          int[] y = dims(2, 3, Arrays.copyOfRange(out, 3 - dimensions, 3));
          String what = g + " " + Arrays.toString(x) + " to " + Arrays.toString(y);
          k.check(what, 8, (q, t) -> q.resize(g, t[0], t[1]), k.normal(x), k.garbage(y));
          k.check(
              what + " backward",
              4 * out[0] * out[1] * out[2],
              (q, t) -> q.resizeBackward(g, t[0], t[1]),
              k.normal(y),
              k.normal(x));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void channels(Backend backend) {
    repeat(
        backend,
        40,
        (k, index) -> {
          int n = k.oneOf(1, 2, 5);
          int c = k.oneOf(1, 3, 17);
          int h = k.oneOf(1, 2, 9);
          int w = k.oneOf(1, 7, 16, 33);
          int count = n * h * w;
          Tensor x = k.normal(n, c, h, w);
          Tensor dy = k.normal(n, c, h, w);
          k.check(
              "moments",
              count,
              (q, t) -> q.channelMoments(t[0], t[1], t[2]),
              x,
              k.garbage(c),
              k.garbage(c));
          k.check(
              "affine",
              1,
              (q, t) -> q.channelAffine(t[0], t[1], t[2], t[3]),
              x,
              k.normal(c),
              k.normal(c),
              k.garbage(n, c, h, w));
          k.check(
              "affine in place",
              1,
              (q, t) -> q.channelAffine(t[0], t[1], t[2], t[0]),
              x,
              k.normal(c),
              k.normal(c));
          k.check(
              "gradient sums",
              4 * count,
              (q, t) -> q.channelGradientSums(t[0], t[1], t[2], t[3], t[4], t[5]),
              x,
              dy,
              k.normal(c),
              k.normal(c),
              k.garbage(c),
              k.garbage(c));
          k.check(
              "combine",
              4,
              (q, t) -> q.channelCombine(t[0], t[1], t[2], t[3], t[4], t[5]),
              k.normal(c),
              dy,
              k.normal(c),
              x,
              k.normal(c),
              k.normal(n, c, h, w));
        });
    KernelComparison k = new KernelComparison(backend, 9);
    Tensor far = k.normal(4, 3, 20, 20);
    for (int i = 0; i < far.size(); i++) {
      far.array()[far.offset() + i] += 1000;
    }
    // The one-pass formula loses the variance here altogether.
    k.check(
        "moments far from zero",
        1600,
        (q, t) -> q.channelMoments(t[0], t[1], t[2]),
        far,
        k.garbage(3),
        k.garbage(3));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void copying(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          int count = k.oneOf(0, 1, 3, 40);
          int length = k.oneOf(1, 5, 64, 3000);
          int srcStride = k.oneOf(0, length, length + 3);
          int dstStride = length + k.oneOf(0, 2);
          Tensor src = k.normal(2 + count * srcStride + length);
          Tensor dst = k.normal(3 + count * dstStride + length);
          boolean adding = k.random().nextBoolean();
          k.check(
              "copy " + count + " blocks of " + length,
              1,
              (q, t) -> q.copyBlocks(count, length, t[0], 2, srcStride, t[1], 3, dstStride, adding),
              src,
              dst);
          k.check(
              "add " + count + " blocks over each other",
              count,
              (q, t) -> q.copyBlocks(count, length, t[0], 0, srcStride, t[1], 1, 0, true),
              src,
              dst);
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void stridedCopies(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          int[] d = {k.oneOf(1, 2, 3), k.oneOf(1, 4, 5), k.oneOf(1, 3, 40), k.oneOf(1, 2, 700)};
          StridedCopy transposed =
              StridedCopy.of(
                  new int[] {d[3], d[1], d[0], d[2]},
                  0,
                  new int[] {1, d[2] * d[3], d[1] * d[2] * d[3], d[3]},
                  0,
                  new int[] {d[1] * d[0] * d[2], d[0] * d[2], d[2], 1});
          copyStrided(k, "transposition", transposed, k.normal(d), k.normal(d));
          StridedCopy everySecondBackward =
              StridedCopy.of(
                  new int[] {d[0], d[2], d[3]},
                  2 * d[3] - 1,
                  new int[] {2 * d[3], 0, -2},
                  d[3] - 1,
                  new int[] {d[2] * d[3], d[3], -1});
          copyStrided(
              k,
              "slice",
              everySecondBackward,
              k.normal(d[0], 2 * d[3]),
              k.normal(d[0], d[2], d[3]));
          // The other way round, elements that went to several places come together again.
          StridedCopy back = everySecondBackward.reversed();
          k.check(
              "sums " + Arrays.toString(d),
              d[2],
              (q, t) -> q.copyStrided(back, t[0], t[1], true),
              k.normal(d[0], d[2], d[3]),
              k.normal(d[0], 2 * d[3]));
        });
  }

  private static void copyStrided(
      KernelComparison k, String what, StridedCopy g, Tensor source, Tensor target) {
    for (boolean accumulate : new boolean[] {false, true}) {
      String name = what + " of " + source + (accumulate ? ", added" : "");
      k.check(name, 1, (q, t) -> q.copyStrided(g, t[0], t[1], accumulate), source, target);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void selection(Backend backend) {
    repeat(
        backend,
        30,
        (k, index) -> {
          int[] d = {k.oneOf(1, 3), k.oneOf(1, 5), k.oneOf(1, 33, 4000)};
          k.check(
              "select " + Arrays.toString(d),
              1,
              (q, t) -> q.select(t[0], t[1], t[2], t[3]),
              k.ties(k.oneOf(1, d[0]), d[1], d[2]),
              k.normal(d[1], k.oneOf(1, d[2])),
              k.normal(d),
              k.garbage(d));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void indices(Backend backend) {
    repeat(
        backend,
        80,
        (k, index) -> {
          boolean inner = k.random().nextBoolean();
          boolean outer = inner || k.random().nextBoolean();
          List<Integer> extents = inner || k.random().nextBoolean() ? List.of(3) : List.of(4, 3);
          Indexing g =
              new Indexing(
                  k.oneOf(1, 2, 5),
                  extents,
                  k.oneOf(1, 3, 64, 150),
                  k.oneOf(1, 7, 90),
                  outer,
                  inner);
          Tensor at =
              k.ties(outer ? g.outer() : 1, g.count(), inner ? g.inner() : 1, extents.size());
          Tensor x = k.normal(g.outer(), g.extent(), g.inner());
          Tensor y = k.normal(g.outer(), g.count(), g.inner());
          for (boolean add : new boolean[] {false, true}) {
            String what = g + (add ? ", added" : "");
            k.check("gather " + what, 1, (q, t) -> q.gather(g, t[0], t[1], add, t[2]), x, at, y);
            k.check(
                "scatter " + what,
                g.count(),
                (q, t) -> q.scatter(g, t[0], t[1], add, t[2]),
                y,
                at,
                x);
          }
          Binary f = List.of(Binary.MUL, Binary.MIN, Binary.MAX).get(index % 3);
          k.check(
              "scatter " + g + ", " + f,
              g.count(),
              (q, t) -> q.scatterWith(f, g, t[0], t[1], t[2]),
              y,
              at,
              x);
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void ranking(Backend backend) {
    repeat(
        backend,
        60,
        (k, index) -> {
          int n = k.oneOf(1, 2, 5, 40);
          int outer = k.oneOf(1, 3);
          int inner = k.oneOf(1, 4);
          int best = Math.min(n, k.oneOf(1, 1, 3, 40));
          boolean largest = k.random().nextBoolean();
          boolean last = k.random().nextBoolean();
          Tensor x = index % 2 == 0 ? k.ties(outer, n, inner) : k.normal(outer, n, inner);
          k.check(
              "top " + best + " of " + x + (largest ? " largest" : "") + (last ? " last" : ""),
              1,
              (q, t) -> q.topK(outer, n, inner, best, largest, last, t[0], t[1], t[2]),
              x,
              k.garbage(outer, best, inner),
              k.garbage(outer, best, inner));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void suppression(Backend backend) {
    repeat(
        backend,
        80,
        (k, index) -> {
          int images = k.oneOf(1, 2, 3);
          int classes = k.oneOf(1, 2, 5);
          int n = k.oneOf(0, 1, 2, 7, 40);
          float threshold = k.oneOf(0, 1, 2, 3, 5, 10) / 10f;
          float score = k.oneOf(-9, 0, 1);
          GreedyNms g =
              new GreedyNms(k.oneOf(0, 1, 3, 99), threshold, score, k.random().nextBoolean());
          // Corners on a grid, so that many boxes and overlaps are equal.
          Tensor boxes = index % 3 == 0 ? k.normal(images, n, 4) : k.ties(images, n, 4);
          Tensor scores =
              index % 2 == 0 ? k.normal(images, classes, n) : k.ties(images, classes, n);
          if (n > 3) {
            boxes.array()[boxes.offset() + 9] = Float.NaN;
            scores.array()[scores.offset() + 3] = Float.NaN;
          }
          k.check(
              g + " of " + boxes + " " + scores,
              1,
              (q, t) -> q.nonMaxSuppression(g, t[0], t[1], t[2]),
              boxes,
              scores,
              k.garbage(images * classes * Math.min(n, g.most()), 3));
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void indexThatIsNone(Backend backend) {
    for (float index : new float[] {3, -4, 0.5f, Float.NaN}) {
      Indexing g = new Indexing(1, List.of(3), 2, 1, false, false);
      Tensor at = Tensor.of(Shape.of(1), index);
      IndexOutOfBoundsException e =
          assertThrows(
              IndexOutOfBoundsException.class,
              () ->
                  backend.kernels(1).gather(g, Tensor.zeros(3, 2), at, false, Tensor.zeros(1, 2)));
      assertEquals(
          "index at position 0: expected an integer from -3 to 2, found " + index, e.getMessage());
    }
  }
}
