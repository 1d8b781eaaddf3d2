package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.fovea.engine.op.Attributes;
import java.util.List;

/** Reads the attributes of a node. */
final class AttributeReader {

  private AttributeReader() {}

  /** The attributes as they stand in the file. */
  static Attributes read(Place node, NodeProto proto) throws ModelFormatException {
    // Attributes are immutable: adding thousands one by one would copy them thousands of times.
    checkCount(node, proto.getAttributeCount());
    Attributes a = Attributes.none();
    for (AttributeProto p : proto.getAttributeList()) {
      Place at = node.in("attribute '" + p.getName() + "'");
      if (a.values().containsKey(p.getName())) {
        throw at.error("it twice", "it once");
      }
      a = a.withValue(p.getName(), value(at, p));
    }
    return a;
  }

  private static Object value(Place at, AttributeProto p) throws ModelFormatException {
    return switch (p.getType()) {
      case INT -> p.getI();
      case FLOAT -> finite(at, p.getF());
      case STRING -> p.getS().toStringUtf8();
      case STRINGS -> {
        checkCount(at, p.getStringsCount());
        yield p.getStringsList().stream().map(ByteString::toStringUtf8).toList();
      }
      case INTS -> {
        checkCount(at, p.getIntsCount());
        yield List.copyOf(p.getIntsList());
      }
      case FLOATS -> {
        checkCount(at, p.getFloatsCount());
        for (float f : p.getFloatsList()) {
          finite(at, f);
        }
        yield List.copyOf(p.getFloatsList());
      }
      default ->
          throw at.error(
              "a value of type " + p.getType(), "INT, FLOAT, STRING, INTS, FLOATS or STRINGS");
    };
  }

  private static float finite(Place at, float f) throws ModelFormatException {
    if (!Float.isFinite(f)) {
      throw at.error("the value " + f, "a finite number");
    }
    return f;
  }

  /** No attribute of ours has more numbers than this, and no node more attributes. */
  private static void checkCount(Place at, int n) throws ModelFormatException {
    if (n > TensorReader.MAX_CONSTANT) {
      throw at.error(n + " values", "at most " + TensorReader.MAX_CONSTANT);
    }
  }

  /** The value of a Constant node as a tensor. */
  static TensorProto constant(Place node, NodeProto proto) throws ModelFormatException {
    if (proto.getAttributeCount() != 1) {
      throw node.error(proto.getAttributeCount() + " attributes", "one with the value");
    }
    AttributeProto p = proto.getAttribute(0);
    TensorProto.Builder t = TensorProto.newBuilder();
    switch (p.getName()) {
      case "value" -> t.mergeFrom(p.getT());
      case "value_float" -> t.setDataType(DataType.FLOAT_VALUE).addFloatData(p.getF());
      case "value_floats" ->
          t.setDataType(DataType.FLOAT_VALUE)
              .addDims(p.getFloatsCount())
              .addAllFloatData(p.getFloatsList());
      case "value_int" -> t.setDataType(DataType.INT64_VALUE).addInt64Data(p.getI());
      case "value_ints" ->
          t.setDataType(DataType.INT64_VALUE)
              .addDims(p.getIntsCount())
              .addAllInt64Data(p.getIntsList());
      default ->
          throw node.error(
              "attribute '" + p.getName() + "'",
              "value, value_float, value_floats, value_int or value_ints");
    }
    return t.setName(GraphReader.firstOutput(proto)).build();
  }
}
