package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedConvolution.Algorithm;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels on channel-blocked images against the definitions, for every backend that has them. */
class BlockedKernelsTest {

  private static final ReferenceKernels REFERENCE = new ReferenceKernels();

  private static List<BlockedKernels> implementations(int threads) {
    return Backends.all().stream()
        .filter(b -> b.unavailableBecause().isEmpty())
        .map((Backend b) -> b.kernels(threads))
        .flatMap((Kernels k) -> k.blocked().stream())
        .toList();
  }

  private static Tensor random(Random random, int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) random.nextGaussian();
    }
    return t;
  }

  private static int blocks(BlockedKernels k, int channels) {
    return (channels + k.lanes() - 1) / k.lanes();
  }

  /** A blocked tensor of NaN: what is overwritten must not matter. */
  private static Tensor dirty(BlockedKernels k, Shape plain) {
    return Tensor.zeros(
            plain.dim(0), blocks(k, plain.dim(1)), plain.dim(2), plain.dim(3), k.lanes())
        .fill(Float.NaN);
  }

  private static Tensor blocked(BlockedKernels k, Tensor plain) {
    Tensor t = dirty(k, plain.shape());
    k.toBlocked(plain, t);
    return t;
  }

  /** What fills up the last block, spoilt: it must never be read as a channel. */
  private static Tensor spoilt(BlockedKernels k, Tensor plain) {
    Tensor t = blocked(k, plain);
    int used = plain.shape().dim(1) % k.lanes();
    int pixels = plain.shape().dim(2) * plain.shape().dim(3);
    int plane = pixels * k.lanes();
    for (int n = 0; used > 0 && n < plain.shape().dim(0); n++) {
      int last = ((n + 1) * blocks(k, plain.shape().dim(1)) - 1) * plane;
      for (int i = 0; i < plane; i++) {
        if (i % k.lanes() >= used) {
          t.array()[last + i] = Float.NaN;
        }
      }
    }
    return t;
  }

  private static Tensor plain(BlockedKernels k, Tensor t, Shape shape) {
    Tensor p = Tensor.zeros(shape).fill(Float.NaN);
    k.fromBlocked(t, p);
    return p;
  }

  private static void assertClose(Tensor expected, Tensor found, double tolerance, String what) {
    double largest = 1;
    for (float v : expected.toArray()) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < expected.size(); i++) {
      int at = i;
      assertEquals(
          expected.get(i), found.get(i), tolerance * largest, () -> what + ", element " + at);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 5, 7", "2, 16, 4, 4", "1, 33, 1, 9", "2, 17, 70, 70"})
  void thereAndBack(int n, int c, int h, int w) {
    Tensor x = random(new Random(1), n, c, h, w);
    for (BlockedKernels k : implementations(2)) {
      assertArrayEquals(x.toArray(), plain(k, spoilt(k, x), x.shape()).toArray());
    }
  }

  /** Window, channels, image; all odd sizes on purpose, 14 and 7 as the tiles have them. */
  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 2, 3, 5, 7, 9",
    "3, 1, 1, 1, 1, 17, 33, 14, 14",
    "3, 1, 0, 1, 1, 32, 16, 15, 29",
    "3, 2, 1, 1, 2, 16, 48, 13, 27",
    "3, 1, 2, 2, 1, 20, 20, 11, 12",
    "3, 3, 1, 1, 1, 8, 40, 20, 17",
    "1, 1, 0, 1, 2, 40, 24, 7, 7",
    "1, 1, 0, 1, 1, 16, 16, 31, 33",
    "1, 2, 0, 1, 1, 35, 64, 14, 15",
    "1, 1, 1, 1, 1, 5, 5, 6, 6",
    "5, 1, 2, 1, 1, 1, 6, 12, 10",
    "7, 2, 3, 1, 1, 3, 64, 45, 47",
    "2, 2, 0, 1, 1, 18, 7, 9, 8",
    "3, 1, 1, 1, 5, 40, 70, 3, 3",
    "3, 1, 1, 1, 3, 150, 17, 2, 2",
    "3, 2, 1, 1, 4, 48, 64, 4, 5"
  })
  void direct(int kernel, int stride, int pad, int dilation, int n, int c, int o, int h, int w) {
    Window g = new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, dilation, dilation);
    for (int threads : new int[] {1, 3}) {
      for (BlockedKernels k : implementations(threads)) {
        convolution(k, new BlockedConvolution(g, c, o, Algorithm.DIRECT), n, h, w, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 3, 5, 7, 9",
    "1, 1, 17, 33, 14, 14",
    "0, 1, 32, 16, 15, 29",
    "2, 1, 16, 48, 6, 4",
    "1, 2, 40, 36, 15, 31",
    "1, 1, 5, 70, 1, 1"
  })
  void winograd(int pad, int n, int c, int o, int h, int w) {
    Window g = Window.square(3, 1, pad);
    for (int threads : new int[] {1, 3}) {
      for (BlockedKernels k : implementations(threads)) {
        convolution(k, new BlockedConvolution(g, c, o, Algorithm.WINOGRAD), n, h, w, 2e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 2, 3, 5, 7",
    "3, 1, 1, 1, 1, 35, 14, 15",
    "3, 2, 1, 1, 1, 32, 15, 29",
    "5, 1, 2, 1, 1, 16, 9, 40",
    "3, 1, 2, 2, 2, 20, 11, 12"
  })
  void depthwise(int kernel, int stride, int pad, int dilation, int n, int c, int h, int w) {
    Window g = new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, dilation, dilation);
    for (BlockedKernels k : implementations(2)) {
      convolution(k, new BlockedConvolution(g, c, c, Algorithm.DEPTHWISE), n, h, w, 1e-5);
    }
  }

  private static void convolution(
      BlockedKernels k, BlockedConvolution c, int n, int h, int w, double tolerance) {
    long seed = 31L * c.hashCode() + n;
    Random random = new Random(seed);
    Window g = c.window();
    boolean depthwise = c.algorithm() == Algorithm.DEPTHWISE;
    Tensor x = random(random, n, c.inputs(), h, w);
    Tensor weights =
        random(random, c.outputs(), depthwise ? 1 : c.inputs(), g.kernelH(), g.kernelW());
    // Sums of about 1, as activations like them.
    double scale = 1 / Math.sqrt(weights.size() / (double) c.outputs());
    for (int i = 0; i < weights.size(); i++) {
      weights.array()[i] *= (float) scale;
    }
    Tensor bias = random(random, c.outputs());
    Shape out = Shape.of(n, c.outputs(), g.outputH(h), g.outputW(w));
    Tensor z = random(random, n, c.outputs(), out.dim(2), out.dim(3));
    Tensor packed = c.pack(weights, k.lanes());
    Tensor padded = Tensor.zeros(blocks(k, c.outputs()) * k.lanes());
    System.arraycopy(bias.array(), 0, padded.array(), 0, bias.size());
    for (boolean biased : new boolean[] {false, true}) {
      for (boolean branched : new boolean[] {false, true}) {
        for (Unary f : new Unary[] {null, Unary.RELU, Unary.SIGMOID}) {
          Tensor expected = branched ? z.copy() : Tensor.zeros(out);
          REFERENCE.convForward(
              g, depthwise ? c.inputs() : 1, x, weights, biased ? bias : null, branched, expected);
          if (f != null) {
            REFERENCE.unary(f, 0, 0, expected.copy(), expected);
          }
          Tail tail = new Tail(biased ? padded : null, branched ? blocked(k, z) : null, f, 0, 0);
          Tensor y = dirty(k, out);
          k.convolution(c, spoilt(k, x), packed, tail, y);
          String what = c + ", seed " + seed + ", " + biased + " " + branched + " " + f;
          assertClose(expected, plain(k, y, out), tolerance, what);
          if (c.algorithm() == Algorithm.DIRECT && c.inputs() < k.lanes()) {
            k.convolution(c, x, packed, tail, y.fill(Float.NaN));
            assertClose(expected, plain(k, y, out), tolerance, what + ", not in blocks");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, 0, 1, 2, 17, 8, 12",
    "3, 2, 1, 1, 1, 1, 33, 15, 29",
    "3, 1, 0, 1, 2, 1, 16, 9, 9",
    "7, 7, 0, 0, 1, 2, 20, 7, 7"
  })
  void poolings(
      int kernel, int stride, int before, int after, int dilation, int n, int c, int h, int w) {
    Window g =
        new Window(
            kernel, kernel, stride, stride, before, before, after, after, dilation, dilation);
    Tensor x = random(new Random(kernel), n, c, h, w);
    Shape out = Shape.of(n, c, g.outputH(h), g.outputW(w));
    for (BlockedKernels k : implementations(2)) {
      Tensor y = dirty(k, out);
      Tensor expected = Tensor.zeros(out);
      REFERENCE.maxPool(g, x, expected);
      k.maxPool(g, spoilt(k, x), y);
      assertClose(expected, plain(k, y, out), 0, "max");
      for (boolean countPadding : new boolean[] {false, true}) {
        REFERENCE.averagePool(g, countPadding, x, expected);
        k.averagePool(g, countPadding, spoilt(k, x), y);
        assertClose(expected, plain(k, y, out), 1e-6, "average");
      }
    }
  }

  /** The same bits for any number of threads, and for an image alone and in a batch. */
  @ParameterizedTest
  @ValueSource(strings = {"DIRECT", "WINOGRAD"})
  void threadsAndBatchesChangeNothing(String algorithm) {
    Random random = new Random(5);
    BlockedConvolution c =
        new BlockedConvolution(Window.square(3, 1, 1), 24, 70, Algorithm.valueOf(algorithm));
    Tensor x = random(random, 3, 24, 22, 23);
    Tensor w = random(random, 70, 24, 3, 3);
    Shape out = Shape.of(3, 70, 22, 23);
    List<BlockedKernels> one = implementations(1);
    for (int threads = 2; threads < 6; threads++) {
      List<BlockedKernels> several = implementations(threads);
      for (int i = 0; i < one.size(); i++) {
        float[] expected = run(one.get(i), c, x, w, out);
        assertArrayEquals(expected, run(several.get(i), c, x, w, out));
        Shape single = out.with(0, 1);
        float[] alone = run(several.get(i), c, x.slice(1, 2), w, single);
        assertArrayEquals(
            java.util.Arrays.copyOfRange(expected, single.size(), 2 * single.size()), alone);
      }
    }
  }

  private static float[] run(
      BlockedKernels k, BlockedConvolution c, Tensor x, Tensor w, Shape out) {
    Tensor y = dirty(k, out);
    Tail tail = new Tail(null, null, null, 0, 0);
    k.convolution(c, blocked(k, x), c.pack(w, k.lanes()), tail, y);
    return plain(k, y, out).toArray();
  }

  /**
   * The documented loss of accuracy, on many channels: errors beside exact sums, relative to the
   * largest result.
   */
  @Test
  void winogradLosesADigit() {
    Random random = new Random(7);
    Tensor x = random(random, 1, 256, 14, 14);
    Tensor w = random(random, 32, 256, 3, 3);
    Shape out = Shape.of(1, 32, 14, 14);
    Tensor expected = Tensor.zeros(out);
    REFERENCE.convForward(Window.square(3, 1, 1), 1, x, w, null, false, expected);
    for (BlockedKernels k : implementations(1)) {
      double[] error = new double[2];
      for (Algorithm a : new Algorithm[] {Algorithm.DIRECT, Algorithm.WINOGRAD}) {
        BlockedConvolution c = new BlockedConvolution(Window.square(3, 1, 1), 256, 32, a);
        float[] found = run(k, c, x, w, out);
        double largest = 0;
        for (int i = 0; i < found.length; i++) {
          error[a.ordinal()] = Math.max(error[a.ordinal()], Math.abs(found[i] - expected.get(i)));
          largest = Math.max(largest, Math.abs(expected.get(i)));
        }
        error[a.ordinal()] /= largest;
      }
      System.out.printf("largest error: direct %.2g, Winograd %.2g%n", error[0], error[1]);
      assertTrue(error[0] < 4e-6, "direct " + error[0]);
      assertTrue(error[1] < 2e-5, "Winograd " + error[1]);
    }
  }

  /** Weights that are packed anew for each step are those that are packed once. */
  @ParameterizedTest
  @CsvSource({"3, 5, 7", "3, 40, 70", "1, 33, 16", "5, 2, 18", "3, 16, 32"})
  void packing(int kernel, int c, int o) {
    Random random = new Random(kernel);
    Tensor w = random(random, o, c, kernel, kernel);
    for (Algorithm a : new Algorithm[] {Algorithm.DIRECT, Algorithm.WINOGRAD}) {
      if (a == Algorithm.DIRECT || kernel == 3) {
        BlockedConvolution how =
            new BlockedConvolution(Window.square(kernel, 1, kernel / 2), c, o, a);
        for (BlockedKernels k : implementations(2)) {
          Tensor expected = how.pack(w, k.lanes());
          assertClose(expected, k.pack(how, w), a == Algorithm.DIRECT ? 0 : 1e-6, how.toString());
        }
      }
    }
  }

  /** Window, channels, images; pads of their own at each side. */
  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 1, 2, 3, 5, 7, 9",
    "3, 1, 1, 1, 1, 1, 17, 33, 14, 14",
    "3, 1, 0, 2, 1, 2, 32, 16, 15, 29",
    "3, 2, 1, 1, 1, 2, 16, 48, 13, 27",
    "3, 2, 1, 0, 1, 1, 20, 16, 16, 12",
    "3, 1, 2, 2, 2, 1, 20, 20, 11, 12",
    "3, 3, 1, 1, 1, 1, 8, 40, 20, 17",
    "1, 1, 0, 0, 1, 2, 40, 24, 7, 7",
    "1, 2, 0, 0, 1, 1, 35, 64, 14, 15",
    "5, 1, 2, 2, 1, 1, 1, 6, 12, 10",
    "7, 2, 3, 3, 1, 1, 3, 64, 31, 33",
    "2, 2, 0, 0, 1, 3, 18, 7, 9, 8",
    "3, 1, 1, 1, 1, 70, 20, 9, 3, 3",
    "3, 1, 1, 1, 1, 2, 130, 20, 4, 4",
    "3, 1, 1, 1, 1, 5, 150, 170, 2, 2",
    "3, 2, 1, 1, 1, 7, 40, 70, 4, 5",
    "3, 1, 1, 1, 1, 1, 16, 20, 70, 80"
  })
  void gradients(
      int kernel,
      int stride,
      int before,
      int after,
      int dilation,
      int n,
      int c,
      int o,
      int h,
      int w) {
    Window g =
        new Window(
            kernel, kernel, stride, stride, before, before, after, after, dilation, dilation);
    for (int threads : new int[] {1, 3}) {
      for (BlockedKernels k : implementations(threads)) {
        gradients(k, new BlockedConvolution(g, c, o, Algorithm.DIRECT), n, h, w);
        if (kernel == 3 && stride == 1 && dilation == 1) {
          gradients(k, new BlockedConvolution(g, c, o, Algorithm.WINOGRAD), n, h, w);
        }
      }
    }
  }

  private static void gradients(BlockedKernels k, BlockedConvolution how, int n, int h, int w) {
    long seed = 31L * how.hashCode() + n;
    Random random = new Random(seed);
    Window g = how.window();
    String what = how + ", seed " + seed;
    Tensor x = random(random, n, how.inputs(), h, w);
    Tensor weights = random(random, how.outputs(), how.inputs(), g.kernelH(), g.kernelW());
    Tensor dy = random(random, n, how.outputs(), g.outputH(h), g.outputW(w));
    Tensor before = random(random, n, how.inputs(), h, w);
    Tensor expected = Tensor.zeros(x.shape());
    REFERENCE.convByData(g, 1, dy, weights, expected);
    Tensor sum = before.copy();
    REFERENCE.convByData(g, 1, dy, weights, sum);
    Tensor dx = dirty(k, x.shape());
    k.convolutionByData(how, spoilt(k, dy), weights, false, dx);
    assertClose(expected, plain(k, dx, x.shape()), 2e-5, "by data " + what);
    dx = blocked(k, before);
    k.convolutionByData(how, spoilt(k, dy), weights, true, dx);
    assertClose(sum, plain(k, dx, x.shape()), 2e-5, "by data, adding " + what);
    Tensor planes = Tensor.zeros(x.shape()).fill(Float.NaN);
    k.convolutionByData(how, spoilt(k, dy), weights, false, planes);
    assertClose(expected, planes, 2e-5, "by data, not in blocks " + what);
    planes.copyFrom(before);
    k.convolutionByData(how, spoilt(k, dy), weights, true, planes);
    assertClose(sum, planes, 2e-5, "by data, adding, not in blocks " + what);
    Tensor start = random(random, how.outputs(), how.inputs(), g.kernelH(), g.kernelW());
    expected = start.copy();
    REFERENCE.convByWeights(g, 1, x, dy, expected);
    Tensor dw = start.copy();
    k.convolutionByWeights(g, spoilt(k, x), spoilt(k, dy), dw);
    assertClose(expected, dw, 1e-5, "by weights " + what);
    if (how.inputs() < k.lanes()) {
      dw.copyFrom(start);
      k.convolutionByWeights(g, x, spoilt(k, dy), dw);
      assertClose(expected, dw, 1e-5, "by weights, not in blocks " + what);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, 0, 1, 2, 17, 8, 12",
    "3, 2, 1, 1, 1, 1, 33, 15, 29",
    "3, 1, 0, 1, 2, 1, 16, 9, 9",
    "7, 7, 0, 0, 1, 2, 20, 7, 7"
  })
  void gradientsOfPoolings(
      int kernel, int stride, int before, int after, int dilation, int n, int c, int h, int w) {
    Window g =
        new Window(
            kernel, kernel, stride, stride, before, before, after, after, dilation, dilation);
    Random random = new Random(kernel);
    Tensor x = random(random, n, c, h, w);
    for (int i = 0; i < x.size(); i++) {
      // Many equal ones, of which the first takes it all.
      x.array()[i] = Math.round(x.array()[i]);
    }
    Shape out = Shape.of(n, c, g.outputH(h), g.outputW(w));
    Tensor y = Tensor.zeros(out);
    REFERENCE.maxPool(g, x, y);
    Tensor dy = random(random, n, c, out.dim(2), out.dim(3));
    Tensor start = random(random, n, c, h, w);
    for (BlockedKernels k : implementations(2)) {
      Tensor expected = start.copy();
      REFERENCE.maxPoolBackward(g, x, dy, expected);
      Tensor dx = blocked(k, start);
      k.maxPoolBackward(g, spoilt(k, x), spoilt(k, y), spoilt(k, dy), true, dx);
      assertClose(expected, plain(k, dx, x.shape()), 1e-6, "max, adding");
      expected.fill(0);
      REFERENCE.maxPoolBackward(g, x, dy, expected);
      k.maxPoolBackward(g, spoilt(k, x), spoilt(k, y), spoilt(k, dy), false, dx);
      assertClose(expected, plain(k, dx, x.shape()), 1e-6, "max");
      for (boolean countPadding : new boolean[] {false, true}) {
        expected = start.copy();
        REFERENCE.averagePoolBackward(g, countPadding, dy, expected);
        dx = blocked(k, start);
        k.averagePoolBackward(g, countPadding, spoilt(k, dy), dx);
        assertClose(expected, plain(k, dx, x.shape()), 1e-6, "average");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 1, 1", "5, 17, 7, 9", "2, 32, 23, 24", "20, 8, 3, 1"})
  void layoutsAdded(int n, int c, int h, int w) {
    Random random = new Random(c);
    Tensor x = random(random, n, c, h, w);
    Tensor start = random(random, n, c, h, w);
    Tensor expected = start.copy();
    REFERENCE.axpby(1, x, 1, expected);
    for (BlockedKernels k : implementations(2)) {
      Tensor y = blocked(k, start);
      k.addToBlocked(x, y);
      assertArrayEquals(expected.toArray(), plain(k, y, x.shape()).toArray());
      Tensor p = start.copy();
      k.addFromBlocked(spoilt(k, x), p);
      assertArrayEquals(expected.toArray(), p.toArray());
    }
  }

  /** Far from zero on purpose: sums of squares must not cancel. */
  @ParameterizedTest
  @CsvSource({"1, 3, 1, 1", "5, 17, 7, 9", "2, 32, 23, 24", "20, 8, 3, 1"})
  void channels(int n, int c, int h, int w) {
    Random random = new Random(c);
    Tensor x = random(random, n, c, h, w);
    REFERENCE.binary(Binary.ADD, x.copy(), Tensor.of(Shape.of(1), 1000), x);
    Tensor dy = random(random, n, c, h, w);
    Tensor mean = Tensor.zeros(c);
    Tensor variance = Tensor.zeros(c);
    REFERENCE.channelMoments(x, mean, variance);
    Tensor scale = random(random, c);
    Tensor shift = Tensor.zeros(c);
    for (int i = 0; i < c; i++) {
      shift.array()[i] = -1000 * scale.get(i);
    }
    for (BlockedKernels k : implementations(3)) {
      Tensor m = Tensor.zeros(c);
      Tensor v = Tensor.zeros(c);
      k.channelMoments(spoilt(k, x), m, v);
      assertClose(mean, m, 1e-6, "mean");
      assertClose(variance, v, 1e-5, "variance");
      Tensor sums = mean.copy();
      k.addChannelSums(spoilt(k, dy), sums);
      Tensor expected = mean.copy();
      REFERENCE.reduce(Reduce.SUM, dy, true, expected.reshape(1, c, 1, 1));
      assertClose(expected, sums, 1e-6, "sums");
      for (boolean rectified : new boolean[] {false, true}) {
        channels(k, rectified, x, dy, mean, scale, shift);
      }
    }
  }

  private static void channels(
      BlockedKernels k,
      boolean rectified,
      Tensor x,
      Tensor dy,
      Tensor mean,
      Tensor scale,
      Tensor shift) {
    Tensor y = Tensor.zeros(x.shape());
    REFERENCE.channelAffine(x, scale, shift, y);
    Tensor passing = dy.copy();
    if (rectified) {
      REFERENCE.unary(Unary.RELU, 0, 0, y.copy(), y);
      passing.fill(0);
      REFERENCE.unaryBackward(Unary.RELU, 0, 0, y, y, dy, passing);
    }
    Tensor found = dirty(k, x.shape());
    k.channelAffine(spoilt(k, x), scale, shift, rectified, found);
    // A float near 1000 has steps of 6e-5.
    assertClose(y, plain(k, found, x.shape()), 1e-3, "affine");
    Tensor gate = rectified ? spoilt(k, y) : null;
    int c = mean.size();
    Tensor sumDy = Tensor.zeros(c);
    Tensor sumDyXhat = Tensor.zeros(c);
    Tensor expectedSum = Tensor.zeros(c);
    Tensor expectedDot = Tensor.zeros(c);
    REFERENCE.channelGradientSums(x, passing, mean, scale, expectedSum, expectedDot);
    k.channelGradientSums(spoilt(k, x), gate, spoilt(k, dy), mean, scale, sumDy, sumDyXhat);
    assertClose(expectedSum, sumDy, 1e-6, "sums of gradients");
    assertClose(expectedDot, sumDyXhat, 1e-5, "products");
    Tensor start = random(new Random(8), x.shape().toArray());
    Tensor expected = start.copy();
    REFERENCE.channelCombine(scale, passing, mean, x, shift, expected);
    Tensor dx = blocked(k, start);
    k.channelCombine(scale, gate, spoilt(k, dy), mean, spoilt(k, x), shift, true, dx);
    assertClose(expected, plain(k, dx, x.shape()), 1e-6, "added");
    expected.fill(0);
    REFERENCE.channelCombine(scale, passing, mean, x, shift, expected);
    dx.fill(Float.NaN);
    k.channelCombine(scale, gate, spoilt(k, dy), mean, spoilt(k, x), shift, false, dx);
    assertClose(expected, plain(k, dx, x.shape()), 1e-6, "combined");
  }
}
