package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.Places.Cut;
import dev.fovea.engine.tensor.Shape;

/**
 * Discrete Fourier transforms, of whole signals and of frames. The last axis of a tensor holds the
 * real part alone, or real and imaginary part.
 */
final class HostTransforms {

  /** Since this opset the axis of a DFT is an input. */
  private static final int AXIS_IS_INPUT = 20;

  private HostTransforms() {}

  /** A signal of complex numbers that can be read at every place; zero beyond its end. */
  private interface Signal {
    double at(int n, int part);
  }

  /** The factors {@code exp(-2 pi j k / n)}, of which a transform of length n needs no others. */
  private record Circle(int length, double[] cos, double[] sin) {

    static Circle of(int n) {
      double[] cos = new double[n];
      double[] sin = new double[n];
      for (int k = 0; k < n; k++) {
        cos[k] = Math.cos(2 * Math.PI * k / n);
        sin[k] = -Math.sin(2 * Math.PI * k / n);
      }
      return new Circle(n, cos, sin);
    }

    /** One coefficient of a transform, or of the inverse one without its division. */
    void coefficient(int k, boolean inverse, Signal x, double[] to) {
      double real = 0;
      double imaginary = 0;
      for (int n = 0, turn = 0; n < length; n++) {
        double c = cos[turn];
        double s = inverse ? -sin[turn] : sin[turn];
        double re = x.at(n, 0);
        double im = x.at(n, 1);
        real += re * c - im * s;
        imaginary += re * s + im * c;
        turn = (turn + k) % length;
      }
      to[0] = real;
      to[1] = imaginary;
    }
  }

  /**
   * The transform along an axis, {@code y[k] = sum_n exp(-2 pi j k n / N) x[n]}, or its inverse.
   * Signals are cut off or filled up with zeros to the asked length. One-sided is the first half of
   * the spectrum of a real signal, or what an inverse makes a real signal of.
   */
  static OnnxTensor dft(NodeCall call) throws ModelFormatException {
    OnnxTensor x = call.in(0);
    int rank = x.shape().rank();
    int parts = parts(x);
    int axis = dftAxis(call, x.shape());
    boolean inverse = call.flag("inverse", false);
    boolean oneSided = call.flag("onesided", false);
    if (oneSided && inverse == (parts == 1)) {
      throw new IllegalArgumentException(
          "attribute 'onesided': expected a real signal, or the inverse of a complex one, found "
              + x);
    }
    int given = x.shape().dim(axis);
    boolean toReal = oneSided && inverse;
    long length = call.optional(1) != null ? call.number(1) : toReal ? 2L * (given - 1) : given;
    Shape whole = call.bounded(x.shape().with(axis, Math.toIntExact(length)).toArray());
    int n = whole.dim(axis);
    checkLength(n);
    int bins = oneSided && !inverse ? n / 2 + 1 : n;
    Shape shape = call.bounded(whole.with(axis, bins).with(rank - 1, toReal ? 1 : 2).toArray());
    NodeCall.checkWork((double) shape.size() * n);
    double[] y = new double[shape.size()];
    Circle circle = Circle.of(n);
    Cut from = Cut.of(x.shape(), axis);
    Cut to = Cut.of(shape, axis);
    int lanes = from.inner() / parts;
    int written = toReal ? 1 : 2;
    double[] pair = new double[2];
    for (int o = 0; o < from.outer(); o++) {
      for (int lane = 0; lane < lanes; lane++) {
        int outer = o;
        int first = lane * parts;
        Signal signal =
            (i, part) ->
                i >= given || part >= parts ? 0 : x.real(from.place(outer, i, first + part));
        Signal spectrum = toReal ? mirrored(signal, n) : signal;
        for (int k = 0; k < bins; k++) {
          circle.coefficient(k, inverse, spectrum, pair);
          for (int part = 0; part < written; part++) {
            y[to.place(o, k, lane * written + part)] = inverse ? pair[part] / n : pair[part];
          }
        }
      }
    }
    return OnnxTensor.reals(x.type(), shape, i -> y[i]);
  }

  private static int dftAxis(NodeCall call, Shape s) {
    boolean input = call.opset() >= AXIS_IS_INPUT;
    long named = input ? (call.optional(2) == null ? -2 : call.number(2)) : call.integer("axis", 1);
    int axis = NodeCall.axis(s, named);
    if (axis == s.rank() - 1) {
      throw new IllegalArgumentException(
          "axis: expected another than the last one, which holds real and imaginary part");
    }
    return axis;
  }

  /** The whole spectrum of a real signal by its first half. */
  private static Signal mirrored(Signal half, int n) {
    return (i, part) -> {
      if (i <= n / 2) {
        // What is its own mirror image is real.
        return part == 1 && (i == 0 || 2 * i == n) ? 0 : half.at(i, part);
      }
      return part == 0 ? half.at(n - i, 0) : -half.at(n - i, 1);
    };
  }

  /** Transforms of frames that follow each other in equal steps, each weighted by a window. */
  static OnnxTensor stft(NodeCall call) throws ModelFormatException {
    OnnxTensor x = call.in(0);
    int parts = parts(x);
    if (x.shape().rank() != 3) {
      throw new IllegalArgumentException("expected [N, length, 1 or 2], found " + x);
    }
    OnnxTensor window = call.optional(2);
    int step = Math.toIntExact(call.number(1));
    int n = frame(call, window);
    int signal = x.shape().dim(1);
    if (step < 1 || n > signal || (window != null && window.size() != n)) {
      throw new IllegalArgumentException(
          "expected a positive step and a window as long as the frames, which are not longer than"
              + " the signal; found the step "
              + step
              + ", the frame length "
              + n
              + ", the window "
              + window
              + " and the signal "
              + x);
    }
    boolean oneSided = call.flag("onesided", true);
    if (oneSided && parts == 2) {
      throw new IllegalArgumentException(
          "attribute 'onesided': expected a real signal, found " + x);
    }
    int frames = (signal - n) / step + 1;
    int bins = oneSided ? n / 2 + 1 : n;
    Shape shape = call.bounded(x.shape().dim(0), frames, bins, 2);
    NodeCall.checkWork((double) shape.size() * n);
    double[] y = new double[shape.size()];
    Circle circle = Circle.of(n);
    double[] pair = new double[2];
    for (int p = 0; p < y.length; p += 2) {
      int start = (p / 2 / bins / frames * signal + p / 2 / bins % frames * step) * parts;
      Signal frame =
          (i, part) ->
              part >= parts
                  ? 0
                  : x.real(start + i * parts + part) * (window == null ? 1 : window.real(i));
      circle.coefficient(p / 2 % bins, false, frame, pair);
      y[p] = pair[0];
      y[p + 1] = pair[1];
    }
    return OnnxTensor.reals(x.type(), shape, i -> y[i]);
  }

  private static int frame(NodeCall call, OnnxTensor window) {
    if (call.optional(3) == null && window == null) {
      throw new IllegalArgumentException("found neither window nor frame_length, expected one");
    }
    int n = call.optional(3) == null ? window.size() : Math.toIntExact(call.number(3));
    checkLength(n);
    return n;
  }

  private static void checkLength(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("expected a transform of length >= 1, found " + n);
    }
  }

  private static int parts(OnnxTensor x) {
    Shape s = x.shape();
    int parts = s.rank() < 2 ? 0 : s.dim(s.rank() - 1);
    if (!x.type().isReal() || parts < 1 || parts > 2) {
      throw new IllegalArgumentException(
          "expected real numbers, the last axis of which holds one or two parts, found " + x);
    }
    return parts;
  }
}
