package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A tensor of any element type of ONNX, exactly as a file or another program has it: what goes into
 * and comes out of an {@link OnnxModel}. The tensors of a graph are float32 alone, see {@link
 * #tensor()}.
 *
 * <p>Elements are in row-major order. Immutable, unless somebody changes an array it was made of;
 * then as thread-safe as that.
 */
public final class OnnxTensor {

  /** An element type of ONNX. */
  public enum Type {
    /** IEEE 754 binary32. */
    FLOAT(1, 32, false),
    /** 0 to 255. */
    UINT8(2, 8, false),
    /** -128 to 127. */
    INT8(3, 8, true),
    /** 0 to 65535. */
    UINT16(4, 16, false),
    /** -32768 to 32767. */
    INT16(5, 16, true),
    /** Java's int. */
    INT32(6, 32, true),
    /** Java's long. */
    INT64(7, 64, true),
    /** Text. */
    STRING(8, 0, false),
    /** True or false. */
    BOOL(9, 1, false),
    /** IEEE 754 binary16. */
    FLOAT16(10, 16, false),
    /** IEEE 754 binary64. */
    DOUBLE(11, 64, false),
    /** 0 to 2^32 - 1. */
    UINT32(12, 32, false),
    /** 0 to 2^64 - 1; held in the bits of a long. */
    UINT64(13, 64, false),
    /** The upper half of a binary32. */
    BFLOAT16(16, 16, false);

    private final int fileNumber;
    private final int bits;
    private final boolean signed;

    Type(int fileNumber, int bits, boolean signed) {
      this.fileNumber = fileNumber;
      this.bits = bits;
      this.signed = signed;
    }

    /** Whether it is one of the types of real numbers. */
    public boolean isReal() {
      return this == DOUBLE || isSingle();
    }

    /** Whether it is an integer with or without a sign; truth values are none. */
    public boolean isInteger() {
      return !isReal() && this != STRING && this != BOOL;
    }

    /** Whether float32 holds every number of it. */
    boolean isSingle() {
      return this == FLOAT || this == FLOAT16 || this == BFLOAT16;
    }

    /** Whether the sign of a long that holds an element says nothing. */
    boolean isUnsigned() {
      return isInteger() && !signed;
    }

    int bits() {
      return bits;
    }

    int fileNumber() {
      return fileNumber;
    }

    /** Whether a number that stands for an element type in files is one of these. */
    public static boolean isKnown(int number) {
      return ofFile(number) != null;
    }

    /** The type of a number in files; null for one that is none of these. */
    static Type ofFile(int number) {
      return Arrays.stream(values()).filter(t -> t.fileNumber == number).findFirst().orElse(null);
    }

    /** The integer that is left of a longer one: its lowest bits. */
    long wrap(long v) {
      return switch (this) {
        case BOOL -> v != 0 ? 1 : 0;
        case INT8 -> (byte) v;
        case UINT8 -> v & 0xff;
        case INT16 -> (short) v;
        case UINT16 -> v & 0xffff;
        case INT32 -> (int) v;
        case UINT32 -> v & 0xffffffffL;
        default -> v;
      };
    }

    /** The nearest number of a type that float32 holds; halves go to the even one. */
    float round(double v) {
      return switch (this) {
        case FLOAT16 ->
            Math.abs(v) >= 65520 ? (float) v * Float.POSITIVE_INFINITY : coarser(v, 10, -14);
        case BFLOAT16 -> coarser(v, 7, Float.MIN_EXPONENT);
        default -> (float) v;
      };
    }

    /** Rounded once: by way of a float, halves would be met that were none. */
    private static float coarser(double v, int fraction, int leastExponent) {
      if (!Double.isFinite(v) || v == 0) {
        return (float) v;
      }
      double step = Math.scalb(1.0, Math.max(Math.getExponent(v), leastExponent) - fraction);
      return (float) (Math.rint(v / step) * step);
    }
  }

  private final Type type;
  private final Shape shape;

  /** A float[], double[], long[] or String[], by type. */
  private final Object data;

  private OnnxTensor(Type type, Shape shape, Object data, int length) {
    this.type = Objects.requireNonNull(type, "type");
    this.shape = shape;
    this.data = data;
    if (length != shape.size()) {
      throw new IllegalArgumentException(
          "tensor " + shape + ": expected " + shape.size() + " elements, found " + length);
    }
  }

  /** Real numbers of 16 or 32 bits; the array is not copied. */
  public static OnnxTensor singles(Type type, Shape shape, float... values) {
    return new OnnxTensor(type, shape, values, values.length);
  }

  /** Numbers of 64 bits; the array is not copied. */
  public static OnnxTensor doubles(Shape shape, double... values) {
    return new OnnxTensor(Type.DOUBLE, shape, values, values.length);
  }

  /** Integers, or 0 and 1 as truth values; the array is not copied. */
  public static OnnxTensor integers(Type type, Shape shape, long... values) {
    return new OnnxTensor(type, shape, values, values.length);
  }

  /** Texts; the array is not copied. */
  public static OnnxTensor texts(Shape shape, String... values) {
    return new OnnxTensor(Type.STRING, shape, values, values.length);
  }

  /** Real numbers; the tensor's array is not copied if it holds nothing else. */
  public static OnnxTensor of(Tensor t) {
    boolean whole = t.offset() == 0 && t.array().length == t.size();
    return singles(Type.FLOAT, t.shape(), whole ? t.array() : t.toArray());
  }

  /** Integers of 64 bits; the array is not copied. */
  public static OnnxTensor of(Shape shape, long... values) {
    return integers(Type.INT64, shape, values);
  }

  /**
   * Reads a tensor as conformance tests store them: one protobuf message {@code TensorProto}.
   *
   * @param name for messages
   * @throws ModelFormatException if this is no tensor, or one of a type that is not held
   */
  public static OnnxTensor parse(byte[] message, String name) throws ModelFormatException {
    try {
      return TypedTensorReader.read(
          new Place(name), TensorProto.parseFrom(message), Limits.DEFAULT);
    } catch (InvalidProtocolBufferException e) {
      throw new Place(name).problem("found no TensorProto (" + e.getMessage() + ")", e);
    }
  }

  /** The element type. */
  public Type type() {
    return type;
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** Number of elements. */
  public int size() {
    return shape.size();
  }

  /** An element as a real number, rounded if it is a long integer; a truth value is 0 or 1. */
  public double real(int i) {
    if (data instanceof float[] f) {
      return f[i];
    }
    if (data instanceof double[] d) {
      return d[i];
    }
    long v = integer(i);
    // Without its lowest bit it has a sign of its own, and so small an error is rounded away.
    return type == Type.UINT64 && v < 0 ? ((v >>> 1) | (v & 1)) * 2.0 : v;
  }

  /**
   * An element as a real number that may be rounded once more, to a shorter type: of a long integer
   * the bits beyond those of a double leave a trace in the last of them, so that none of it is
   * taken for a half that it is not.
   */
  double roundable(int i) {
    long v = type.isInteger() ? integer(i) : 0;
    boolean unsigned = type == Type.UINT64 && v < 0;
    if (!type.isInteger() || (!unsigned && Math.abs(v) < 1L << 53 && v != Long.MIN_VALUE)) {
      return real(i);
    }
    int lost = Long.SIZE - 53;
    long trace = (v & ((1L << lost) - 1)) == 0 ? 0 : 1;
    return ((unsigned ? v >>> lost : v >> lost) | trace) * (double) (1L << lost);
  }

  /** An element as an integer; a real number is cut off towards zero. */
  public long integer(int i) {
    if (data instanceof long[] n) {
      return n[i];
    }
    if (type == Type.STRING) {
      throw new IllegalArgumentException("expected numbers, found texts");
    }
    return (long) real(i);
  }

  /** An element as text. */
  public String text(int i) {
    if (data instanceof String[] s) {
      return s[i];
    }
    return type == Type.UINT64
        ? Long.toUnsignedString(integer(i))
        : data instanceof long[] ? Long.toString(integer(i)) : Double.toString(real(i));
  }

  /**
   * The elements as a graph holds them.
   *
   * @throws IllegalArgumentException if they are texts, or integers beyond 2^24
   */
  public Tensor tensor() {
    if (data instanceof float[] f) {
      return Tensor.of(shape, f);
    }
    if (type == Type.STRING) {
      throw new IllegalArgumentException("expected numbers, found texts");
    }
    float[] f = new float[size()];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) real(i);
    }
    Tensor t = Tensor.of(shape, f);
    graphType().check("a tensor of " + type, t);
    return t;
  }

  /** What its elements mean in a graph. */
  ElementType graphType() {
    return switch (type) {
      case BOOL -> ElementType.BOOL;
      case INT32 -> ElementType.INT32;
      case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> ElementType.FLOAT;
      default -> ElementType.INT64;
    };
  }

  /** The numbers as a list, for the attributes of an operator. */
  List<? extends Number> numbers() {
    List<Number> all = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      if (type.isReal()) {
        all.add((float) real(i));
      } else {
        all.add(integer(i));
      }
    }
    return all;
  }

  /** The integers as an array. */
  int[] ints() {
    int[] all = new int[size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = Math.toIntExact(integer(i));
    }
    return all;
  }

  /** The same elements under another shape. */
  OnnxTensor reshape(Shape to) {
    return new OnnxTensor(type, to, data, size());
  }

  /** A tensor of which nothing but the shape is asked for: it has no elements. */
  static OnnxTensor shell(Shape shape) {
    return shell(ElementType.FLOAT, shape);
  }

  /** A tensor of which nothing but shape and type are asked for: it has no elements. */
  static OnnxTensor shell(ElementType type, Shape shape) {
    return new OnnxTensor(ofGraph(type), shape, new float[0], shape.size());
  }

  /** The type that elements of a graph are in a file. */
  private static Type ofGraph(ElementType type) {
    return Type.ofFile(ElementTypes.toFile(type));
  }

  /** Whether there is nothing but a shape. */
  boolean isShell() {
    return data instanceof float[] f && f.length < size();
  }

  /** The elements at the given places, in the order of a shape. */
  OnnxTensor pick(Shape to, int... places) {
    return build(type, to, i -> this, i -> places[i]);
  }

  /** Where the element of an index comes from. */
  interface Source {
    OnnxTensor at(int i);
  }

  /** At which place of its tensor the element of an index is. */
  interface Index {
    int at(int i);
  }

  /** A tensor of elements of other tensors of the same type. */
  static OnnxTensor build(Type type, Shape shape, Source from, Index index) {
    int n = shape.size();
    if (type.isSingle()) {
      float[] f = new float[n];
      for (int i = 0; i < n; i++) {
        f[i] = (float) from.at(i).real(index.at(i));
      }
      return singles(type, shape, f);
    }
    if (type == Type.DOUBLE) {
      double[] d = new double[n];
      for (int i = 0; i < n; i++) {
        d[i] = from.at(i).real(index.at(i));
      }
      return doubles(shape, d);
    }
    if (type == Type.STRING) {
      String[] s = new String[n];
      for (int i = 0; i < n; i++) {
        s[i] = from.at(i).text(index.at(i));
      }
      return texts(shape, s);
    }
    long[] v = new long[n];
    for (int i = 0; i < n; i++) {
      v[i] = from.at(i).integer(index.at(i));
    }
    return integers(type, shape, v);
  }

  /** The real number for an index. */
  interface Reals {
    double at(int i);
  }

  /** The integer for an index. */
  interface Integers {
    long at(int i);
  }

  /** A tensor of numbers, each computed exactly for integers and in double for real numbers. */
  static OnnxTensor compute(Type type, Shape shape, Integers integers, Reals reals) {
    int n = shape.size();
    if (type.isSingle()) {
      float[] f = new float[n];
      for (int i = 0; i < n; i++) {
        f[i] = type.round(reals.at(i));
      }
      return singles(type, shape, f);
    }
    if (type == Type.DOUBLE) {
      double[] d = new double[n];
      for (int i = 0; i < n; i++) {
        d[i] = reals.at(i);
      }
      return doubles(shape, d);
    }
    if (type == Type.STRING) {
      throw new IllegalArgumentException("expected numbers, found texts");
    }
    long[] v = new long[n];
    for (int i = 0; i < n; i++) {
      v[i] = type.wrap(integers.at(i));
    }
    return integers(type, shape, v);
  }

  /** A tensor of real numbers. */
  static OnnxTensor reals(Type type, Shape shape, Reals reals) {
    return compute(type, shape, i -> (long) reals.at(i), reals);
  }

  /** A tensor of integers or truth values. */
  static OnnxTensor whole(Type type, Shape shape, Integers integers) {
    return compute(type, shape, integers, integers::at);
  }

  /** One zero, empty text or false. */
  static OnnxTensor zero(Type type) {
    return type == Type.STRING ? texts(Shape.SCALAR, "") : whole(type, Shape.SCALAR, i -> 0);
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
