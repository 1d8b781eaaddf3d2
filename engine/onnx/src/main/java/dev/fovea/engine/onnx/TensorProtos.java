package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.UnsafeByteOperations;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Tensors as a file stores them: little-endian raw data. */
final class TensorProtos {

  private TensorProtos() {}

  /** A tensor of elements of a type. */
  static TensorProto of(String name, ElementType type, Tensor t) {
    TensorProto.Builder b =
        TensorProto.newBuilder().setName(name).setDataType(ElementTypes.toFile(type));
    for (int d : t.shape().toArray()) {
      b.addDims(d);
    }
    return b.setRawData(UnsafeByteOperations.unsafeWrap(raw(type, t))).build();
  }

  private static ByteBuffer raw(ElementType type, Tensor t) {
    ByteBuffer raw =
        littleEndian(
            (type == ElementType.INT64 ? 8L : type == ElementType.BOOL ? 1L : 4L) * t.size());
    if (type == ElementType.FLOAT) {
      raw.asFloatBuffer().put(t.array(), t.offset(), t.size());
      return raw;
    }
    for (int i = 0; i < t.size(); i++) {
      int v = (int) t.get(i);
      switch (type) {
        case INT64 -> raw.putLong(v);
        case INT32 -> raw.putInt(v);
        default -> raw.put((byte) v);
      }
    }
    return raw.rewind();
  }

  /**
   * The value of a constant input: int64 or float numbers. A single float is a scalar, as the ratio
   * of a Dropout must be; all other constants of ONNX operators are vectors.
   */
  static TensorProto of(String name, List<? extends Number> values) {
    TensorProto.Builder b = TensorProto.newBuilder().setName(name);
    boolean floats = !values.isEmpty() && values.get(0) instanceof Float;
    if (!floats || values.size() > 1) {
      b.addDims(values.size());
    }
    ByteBuffer raw = littleEndian((floats ? Float.BYTES : Long.BYTES) * (long) values.size());
    for (Number v : values) {
      if (floats) {
        raw.putFloat(v.floatValue());
      } else {
        raw.putLong(v.longValue());
      }
    }
    return b.setDataType(floats ? DataType.FLOAT_VALUE : DataType.INT64_VALUE)
        .setRawData(UnsafeByteOperations.unsafeWrap(raw.rewind()))
        .build();
  }

  private static ByteBuffer littleEndian(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
