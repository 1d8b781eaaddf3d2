package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Elementwise operators as the specification of ONNX has them for every element type: integers wrap
 * around at the width of their type, quotients are cut off towards zero, and real numbers are
 * computed in double and rounded once.
 */
final class HostArithmetic {

  private HostArithmetic() {}

  /** A function of two numbers, for integers with and without a sign and for real ones. */
  record Function(
      LongBinaryOperator integers, LongBinaryOperator unsigned, DoubleBinaryOperator reals) {

    Function(LongBinaryOperator integers, DoubleBinaryOperator reals) {
      this(integers, integers, reals);
    }

    LongBinaryOperator integers(Type type) {
      return type == Type.UINT64 ? unsigned : integers;
    }
  }

  /** A relation of two elements, by the sign of their comparison. */
  interface Relation {
    boolean holds(int comparison);
  }

  static final Function ADD = new Function((a, b) -> a + b, (a, b) -> a + b);
  static final Function SUBTRACT = new Function((a, b) -> a - b, (a, b) -> a - b);
  static final Function MULTIPLY = new Function((a, b) -> a * b, (a, b) -> a * b);
  static final Function DIVIDE =
      new Function(
          (a, b) -> a / divisor(b), (a, b) -> Long.divideUnsigned(a, divisor(b)), (a, b) -> a / b);
  static final Function LARGER =
      new Function(Math::max, (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a, Math::max);
  static final Function SMALLER =
      new Function(Math::min, (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b, Math::min);

  /** The remainder with the sign of the dividend. */
  static final Function REMAINDER =
      new Function(
          (a, b) -> a % divisor(b),
          (a, b) -> Long.remainderUnsigned(a, divisor(b)),
          (a, b) -> a % b);

  /** The remainder with the sign of the divisor. */
  static final Function MODULUS =
      new Function(
          (a, b) -> Math.floorMod(a, divisor(b)),
          (a, b) -> Long.remainderUnsigned(a, divisor(b)),
          (a, b) -> a - b * Math.floor(a / b));

  private static long divisor(long b) {
    if (b == 0) {
      throw new IllegalArgumentException("found a division of integers by zero");
    }
    return b;
  }

  /** A function of two tensors of the same type that broadcast. */
  static OnnxTensor binary(OnnxTensor a, OnnxTensor b, Function f) {
    sameType(a, b);
    Shape s = Shape.broadcast(a.shape(), b.shape());
    int[] p = Places.broadcast(a.shape(), s);
    int[] q = Places.broadcast(b.shape(), s);
    LongBinaryOperator integers = f.integers(a.type());
    return OnnxTensor.compute(
        a.type(),
        s,
        i -> integers.applyAsLong(a.integer(p[i]), b.integer(q[i])),
        i -> f.reals.applyAsDouble(a.real(p[i]), b.real(q[i])));
  }

  private static void sameType(OnnxTensor a, OnnxTensor b) {
    if (a.type() != b.type()) {
      throw new IllegalArgumentException(
          "expected operands of one type, found " + a.type() + " and " + b.type());
    }
  }

  /** A function of any number of tensors, from the first to the last. */
  static OnnxTensor fold(NodeCall call, Function f) {
    OnnxTensor t = call.in(0);
    for (int i = 1; i < call.inputs().size(); i++) {
      t = binary(t, call.in(i), f);
    }
    return t;
  }

  /** The mean of any number of tensors. */
  static OnnxTensor mean(NodeCall call) {
    OnnxTensor sum = fold(call, ADD);
    int n = call.inputs().size();
    return unary(sum, v -> v / n, v -> v / n);
  }

  static OnnxTensor unary(OnnxTensor t, LongUnaryOperator integers, DoubleUnaryOperator reals) {
    return OnnxTensor.compute(
        t.type(),
        t.shape(),
        i -> integers.applyAsLong(t.integer(i)),
        i -> reals.applyAsDouble(t.real(i)));
  }

  /** The type of the result is that of the base, whatever the exponent is. */
  static OnnxTensor power(OnnxTensor a, OnnxTensor b) {
    Shape s = Shape.broadcast(a.shape(), b.shape());
    int[] p = Places.broadcast(a.shape(), s);
    int[] q = Places.broadcast(b.shape(), s);
    OnnxTensor.Reals reals = i -> Math.pow(a.real(p[i]), b.real(q[i]));
    return OnnxTensor.compute(
        a.type(),
        s,
        i ->
            b.type().isReal()
                ? (long) reals.at(i)
                : power(a.integer(p[i]), b.integer(q[i]), b.type().isUnsigned()),
        reals);
  }

  private static long power(long base, long exponent, boolean unsigned) {
    if (exponent < 0 && !unsigned) {
      boolean odd = (exponent & 1) != 0;
      return base == 1 || (base == -1 && !odd) ? 1 : base == -1 ? -1 : 0;
    }
    long result = 1;
    long square = base;
    for (long e = exponent; e != 0; e >>>= 1) {
      result *= (e & 1) == 0 ? 1 : square;
      square *= square;
    }
    return result;
  }

  /** The remainder of Mod: with the sign of the divisor, or of the dividend if so asked. */
  static OnnxTensor modulus(NodeCall call) {
    return binary(call.in(0), call.in(1), call.flag("fmod", false) ? REMAINDER : MODULUS);
  }

  /**
   * The sign of the comparison of two elements of one tensor type. NaN is equal to itself and
   * larger than all else, so that there is an order even then.
   */
  static int compare(OnnxTensor a, int i, OnnxTensor b, int j) {
    if (a.type().isReal()) {
      double x = a.real(i);
      double y = b.real(j);
      if (Double.isNaN(x) || Double.isNaN(y)) {
        return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
      }
      return x < y ? -1 : x == y ? 0 : 1;
    }
    if (a.type() == Type.STRING) {
      return a.text(i).compareTo(b.text(j));
    }
    return a.type() == Type.UINT64
        ? Long.compareUnsigned(a.integer(i), b.integer(j))
        : Long.compare(a.integer(i), b.integer(j));
  }

  /** Truth values of a relation between two tensors; one with NaN never holds. */
  static OnnxTensor relation(NodeCall call, Relation r) {
    OnnxTensor a = call.in(0);
    OnnxTensor b = call.in(1);
    sameType(a, b);
    Shape s = Shape.broadcast(a.shape(), b.shape());
    int[] p = Places.broadcast(a.shape(), s);
    int[] q = Places.broadcast(b.shape(), s);
    return truths(s, i -> !isNaN(a, p[i]) && !isNaN(b, q[i]) && r.holds(compare(a, p[i], b, q[i])));
  }

  private static boolean isNaN(OnnxTensor t, int i) {
    return t.type().isReal() && Double.isNaN(t.real(i));
  }

  /** The truth value for an index. */
  interface Truth {
    boolean at(int i);
  }

  static OnnxTensor truths(Shape s, Truth truth) {
    return OnnxTensor.whole(Type.BOOL, s, i -> truth.at(i) ? 1 : 0);
  }

  /** Whether elements are not a number. */
  static OnnxTensor notANumber(NodeCall call) {
    OnnxTensor t = call.in(0);
    return truths(t.shape(), i -> isNaN(t, i));
  }

  /** Whether elements are infinite, of one sign or any. */
  static OnnxTensor infinite(NodeCall call) {
    OnnxTensor t = call.in(0);
    boolean negative = call.flag("detect_negative", true);
    boolean positive = call.flag("detect_positive", true);
    return truths(
        t.shape(), i -> Double.isInfinite(t.real(i)) && (t.real(i) < 0 ? negative : positive));
  }

  /** Bits moved up or down; those beyond the width of the type are lost. */
  static OnnxTensor shift(NodeCall call) {
    boolean left = direction(call);
    return binary(
        call.in(0),
        call.in(1),
        new Function(
            (a, n) -> n < 0 || n >= Long.SIZE ? 0 : left ? a << n : a >>> n,
            (a, n) -> {
              throw new IllegalArgumentException("expected integers to shift, found real numbers");
            }));
  }

  private static boolean direction(NodeCall call) {
    String direction = call.text("direction", "");
    if (!direction.equals("LEFT") && !direction.equals("RIGHT")) {
      throw new IllegalArgumentException(
          "attribute 'direction': expected LEFT or RIGHT, found '" + direction + "'");
    }
    return direction.equals("LEFT");
  }

  /** Elements kept between two limits, either of which may be left out. */
  static OnnxTensor clip(NodeCall call) {
    OnnxTensor t = call.in(0);
    OnnxTensor least = limit(call, "min", 1);
    OnnxTensor most = limit(call, "max", 2);
    OnnxTensor raised = least == null ? t : binary(t, least, LARGER);
    return most == null ? raised : binary(raised, most, SMALLER);
  }

  /** A limit of Clip: an input or, up to opset 10, an attribute; null if there is none. */
  private static OnnxTensor limit(NodeCall call, String name, int input) {
    double v = call.real(name, 0);
    return call.attribute(name) == null
        ? call.optional(input)
        : OnnxTensor.reals(call.in(0).type(), Shape.SCALAR, i -> v);
  }

  /** Elements of one tensor where a condition holds, of another elsewhere. */
  static OnnxTensor where(NodeCall call) {
    OnnxTensor c = call.in(0);
    OnnxTensor a = call.in(1);
    OnnxTensor b = call.in(2);
    sameType(a, b);
    Shape s = Shape.broadcast(c.shape(), Shape.broadcast(a.shape(), b.shape()));
    int[] o = Places.broadcast(c.shape(), s);
    int[] p = Places.broadcast(a.shape(), s);
    int[] q = Places.broadcast(b.shape(), s);
    return OnnxTensor.build(
        a.type(), s, i -> c.integer(o[i]) != 0 ? a : b, i -> c.integer(o[i]) != 0 ? p[i] : q[i]);
  }
}
