package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import java.util.Arrays;
import java.util.Locale;

/** Elements as elements of another type: the same numbers, or the same bits. */
final class HostCasts {

  private HostCasts() {}

  /** To the type that the attribute names. */
  static OnnxTensor cast(NodeCall call) {
    return cast(call.in(0), target(call));
  }

  private static Type target(NodeCall call) {
    // Up to opset 5 types were named, not numbered.
    String name = call.text("to", "");
    Type to = name.isEmpty() ? call.type("to", null) : named(name);
    if (to == null) {
      throw new IllegalArgumentException("attribute 'to' is missing");
    }
    return to;
  }

  /** The type that an attribute names, by its number or in letters; null if there is none. */
  static Type named(Object value) {
    if (value instanceof String name) {
      return Arrays.stream(Type.values())
          .filter(t -> t.name().equals(name.toUpperCase(Locale.ROOT)))
          .findFirst()
          .orElse(null);
    }
    return value instanceof Long number && number == number.intValue()
        ? Type.ofFile(number.intValue())
        : null;
  }

  /**
   * Real numbers are cut off towards zero to become integers, and integers lose their upper bits;
   * everything but zero is true.
   */
  static OnnxTensor cast(OnnxTensor t, Type to) {
    if (t.type() == to) {
      return t;
    }
    if (to == Type.STRING) {
      if (t.type().isReal()) {
        throw new IllegalArgumentException(
            "found real numbers to become texts, expected integers: their spelling is not defined");
      }
      String[] texts = new String[t.size()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = t.text(i);
      }
      return OnnxTensor.texts(t.shape(), texts);
    }
    if (t.type() == Type.STRING) {
      return OnnxTensor.compute(
          to, t.shape(), i -> Long.parseLong(t.text(i).strip()), i -> parse(t.text(i).strip()));
    }
    return OnnxTensor.compute(
        to,
        t.shape(),
        i ->
            to == Type.BOOL
                ? (t.real(i) != 0 ? 1 : 0)
                : t.type().isReal() ? whole(to, t.real(i)) : t.integer(i),
        to == Type.DOUBLE ? t::real : t::roundable);
  }

  /** A real number cut off towards zero; one of 2^63 or more is held in the bits of a long. */
  static long whole(Type to, double v) {
    return to == Type.UINT64 && v >= 0x1p63 ? (long) (v - 0x1p63) ^ Long.MIN_VALUE : (long) v;
  }

  private static double parse(String text) {
    String sign = text.startsWith("-") ? "-" : "";
    String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equalsIgnoreCase("inf") || rest.equalsIgnoreCase("infinity")) {
      return Double.parseDouble(sign + "Infinity");
    }
    return rest.equalsIgnoreCase("nan") ? Double.NaN : Double.parseDouble(sign + rest);
  }

  /** The same bits as elements of another type of the same width. */
  static OnnxTensor reinterpret(NodeCall call) {
    OnnxTensor t = call.in(0);
    Type to = target(call);
    if (width(t.type()) != width(to) || to == Type.STRING) {
      throw new IllegalArgumentException(
          "expected a type as wide as " + t.type() + ", found " + to);
    }
    return OnnxTensor.compute(to, t.shape(), i -> bits(t, i), i -> number(to, bits(t, i)));
  }

  private static int width(Type type) {
    return Math.max(type.bits(), Byte.SIZE);
  }

  private static long bits(OnnxTensor t, int i) {
    return switch (t.type()) {
      case FLOAT -> Float.floatToRawIntBits((float) t.real(i));
      case BFLOAT16 -> Float.floatToRawIntBits((float) t.real(i)) >> Short.SIZE;
      case FLOAT16 -> half((float) t.real(i));
      case DOUBLE -> Double.doubleToRawLongBits(t.real(i));
      default -> t.integer(i);
    };
  }

  private static double number(Type type, long bits) {
    return switch (type) {
      case FLOAT -> Float.intBitsToFloat((int) bits);
      case BFLOAT16 -> Float.intBitsToFloat((int) bits << Short.SIZE);
      case FLOAT16 -> TensorReader.half((short) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }

  /** The bits of a number that binary16 holds. */
  private static long half(float f) {
    long sign = Float.floatToRawIntBits(f) < 0 ? 0x8000 : 0;
    if (Float.isNaN(f)) {
      return sign | 0x7e00;
    }
    float size = Math.abs(f);
    if (size < 0x1p-14f) {
      return sign | (long) (size * 0x1p24f);
    }
    int exponent = Math.min(Math.getExponent(size), 16);
    long fraction = exponent > 15 ? 0 : (Float.floatToRawIntBits(size) & 0x7fffff) >> 13;
    return sign | (long) (exponent + 15) << 10 | fraction;
  }
}
