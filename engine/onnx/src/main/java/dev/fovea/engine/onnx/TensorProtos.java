package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.UnsafeByteOperations;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Tensors as a file stores them: little-endian raw data. */
final class TensorProtos {

  private TensorProtos() {}

  /** A float tensor. */
  static TensorProto of(String name, Tensor t) {
    TensorProto.Builder b =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
    for (int d : t.shape().toArray()) {
      b.addDims(d);
    }
    ByteBuffer raw = littleEndian(Float.BYTES * (long) t.size());
    raw.asFloatBuffer().put(t.array(), t.offset(), t.size());
    return b.setRawData(UnsafeByteOperations.unsafeWrap(raw)).build();
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
