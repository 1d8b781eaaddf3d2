package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the tensors of a file. Extents are compared with the data that are really there before
 * anything is allocated; numbers that are not finite are refused.
 */
final class TensorReader {

  /** Constants that belong to an operator are shapes, scales, ratios: a few numbers each. */
  static final int MAX_CONSTANT = 64;

  private final Place at;
  private final TensorProto proto;
  private final DataType type;
  private final Shape shape;
  private final ByteBuffer raw;

  /** A view of the raw bytes or of the typed list of a tensor, by index. */
  private interface Elements<T> {
    T at(int i);
  }

  private TensorReader(Place file, TensorProto proto, Limits limits) throws ModelFormatException {
    this.at = file.in("tensor '" + proto.getName() + "'");
    this.proto = proto;
    this.type = dataType(proto);
    if (ExternalData.isExternal(proto)) {
      throw at.error(
          "data in another file (external data)", "a model in a single file, or one read by path");
    }
    if (proto.hasSegment()) {
      throw at.error("a tensor in segments", "a whole tensor");
    }
    this.shape = limits.shape(at, proto.getDimsList());
    this.raw = proto.hasRawData() ? littleEndian(proto.getRawData()) : null;
    checkLength();
  }

  /**
   * A tensor of the model as float32: float16 and bfloat16 are widened, double is rounded, integers
   * that float32 cannot hold are refused.
   */
  static Tensor read(Place file, TensorProto proto, Limits limits) throws ModelFormatException {
    TensorReader r = new TensorReader(file, proto, limits);
    ElementType type = ElementTypes.of(r.at, proto.getDataType());
    return Tensor.of(r.shape, type == ElementType.FLOAT ? r.floatData() : r.integerData(type));
  }

  /** What the elements of a tensor of the file mean. */
  static ElementType type(Place file, TensorProto proto) throws ModelFormatException {
    return ElementTypes.of(file.in("tensor '" + proto.getName() + "'"), proto.getDataType());
  }

  /** The numbers of a constant input: {@code List<Long>} or {@code List<Float>}. */
  static List<? extends Number> numbers(Place file, TensorProto proto, Limits limits)
      throws ModelFormatException {
    TensorReader r = new TensorReader(file, proto, limits);
    int n = r.shape.size();
    if (n > MAX_CONSTANT) {
      throw r.at.error(n + " elements", "a constant of at most " + MAX_CONSTANT);
    }
    if (r.type == DataType.INT64 || r.type == DataType.INT32 || r.type == DataType.BOOL) {
      return list(n, r::integer);
    }
    float[] values = r.floatData();
    return list(n, i -> values[i]);
  }

  private long integer(int i) {
    return switch (type) {
      case INT64 -> raw == null ? proto.getInt64Data(i) : raw.getLong(8 * i);
      case INT32 -> raw == null ? proto.getInt32Data(i) : raw.getInt(4 * i);
      default -> raw == null ? proto.getInt32Data(i) : raw.get(i);
    };
  }

  private float[] integerData(ElementType meaning) throws ModelFormatException {
    float[] v = new float[shape.size()];
    for (int i = 0; i < v.length; i++) {
      long n = integer(i);
      v[i] = n;
      if (n != (long) v[i] || !meaning.holds(v[i])) {
        throw at.error(
            "the value " + n + " at index " + i,
            meaning == ElementType.BOOL ? "0 or 1" : "integers of at most 2^24 in magnitude");
      }
    }
    return v;
  }

  /**
   * Sliced, because the data are a view into the file, and reading by index counts from its start.
   */
  private static ByteBuffer littleEndian(ByteString data) {
    return data.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static <T> List<T> list(int n, Elements<T> elements) {
    List<T> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(elements.at(i));
    }
    return all;
  }

  private float[] floatData() throws ModelFormatException {
    float[] v = new float[shape.size()];
    switch (type) {
      case FLOAT -> {
        if (raw != null) {
          raw.asFloatBuffer().get(v);
        } else {
          fill(v, proto::getFloatData);
        }
      }
      case FLOAT16 ->
          fill(v, i -> half(raw == null ? (short) proto.getInt32Data(i) : raw.getShort(2 * i)));
      case BFLOAT16 ->
          fill(v, i -> brain(raw == null ? (short) proto.getInt32Data(i) : raw.getShort(2 * i)));
      case DOUBLE ->
          fill(v, i -> (float) (raw == null ? proto.getDoubleData(i) : raw.getDouble(8 * i)));
      default -> throw at.error("elements of type " + type, "float, float16, bfloat16 or double");
    }
    for (int i = 0; i < v.length; i++) {
      if (!Float.isFinite(v[i])) {
        throw at.error("the value " + v[i] + " at index " + i, "finite float32 numbers");
      }
    }
    return v;
  }

  private static void fill(float[] v, Elements<Float> elements) {
    for (int i = 0; i < v.length; i++) {
      v[i] = elements.at(i);
    }
  }

  private void checkLength() throws ModelFormatException {
    long bytes = (long) width(at, proto) * shape.size();
    if (raw != null && raw.remaining() != bytes) {
      throw at.error(
          raw.remaining() + " bytes of data", bytes + " for " + type + " of shape " + shape);
    }
    if (raw == null && typedCount() != shape.size()) {
      throw at.error(typedCount() + " elements", shape.size() + " for shape " + shape);
    }
  }

  /**
   * How many bytes the raw data of a tensor must have.
   *
   * @throws ModelFormatException if its type or its extents are not possible here
   */
  static long rawBytes(Place at, TensorProto proto, Limits limits) throws ModelFormatException {
    return (long) width(at, proto) * limits.shape(at, proto.getDimsList()).size();
  }

  private static DataType dataType(TensorProto proto) {
    DataType type = DataType.forNumber(proto.getDataType());
    return type == null ? DataType.UNDEFINED : type;
  }

  private static int width(Place at, TensorProto proto) throws ModelFormatException {
    DataType type = dataType(proto);
    return switch (type) {
      case BOOL -> 1;
      case FLOAT16, BFLOAT16 -> Short.BYTES;
      case FLOAT, INT32 -> Float.BYTES;
      case DOUBLE, INT64 -> Double.BYTES;
      default ->
          throw at.error(
              "elements of type " + (type == DataType.UNDEFINED ? proto.getDataType() : type),
              ElementTypes.READ);
    };
  }

  private int typedCount() throws ModelFormatException {
    return switch (type) {
      case FLOAT -> proto.getFloatDataCount();
      case DOUBLE -> proto.getDoubleDataCount();
      case INT64 -> proto.getInt64DataCount();
      default -> proto.getInt32DataCount();
    };
  }

  /** IEEE 754 binary16 to binary32; {@code Float.float16ToFloat} is there only since Java 20. */
  static float half(short bits) {
    int sign = bits >>> 15 & 1;
    int exponent = bits >>> 10 & 0x1f;
    int mantissa = bits & 0x3ff;
    if (exponent == 0) {
      return (sign == 0 ? 1f : -1f) * mantissa * 0x1p-24f;
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign << 31 | wide << 23 | mantissa << 13);
  }

  /** bfloat16, the upper half of a binary32, to binary32. */
  private static float brain(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
