package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The nodes that are written in place of one. What they hand to each other gets names of its own;
 * the last of them have the outputs of the node that they stand for.
 */
final class Rewrite {

  private final NodeCall call;
  private final Predicate<String> taken;
  private final List<NodeProto> nodes = new ArrayList<>();

  /**
   * For a node.
   *
   * @param call the node with its inputs, of which only the shapes need be known
   * @param taken whether a name stands for something else already
   */
  Rewrite(NodeCall call, Predicate<String> taken) {
    this.call = call;
    this.taken = taken;
  }

  /** The node that is rewritten. */
  NodeCall call() {
    return call;
  }

  /** The nodes written so far. */
  List<NodeProto> nodes() {
    return nodes;
  }

  /** The name of an input that must be there. */
  String input(int i) {
    call.in(i);
    return call.node().getInput(i);
  }

  /** The names of all inputs. */
  List<String> inputs() {
    return call.node().getInputList();
  }

  /** The attributes of the node, some left out. */
  AttributeProto[] attributesWithout(String... names) {
    Set<String> out = Set.of(names);
    return call.node().getAttributeList().stream()
        .filter(a -> !out.contains(a.getName()))
        .toArray(AttributeProto[]::new);
  }

  /** Adds a node of one output, and returns the name of that. */
  String node(String op, List<String> inputs, AttributeProto... attributes) {
    String name = fresh(op);
    add(op, inputs, List.of(name), attributes);
    return name;
  }

  /** Adds the node that computes an output of the one in whose place it is. */
  void output(int i, String op, List<String> inputs, AttributeProto... attributes) {
    add(op, inputs, List.of(call.node().getOutput(i)), attributes);
  }

  /** Adds the node that computes all outputs of the one in whose place it is. */
  void outputs(String op, List<String> inputs, AttributeProto... attributes) {
    add(op, inputs, call.node().getOutputList(), attributes);
  }

  /** Adds a node. */
  void add(String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    nodes.add(
        NodeProto.newBuilder()
            .setName(call.node().getName())
            .setOpType(op)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(Arrays.asList(attributes))
            .build());
  }

  /** A list of integers as a value. */
  String integers(long... v) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addDims(v.length);
    Arrays.stream(v).forEach(t::addInt64Data);
    return constant(t);
  }

  /** An integer as a value of no dimensions. */
  String integer(long v) {
    return constant(TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addInt64Data(v));
  }

  /** Real numbers as a value of the given extents. */
  String reals(List<Float> v, long... extents) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(DataType.FLOAT_VALUE)
            .addAllDims(Arrays.stream(extents).boxed().toList())
            .addAllFloatData(v));
  }

  private String constant(TensorProto.Builder t) {
    return node(
        "Constant",
        List.of(),
        AttributeProto.newBuilder().setName("value").setType(AttributeType.TENSOR).setT(t).build());
  }

  /** A name that stands for nothing yet. */
  String fresh(String op) {
    String name = GraphReader.firstOutput(call.node()) + "." + op + nodes.size();
    while (taken.test(name) || inputs().contains(name)) {
      name += "_";
    }
    return name;
  }

  /** An integer attribute. */
  static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  /** A text attribute. */
  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
