package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.onnx.Places.Cut;
import dev.fovea.engine.tensor.Shape;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Operators that make tensors of shapes, numbers or chance. */
final class HostGenerators {

  private HostGenerators() {}

  /** The extents of a tensor, or some of them. */
  static OnnxTensor shape(NodeCall call) {
    Shape s = call.in(0).shape();
    int from = bound(call.integer("start", 0), s.rank());
    int to = Math.max(from, bound(call.integer("end", s.rank()), s.rank()));
    long[] extents = IntStream.range(from, to).mapToLong(s::dim).toArray();
    return OnnxTensor.of(Shape.of(extents.length), extents);
  }

  private static int bound(long index, int rank) {
    return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
  }

  /** The number of elements. */
  static OnnxTensor size(NodeCall call) {
    return OnnxTensor.of(Shape.SCALAR, call.in(0).size());
  }

  /** A tensor full of one value. */
  static OnnxTensor filled(NodeCall call) throws ModelFormatException {
    Shape s = call.bounded(call.in(0));
    if (call.attribute("value") == null) {
      return OnnxTensor.zero(Type.FLOAT).pick(s, new int[s.size()]);
    }
    OnnxTensor value =
        TypedTensorReader.read(call.at(), call.attribute("value").getT(), call.limits());
    if (value.size() != 1) {
      throw new IllegalArgumentException("value: expected one element, found " + value);
    }
    return value.pick(s, new int[s.size()]);
  }

  /** Numbers from a start in equal steps, up to a limit which is not reached. */
  static OnnxTensor range(NodeCall call) throws ModelFormatException {
    OnnxTensor start = call.single(0);
    OnnxTensor limit = call.single(1);
    OnnxTensor step = call.single(2);
    if (step.real(0) == 0) {
      throw new IllegalArgumentException("delta: expected a step, found 0");
    }
    int n = start.type().isInteger() ? count(start, limit, step) : realCount(start, limit, step);
    return OnnxTensor.compute(
        start.type(),
        call.bounded(n),
        i -> start.integer(0) + i * step.integer(0),
        i -> start.real(0) + i * step.real(0));
  }

  private static int realCount(OnnxTensor start, OnnxTensor limit, OnnxTensor step) {
    double count = Math.ceil((limit.real(0) - start.real(0)) / step.real(0));
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, count));
  }

  /** Exact, because double does not tell neighbours beyond 2^53 apart. */
  private static int count(OnnxTensor start, OnnxTensor limit, OnnxTensor step) {
    BigInteger by = new BigInteger(step.text(0));
    BigInteger[] parts =
        new BigInteger(limit.text(0))
            .subtract(new BigInteger(start.text(0)))
            .divideAndRemainder(by);
    boolean more = parts[1].signum() * by.signum() > 0;
    BigInteger count = more ? parts[0].add(BigInteger.ONE) : parts[0];
    return count.max(BigInteger.ZERO).min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue();
  }

  /** Ones on a diagonal. */
  static OnnxTensor eye(NodeCall call) {
    OnnxTensor t = call.in(0);
    if (t.shape().rank() != 2) {
      throw new IllegalArgumentException("expected a matrix, found " + t);
    }
    int columns = t.shape().dim(1);
    long k = call.integer("k", 0);
    return OnnxTensor.whole(
        call.type("dtype", t.type()), t.shape(), i -> i % columns - i / columns == k ? 1 : 0);
  }

  /** For each index a row with one value at that place and another elsewhere. */
  static OnnxTensor oneHot(NodeCall call) throws ModelFormatException {
    OnnxTensor indices = call.in(0);
    OnnxTensor values = call.in(2);
    if (values.size() != 2) {
      throw new IllegalArgumentException("values: expected two, found " + values);
    }
    int depth = Math.toIntExact(call.number(1));
    int rank = indices.shape().rank();
    int[] extents = new int[rank + 1];
    int axis = NodeCall.axis(Shape.of(extents), call.integer("axis", -1));
    for (int d = 0; d <= rank; d++) {
      extents[d] = d == axis ? depth : indices.shape().dim(d < axis ? d : d - 1);
    }
    Shape s = call.bounded(extents);
    Cut cut = Cut.of(s, axis);
    int[] places = new int[s.size()];
    for (int p = 0; p < places.length; p++) {
      long wanted = indices.integer(p / cut.inner() / depth * cut.inner() + p % cut.inner());
      int found = p / cut.inner() % depth;
      places[p] = (wanted < 0 ? wanted + depth : wanted) == found ? 1 : 0;
    }
    return values.pick(s, places);
  }

  /** A window of a sum of cosines: {@code a - b cos x + c cos 2x}. */
  static OnnxTensor window(NodeCall call, double a, double b, double c)
      throws ModelFormatException {
    int n = Math.toIntExact(call.number(0));
    double period = call.flag("periodic", true) ? n : n - 1;
    return OnnxTensor.reals(
        call.type("output_datatype", Type.FLOAT),
        call.bounded(n),
        i -> {
          double x = 2 * Math.PI * i / period;
          return a - b * Math.cos(x) + c * Math.cos(2 * x);
        });
  }

  /**
   * Triangles over the bins of a spectrum that are equally wide in mel, {@code 2595 log10(1 + f /
   * 700)}: a column for each, which rises to 1 at its centre.
   */
  static OnnxTensor melWeights(NodeCall call) throws ModelFormatException {
    int bands = Math.toIntExact(call.number(0));
    int length = Math.toIntExact(call.number(1));
    // Before the edges: a file of a few bytes can ask for any number of bands.
    Shape s = call.bounded(length / 2 + 1, bands);
    double rate = call.single(2).real(0);
    double from = mel(call.single(3).real(0));
    double step = (mel(call.single(4).real(0)) - from) / (bands + 2);
    int[] edge = new int[bands + 2];
    for (int i = 0; i < edge.length; i++) {
      double hertz = 700 * (Math.pow(10, (from + i * step) / 2595) - 1);
      edge[i] = (int) Math.floor((length + 1) * hertz / rate);
    }
    return OnnxTensor.reals(
        call.type("output_datatype", Type.FLOAT),
        s,
        p -> triangle(p / bands, edge[p % bands], edge[p % bands + 1], edge[p % bands + 2]));
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  private static double triangle(int bin, int from, int centre, int to) {
    if (bin == centre) {
      return 1;
    }
    if (bin < centre) {
      return bin < from ? 0 : (double) (bin - from) / (centre - from);
    }
    return bin >= to ? 0 : (double) (to - bin) / (to - centre);
  }

  /** The seed that a node names, else that of the run. */
  private static SplittableRandom random(NodeCall call) {
    return new SplittableRandom(
        call.attribute("seed") == null
            ? call.options().seed()
            : Float.floatToRawIntBits((float) call.real("seed", 0)));
  }

  /** Normally distributed numbers. */
  static OnnxTensor normal(NodeCall call, boolean like) throws ModelFormatException {
    double mean = call.real("mean", 0);
    double deviation = call.real("scale", 1);
    SplittableRandom random = random(call);
    return chance(call, like, i -> mean + deviation * random.nextGaussian());
  }

  /** Evenly distributed numbers. */
  static OnnxTensor uniform(NodeCall call, boolean like) throws ModelFormatException {
    double low = call.real("low", 0);
    double high = call.real("high", 1);
    SplittableRandom random = random(call);
    return chance(call, like, i -> low + (high - low) * random.nextDouble());
  }

  private static OnnxTensor chance(NodeCall call, boolean like, OnnxTensor.Reals reals)
      throws ModelFormatException {
    OnnxTensor t = like ? call.in(0) : null;
    int[] shape = call.integers("shape", -1);
    if (!like && shape == null) {
      throw new IllegalArgumentException("attribute 'shape' is missing");
    }
    return OnnxTensor.reals(
        call.type("dtype", like && t.type().isReal() ? t.type() : Type.FLOAT),
        like ? t.shape() : call.bounded(shape),
        reals);
  }

  /** 1 with the probability that an element is. */
  static OnnxTensor bernoulli(NodeCall call) {
    OnnxTensor t = call.in(0);
    SplittableRandom random = random(call);
    return OnnxTensor.whole(
        call.type("dtype", t.type()), t.shape(), i -> random.nextDouble() < t.real(i) ? 1 : 0);
  }

  /** Classes drawn from rows of logarithms of probabilities, which need not sum to 1. */
  static OnnxTensor multinomial(NodeCall call) throws ModelFormatException {
    OnnxTensor t = call.in(0);
    if (t.shape().rank() != 2) {
      throw new IllegalArgumentException("expected [N, classes], found " + t);
    }
    int classes = t.shape().dim(1);
    int samples = Math.toIntExact(call.integer("sample_size", 1));
    SplittableRandom random = random(call);
    double[] sums = new double[t.size()];
    for (int row = 0; row < t.shape().dim(0); row++) {
      double largest =
          IntStream.range(row * classes, (row + 1) * classes).mapToDouble(t::real).max().orElse(0);
      DoubleUnaryOperator probability = v -> Math.exp(v - largest);
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += probability.applyAsDouble(t.real(row * classes + c));
        sums[row * classes + c] = sum;
      }
    }
    return OnnxTensor.whole(
        call.type("dtype", Type.INT32),
        call.bounded(t.shape().dim(0), samples),
        i -> {
          int row = i / samples * classes;
          double drawn = random.nextDouble() * sums[row + classes - 1];
          int found = Arrays.binarySearch(sums, row, row + classes, drawn);
          return (found < 0 ? -found - 1L : found + 1L) - row;
        });
  }
}
