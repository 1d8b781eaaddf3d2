package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.fovea.engine.tensor.ElementType;

/** Element types as a file names them. */
final class ElementTypes {

  /** What is read, for messages. */
  static final String READ = "float, float16, bfloat16, double, int32, int64 or bool";

  private ElementTypes() {}

  /** The type of a file, as it is held here: all real numbers are float32. */
  static ElementType of(Place at, int fileType) throws ModelFormatException {
    DataType type = DataType.forNumber(fileType);
    return switch (type == null ? DataType.UNDEFINED : type) {
      case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> ElementType.FLOAT;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case BOOL -> ElementType.BOOL;
      default -> throw at.error("a tensor of " + type, "a tensor of " + READ);
    };
  }

  /** The type that is written. */
  static int toFile(ElementType type) {
    return switch (type) {
      case FLOAT -> DataType.FLOAT_VALUE;
      case INT32 -> DataType.INT32_VALUE;
      case INT64 -> DataType.INT64_VALUE;
      case BOOL -> DataType.BOOL_VALUE;
    };
  }
}
