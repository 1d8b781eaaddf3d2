package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads tensors of a file with their element types, numbers as they are: infinities and NaN too.
 * Extents are compared with the data that are there before anything is allocated.
 */
final class TypedTensorReader {

  private final Place at;
  private final TensorProto proto;
  private final Type type;
  private final ByteBuffer raw;

  private TypedTensorReader(Place at, TensorProto proto, Type type) {
    this.at = at;
    this.proto = proto;
    this.type = type;
    this.raw =
        proto.hasRawData()
            ? proto.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN)
            : null;
  }

  static OnnxTensor read(Place file, TensorProto proto, Limits limits) throws ModelFormatException {
    Place at = file.in("tensor '" + proto.getName() + "'");
    Type type = Type.ofFile(proto.getDataType());
    if (type == null) {
      throw at.error(
          "elements of type " + TensorProto.DataType.forNumber(proto.getDataType()),
          "a tensor of integers of 8 to 64 bits, real numbers of 16 to 64 bits, bool or string");
    }
    if (ExternalData.isExternal(proto)) {
      throw at.error(
          "data in another file (external data)", "a model in a single file, or one read by path");
    }
    if (proto.hasSegment()) {
      throw at.error("a tensor in segments", "a whole tensor");
    }
    Shape shape = limits.shape(at, proto.getDimsList());
    TypedTensorReader r = new TypedTensorReader(at, proto, type);
    r.checkLength(shape);
    if (type == Type.STRING) {
      return OnnxTensor.texts(
          shape,
          proto.getStringDataList().stream().map(ByteString::toStringUtf8).toArray(String[]::new));
    }
    return OnnxTensor.compute(type, shape, r::integer, r::real);
  }

  private void checkLength(Shape shape) throws ModelFormatException {
    long bytes = (long) shape.size() * Math.max(1, type.bits() / Byte.SIZE);
    if (raw != null && (type == Type.STRING || raw.remaining() != bytes)) {
      throw at.error(
          raw.remaining() + " bytes of data", bytes + " for " + type + " of shape " + shape);
    }
    if (raw == null && typedCount() != shape.size()) {
      throw at.error(typedCount() + " elements", shape.size() + " for shape " + shape);
    }
  }

  private int typedCount() {
    return switch (type) {
      case FLOAT -> proto.getFloatDataCount();
      case DOUBLE -> proto.getDoubleDataCount();
      case INT64 -> proto.getInt64DataCount();
      case UINT32, UINT64 -> proto.getUint64DataCount();
      case STRING -> proto.getStringDataCount();
      default -> proto.getInt32DataCount();
    };
  }

  private long integer(int i) {
    return switch (type) {
      case INT64 -> raw == null ? proto.getInt64Data(i) : raw.getLong(8 * i);
      case UINT64 -> raw == null ? proto.getUint64Data(i) : raw.getLong(8 * i);
      case UINT32 -> raw == null ? proto.getUint64Data(i) : raw.getInt(4 * i);
      case INT32 -> raw == null ? proto.getInt32Data(i) : raw.getInt(4 * i);
      case INT16, UINT16 -> raw == null ? proto.getInt32Data(i) : raw.getShort(2 * i);
      default -> raw == null ? proto.getInt32Data(i) : raw.get(i);
    };
  }

  private double real(int i) {
    return switch (type) {
      case FLOAT -> raw == null ? proto.getFloatData(i) : raw.getFloat(4 * i);
      case DOUBLE -> raw == null ? proto.getDoubleData(i) : raw.getDouble(8 * i);
      case FLOAT16 -> TensorReader.half(bits16(i));
      default -> Float.intBitsToFloat(bits16(i) << Short.SIZE);
    };
  }

  private short bits16(int i) {
    return raw == null ? (short) proto.getInt32Data(i) : raw.getShort(2 * i);
  }
}
