package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * Brings Upsample, and the Resize of opset 10, into the form that Resize has since opset 11. Both
 * map coordinates by the scale alone; their nearest neighbour is the one before where the output is
 * larger, and the one after where it is smaller.
 */
final class UpsampleForm {

  private static final int ADDED_ATTRIBUTE = 7;
  private static final int ADDED_INPUT = 9;
  private static final int RESIZE = 10;

  private UpsampleForm() {}

  /** The graph without operators of the old forms. */
  static GraphProto upgrade(Place file, GraphProto graph, int opset, Limits limits)
      throws ModelFormatException {
    GraphProto.Builder b = graph.toBuilder().clearNode();
    for (NodeProto n : graph.getNodeList()) {
      boolean upsample =
          n.getOpType().equals("Upsample") && opset >= ADDED_ATTRIBUTE && opset < RESIZE;
      if (n.getDomain().isEmpty()
          && n.getInputCount() > 0
          && n.getOutputCount() > 0
          && (upsample || (n.getOpType().equals("Resize") && opset == RESIZE))) {
        add(file.in("node '" + GraphReader.label(n) + "'"), graph, n, opset, limits, b);
      } else {
        b.addNode(n);
      }
    }
    return b.build();
  }

  private static void add(
      Place at, GraphProto graph, NodeProto n, int opset, Limits limits, GraphProto.Builder b)
      throws ModelFormatException {
    NodeProto.Builder node =
        n.toBuilder().setOpType("Resize").clearInput().clearAttribute().addInput(n.getInput(0));
    TensorProto scales;
    if (opset < ADDED_INPUT) {
      String name = n.getOutput(0) + ".scales";
      scales =
          attribute(n, "scales")
              .map(
                  a ->
                      TensorProto.newBuilder()
                          .setName(name)
                          .setDataType(DataType.FLOAT_VALUE)
                          .addDims(a.getFloatsCount())
                          .addAllFloatData(a.getFloatsList())
                          .build())
              .orElseThrow(() -> at.error("no attribute 'scales'", "one"));
      b.addInitializer(scales);
    } else {
      if (n.getInputCount() != 2) {
        throw at.error(n.getInputCount() + " inputs", "an image and its scales");
      }
      scales = constant(at, graph, n.getInput(1));
    }
    node.addInput("").addInput(opset < ADDED_INPUT ? scales.getName() : n.getInput(1));
    String mode = attribute(n, "mode").map(a -> a.getS().toStringUtf8()).orElse("nearest");
    node.addAttribute(text("mode", mode.equals("bilinear") ? "linear" : mode))
        .addAttribute(text("coordinate_transformation_mode", "asymmetric"))
        .addAttribute(text("nearest_mode", rounding(at, scales, mode, limits)));
    b.addNode(node);
  }

  private static String rounding(Place at, TensorProto scales, String mode, Limits limits)
      throws ModelFormatException {
    List<? extends Number> all = TensorReader.numbers(at, scales, limits);
    boolean enlarges = all.stream().anyMatch(s -> s.floatValue() > 1);
    boolean reduces = all.stream().anyMatch(s -> s.floatValue() < 1);
    if (enlarges && reduces && mode.equals("nearest")) {
      throw at.error(
          "scales " + all + " for the nearest neighbour in a form before opset 11",
          "all of them to enlarge, or all to reduce");
    }
    return reduces ? "ceil" : "floor";
  }

  private static Optional<AttributeProto> attribute(NodeProto n, String name) {
    return n.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  private static TensorProto constant(Place at, GraphProto graph, String name)
      throws ModelFormatException {
    for (TensorProto t : graph.getInitializerList()) {
      if (t.getName().equals(name)) {
        return t;
      }
    }
    for (NodeProto n : graph.getNodeList()) {
      if (n.getOpType().equals("Constant") && n.getOutputList().contains(name)) {
        return AttributeReader.constant(at, n);
      }
    }
    throw at.error("'" + name + "' as scales", "a tensor of the file, known before a run");
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
