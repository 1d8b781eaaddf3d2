package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.List;

/** Files as other programs write them, and as nobody should. */
final class ProtoModel {

  private final ModelProto.Builder model;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("g");

  ProtoModel(int opset) {
    model =
        ModelProto.newBuilder()
            .setIrVersion(opset < 9 ? 3 : opset < 17 ? 7 : 8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
  }

  /** An input; a number is an extent, {@code ""} nothing at all, any other text a name. */
  ProtoModel input(String name, Object... dims) {
    graph.addInput(value(name, DataType.FLOAT, dims));
    return this;
  }

  /** An output of which nothing but the type is said. */
  ProtoModel output(String name) {
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE))));
    return this;
  }

  static ValueInfoProto value(String name, DataType type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object d : dims) {
      TensorShapeProto.Dimension.Builder b = shape.addDimBuilder();
      if (d instanceof Number n) {
        b.setDimValue(n.longValue());
      } else if (!d.equals("")) {
        b.setDimParam((String) d);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** A node; {@code inputs} and {@code outputs} are names separated by commas. */
  ProtoModel node(String op, String inputs, String outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(op)
            .addAllInput(inputs.isEmpty() ? List.of() : List.of(inputs.split(",", -1)))
            .addAllOutput(List.of(outputs.split(",", -1)))
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  ProtoModel tensor(TensorProto t) {
    graph.addInitializer(t);
    return this;
  }

  /** A float tensor of values that differ, in {@code float_data}. */
  ProtoModel weights(String name, int... dims) {
    return tensor(floats(name, dims).build());
  }

  static TensorProto.Builder floats(String name, int... dims) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
    int n = 1;
    for (int d : dims) {
      t.addDims(d);
      n *= d;
    }
    for (int i = 0; i < n; i++) {
      t.addFloatData((float) Math.sin(1 + 3.7 * i));
    }
    return t;
  }

  static TensorProto longs(String name, long... values) {
    TensorProto.Builder t =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64_VALUE)
            .addDims(values.length);
    for (long v : values) {
      t.addInt64Data(v);
    }
    return t.build();
  }

  static AttributeProto attribute(String name, long... values) {
    AttributeProto.Builder b =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (long v : values) {
      b.addInts(v);
    }
    return b.build();
  }

  static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto texts(String name, String... values) {
    AttributeProto.Builder b =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.STRINGS);
    for (String v : values) {
      b.addStrings(ByteString.copyFromUtf8(v));
    }
    return b.build();
  }

  static AttributeProto value(TensorProto t) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeType.TENSOR)
        .setT(t)
        .build();
  }

  GraphProto.Builder graph() {
    return graph;
  }

  ModelProto.Builder model() {
    return model;
  }

  byte[] bytes() {
    return model.setGraph(graph).build().toByteArray();
  }
}
