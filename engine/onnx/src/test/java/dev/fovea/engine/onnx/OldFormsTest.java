package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of old opsets: as a graph and node by node they compute what ONNX Runtime computes for a
 * file of today that means the same by the specification.
 */
class OldFormsTest {

  private static final long SEED = 7;

  /** Runs the old file in both ways. */
  private static Graph same(ProtoModel old, ProtoModel today) throws Exception {
    byte[] file = old.bytes();
    Graph graph = new OnnxReader().read(file, "old.onnx").graph();
    Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED));
    Map<String, Tensor> expected = OrtRun.run(today.bytes(), inputs);
    Map<String, Tensor> found = Models.run(graph, Models.backends().get(0), inputs);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, t) -> OrtRun.assertClose(name, t, found.get(name)));
    OnnxModel model = OnnxModel.read(file, "old.onnx", SessionOptions.inference().withThreads(1));
    Map<String, OnnxTensor> given = new HashMap<>();
    inputs.forEach((name, t) -> given.put(name, OnnxTensor.of(t)));
    List<OnnxTensor> plain = model.nodeByNode(given);
    for (int i = 0; i < plain.size(); i++) {
      String name = model.outputs().get(i);
      OrtRun.assertClose(name, expected.get(name), plain.get(i).tensor());
    }
    return graph;
  }

  private static AttributeProto number(String name, long v) {
    return ProtoModel.number(name, v);
  }

  private static AttributeProto floats(String name, float... values) {
    AttributeProto.Builder b =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
    for (float v : values) {
      b.addFloats(v);
    }
    return b.build();
  }

  private static TensorProto reals(String name, float... values) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
    if (values.length != 1) {
      t.addDims(values.length);
    }
    for (float v : values) {
      t.addFloatData(v);
    }
    return t.build();
  }

  private static final AttributeProto BROADCAST = number("broadcast", 1);

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div"})
  void operandsAlignedAtAnAxis(String op) throws Exception {
    Graph graph =
        same(
            new ProtoModel(6)
                .input("x", "N", 3, 4, 5)
                .weights("b", 3, 4)
                .node(op, "x,b", "y", BROADCAST, number("axis", 1))
                .output("y"),
            new ProtoModel(13)
                .input("x", "N", 3, 4, 5)
                .weights("b", 3, 4, 1)
                .node(op, "x,b", "y")
                .output("y"));
    assertEquals(Value.Kind.PARAMETER, graph.value("b").kind(), "weights stay weights");
    assertEquals("N", graph.inputs().get(0).freeDims().get(0));
    for (int opset : new int[] {1, 6}) {
      AttributeProto consumed = ProtoModel.attribute("consumed_inputs", 0, 0);
      AttributeProto[] last = {BROADCAST};
      AttributeProto[] all = {BROADCAST, consumed};
      same(
          new ProtoModel(opset)
              .input("x", 2, 3, 4)
              .weights("b", 4)
              .node(op, "x,b", "y", opset == 1 ? all : last)
              .output("y"),
          new ProtoModel(13).input("x", 2, 3, 4).weights("b", 4).node(op, "x,b", "y").output("y"));
    }
    same(
        new ProtoModel(6)
            .input("x", 2, 3, 4)
            .weights("b", 2, 1)
            .node(op, "x,b", "y", BROADCAST, number("axis", 0))
            .output("y"),
        new ProtoModel(13)
            .input("x", 2, 3, 4)
            .weights("b", 2, 1, 1)
            .node(op, "x,b", "y")
            .output("y"));
  }

  @Test
  void anAxisThatDoesNotFitIsRefused() {
    ProtoModel model =
        new ProtoModel(6)
            .input("x", 2, 3)
            .weights("b", 2, 3)
            .node("Add", "x,b", "y", BROADCAST, number("axis", 1))
            .output("y");
    String message =
        assertThrows(
                ModelFormatException.class, () -> new OnnxReader().read(model.bytes(), "old.onnx"))
            .getMessage();
    assertTrue(message.contains("node 'y' (Add, opset 6): attribute 'axis'"), message);
  }

  @Test
  void relationsOfIntegersAlignedAtAnAxis() throws Exception {
    ProtoModel model = new ProtoModel(6);
    model.graph().addInput(ProtoModel.value("x", DataType.INT64, 2, 2));
    model
        .tensor(ProtoModel.longs("b", 1, 3))
        .node("Equal", "x,b", "y", BROADCAST, number("axis", 0))
        .output("y");
    OnnxTensor x = OnnxTensor.of(Shape.of(2, 2), 1, 3, 1, 3);
    OnnxTensor y =
        OnnxModel.read(model.bytes(), "m", SessionOptions.inference())
            .nodeByNode(Map.of("x", x))
            .get(0);
    assertEquals(Type.BOOL, y.type());
    assertArrayEquals(new int[] {1, 0, 0, 1}, y.ints());
  }

  @Test
  void slopesOfChannels() throws Exception {
    for (int opset : new int[] {1, 6}) {
      same(
          new ProtoModel(opset)
              .input("x", 2, 3, 4, 3)
              .weights("s", 3)
              .node("PRelu", "x,s", "y")
              .output("y"),
          new ProtoModel(16)
              .input("x", 2, 3, 4, 3)
              .weights("s", 3, 1, 1)
              .node("PRelu", "x,s", "y")
              .output("y"));
    }
    // So many that they are not looked at to tell the form.
    same(
        new ProtoModel(6)
            .input("x", 1, 70, 2)
            .weights("s", 70)
            .node("PRelu", "x,s", "y")
            .output("y"),
        new ProtoModel(16)
            .input("x", 1, 70, 2)
            .weights("s", 70, 1)
            .node("PRelu", "x,s", "y")
            .output("y"));
    same(
        new ProtoModel(6).input("x", 2, 3).weights("s", 1).node("PRelu", "x,s", "y").output("y"),
        new ProtoModel(16).input("x", 2, 3).weights("s", 1).node("PRelu", "x,s", "y").output("y"));
  }

  @Test
  void normalisationsThatDoNotTrain() throws Exception {
    ProtoModel today =
        new ProtoModel(15)
            .input("x", "N", 2, 3, 3)
            .weights("s", 2)
            .weights("b", 2)
            .weights("m", 2)
            .tensor(reals("v", 0.5f, 2))
            .node("BatchNormalization", "x,s,b,m,v", "y")
            .output("y");
    for (AttributeProto[] attributes :
        new AttributeProto[][] {
          {number("is_test", 1), ProtoModel.attribute("consumed_inputs", 0, 0, 0, 1, 1)},
          {number("is_test", 1), number("spatial", 1)},
          {}
        }) {
      same(
          new ProtoModel(
                  attributes.length == 2 && attributes[1].getName().equals("spatial") ? 6 : 1)
              .input("x", "N", 2, 3, 3)
              .weights("s", 2)
              .weights("b", 2)
              .weights("m", 2)
              .tensor(reals("v", 0.5f, 2))
              .node("BatchNormalization", "x,s,b,m,v", "y", attributes)
              .output("y"),
          today);
    }
  }

  /** Up to opset 8 each place of an image could have a mean of its own. */
  @ParameterizedTest
  @CsvSource({"6", "8"})
  void normalisationsOfPlaces(int opset) throws Exception {
    TensorProto.Builder variances = TensorProto.newBuilder().setName("v");
    variances.setDataType(DataType.FLOAT_VALUE).addDims(2).addDims(3);
    for (int i = 0; i < 6; i++) {
      variances.addFloatData(1 + i);
    }
    ProtoModel old =
        new ProtoModel(opset)
            .input("x", "N", 2, 3)
            .weights("s", 2, 3)
            .weights("b", 2, 3)
            .weights("m", 2, 3)
            .tensor(variances.build())
            .node("BatchNormalization", "x,s,b,m,v", "y", number("spatial", 0))
            .output("y");
    ProtoModel today =
        new ProtoModel(15)
            .input("x", "N", 2, 3)
            .weights("s", 6)
            .weights("b", 6)
            .weights("m", 6)
            .tensor(variances.clearDims().addDims(6).build())
            .tensor(ProtoModel.longs("shape", 0, 2, 3))
            .node("Flatten", "x", "rows")
            .node("BatchNormalization", "rows,s,b,m,v", "normal")
            .node("Reshape", "normal,shape", "y")
            .output("y");
    same(old, today);
  }

  /** An output for the statistics makes it a training; literals of the formula. */
  @ParameterizedTest
  @CsvSource({"6", "9"})
  void normalisationsThatTrain(int opset) throws Exception {
    ProtoModel model =
        new ProtoModel(opset)
            .input("x", 2, 1)
            .tensor(reals("s", 2).toBuilder().addDims(1).build())
            .tensor(reals("b", 1).toBuilder().addDims(1).build())
            .tensor(reals("m", 10).toBuilder().addDims(1).build())
            .tensor(reals("v", 20).toBuilder().addDims(1).build())
            .node(
                "BatchNormalization",
                "x,s,b,m,v",
                "y,mean,var,saved_mean,saved_var",
                ProtoModel.number("epsilon", 0f))
            .output("y")
            .output("mean")
            .output("var")
            .output("saved_mean")
            .output("saved_var");
    List<OnnxTensor> out =
        OnnxModel.read(model.bytes(), "m", SessionOptions.inference())
            .run(Map.of("x", OnnxTensor.singles(Type.FLOAT, Shape.of(2, 1), 3, 7)))
            .outputs();
    double[][] expected = {{-1, 3}, {9.5}, {18.4}, {5}, {4}};
    for (int i = 0; i < expected.length; i++) {
      double[] values = new double[out.get(i).size()];
      Arrays.setAll(values, out.get(i)::real);
      assertArrayEquals(expected[i], values, 1e-6);
    }
  }

  @Test
  void dropoutPassesOnWhatItGets() throws Exception {
    ProtoModel today = new ProtoModel(13).input("x", 2, 3).node("Dropout", "x", "y").output("y");
    for (AttributeProto[] attributes :
        new AttributeProto[][] {
          {}, {number("is_test", 1), ProtoModel.attribute("consumed_inputs", 0)},
        }) {
      ProtoModel old = new ProtoModel(attributes.length == 0 ? 6 : 1).input("x", 2, 3);
      same(old.node("Dropout", "x", "y", attributes).output("y"), today);
    }
    OnnxTensor mask =
        NodeEvaluator.run(
                new NodeCall(
                    new Place("m"),
                    new ProtoModel(6).node("Dropout", "x", "y,mask").graph().getNode(0),
                    6,
                    List.of(OnnxTensor.singles(Type.FLOAT, Shape.of(2), 5, 6)),
                    Limits.DEFAULT,
                    SessionOptions.inference()))
            .get(1);
    assertEquals(Type.FLOAT, mask.type(), "a mask was of the type of what is dropped");
  }

  @Test
  void whatBecameInputs() throws Exception {
    same(
        new ProtoModel(1)
            .input("x", 2, 6)
            .node("Reshape", "x", "y", ProtoModel.attribute("shape", 0, 3, -1))
            .output("y"),
        new ProtoModel(13)
            .input("x", 2, 6)
            .tensor(ProtoModel.longs("s", 0, 3, -1))
            .node("Reshape", "x,s", "y")
            .output("y"));
    for (String name : List.of("paddings", "pads")) {
      same(
          new ProtoModel(name.equals("pads") ? 2 : 1)
              .input("x", 2, 3)
              .node(
                  "Pad",
                  "x",
                  "y",
                  ProtoModel.attribute(name, 0, 1, 2, 3),
                  ProtoModel.number("value", 1.5f))
              .output("y"),
          new ProtoModel(13)
              .input("x", 2, 3)
              .tensor(ProtoModel.longs("pads", 0, 1, 2, 3))
              .tensor(reals("value", 1.5f))
              .node("Pad", "x,pads,value", "y")
              .output("y"));
    }
    same(
        new ProtoModel(1)
            .input("x", 2, 3)
            .tensor(reals("tiles", 3))
            .tensor(reals("axis", 1))
            .node("Tile", "x,tiles,axis", "y")
            .output("y"),
        new ProtoModel(13)
            .input("x", 2, 3)
            .tensor(ProtoModel.longs("repeats", 1, 3))
            .node("Tile", "x,repeats", "y")
            .output("y"));
    ProtoModel parts =
        new ProtoModel(13)
            .input("x", 2, 5)
            .tensor(ProtoModel.longs("sizes", 2, 3))
            .node("Split", "x,sizes", "y,z", number("axis", 1))
            .output("y")
            .output("z");
    same(
        new ProtoModel(1)
            .input("x", 2, 5)
            .tensor(reals("sizes", 2, 3))
            .node("Split", "x,sizes", "y,z", number("axis", 1))
            .output("y")
            .output("z"),
        parts);
    same(
        new ProtoModel(2)
            .input("x", 2, 5)
            .node("Split", "x", "y,z", number("axis", 1), ProtoModel.attribute("split", 2, 3))
            .output("y")
            .output("z"),
        parts);
    same(
        new ProtoModel(1)
            .input("x", 2, 5)
            .node("TopK", "x", "y,i", number("k", 2), number("axis", 1))
            .output("y"),
        new ProtoModel(11)
            .input("x", 2, 5)
            .tensor(ProtoModel.longs("k", 2))
            .node("TopK", "x,k", "y,i", number("axis", 1))
            .output("y"));
  }

  @Test
  void otherSpellings() throws Exception {
    same(
        new ProtoModel(1)
            .input("x", 2, 3)
            .node("Cast", "x", "i", ProtoModel.text("to", "INT32"))
            .node("Cast", "i", "y", ProtoModel.text("to", "FLOAT"))
            .output("y"),
        new ProtoModel(13)
            .input("x", 2, 3)
            .node("Cast", "x", "i", number("to", 6))
            .node("Cast", "i", "y", number("to", 1))
            .output("y"));
    same(
        new ProtoModel(1).input("x", 2, 3).input("z", 2, 2).node("Concat", "x,z", "y").output("y"),
        new ProtoModel(13)
            .input("x", 2, 3)
            .input("z", 2, 2)
            .node("Concat", "x,z", "y", number("axis", 1))
            .output("y"));
    AttributeProto kernel = ProtoModel.attribute("kernel_shape", 2, 2);
    same(
        new ProtoModel(1)
            .input("x", 1, 2, 4, 4)
            .node("LpPool", "x", "a", kernel, ProtoModel.number("p", 3f))
            .node("GlobalLpPool", "a", "y", ProtoModel.number("p", 1f))
            .output("y"),
        new ProtoModel(11)
            .input("x", 1, 2, 4, 4)
            .node("LpPool", "x", "a", kernel, number("p", 3))
            .node("GlobalLpPool", "a", "y", number("p", 1))
            .output("y"));
    same(
        new ProtoModel(1)
            .input("x", 2, 3)
            .weights("w", 3, 2)
            .weights("b", 2)
            .node("Gemm", "x,w,b", "g", BROADCAST)
            .node("Clip", "g", "c", ProtoModel.number("max", 0.7f))
            .node("Selu", "c", "y", ProtoModel.attribute("consumed_inputs", 0))
            .output("y"),
        new ProtoModel(13)
            .input("x", 2, 3)
            .weights("w", 3, 2)
            .weights("b", 2)
            .tensor(reals("most", 0.7f))
            .node("Gemm", "x,w,b", "g")
            .node("Clip", "g,,most", "c")
            .node("Selu", "c", "y")
            .output("y"));
    for (String op : List.of("RNN", "GRU", "LSTM")) {
      int gates = op.equals("RNN") ? 1 : op.equals("GRU") ? 3 : 4;
      List<ProtoModel> models = new ArrayList<>();
      for (int opset : new int[] {1, 14}) {
        AttributeProto size = number("hidden_size", 2);
        AttributeProto[] attributes =
            opset == 1
                ? new AttributeProto[] {size, number("output_sequence", 1)}
                : new AttributeProto[] {size};
        models.add(
            new ProtoModel(opset)
                .input("x", 3, 1, 2)
                .weights("w", 1, 2 * gates, 2)
                .weights("r", 1, 2 * gates, 2)
                .node(op, "x,w,r", "y", attributes)
                .output("y"));
      }
      same(models.get(0), models.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "bilinear"})
  void enlargementByTwoNumbers(String mode) throws Exception {
    same(
        new ProtoModel(1)
            .input("x", 1, 2, 3, 4)
            .node(
                "Upsample",
                "x",
                "y",
                ProtoModel.number("height_scale", 2f),
                ProtoModel.number("width_scale", 3f),
                ProtoModel.text("mode", mode))
            .output("y"),
        new ProtoModel(7)
            .input("x", 1, 2, 3, 4)
            .node(
                "Upsample",
                "x",
                "y",
                floats("scales", 1, 1, 2, 3),
                ProtoModel.text("mode", mode.equals("nearest") ? mode : "linear"))
            .output("y"));
  }

  /** Scales that are an input: known by the time a node runs. */
  @Test
  void enlargementByAnInput() throws Exception {
    ProtoModel model =
        new ProtoModel(9)
            .input("x", 1, 1, 1, 2)
            .input("scales", 4)
            .node("Upsample", "x,scales", "y", ProtoModel.text("mode", "nearest"))
            .output("y");
    OnnxModel.Run run =
        OnnxModel.read(model.bytes(), "m", SessionOptions.inference())
            .run(
                Map.of(
                    "x", OnnxTensor.singles(Type.FLOAT, Shape.of(1, 1, 1, 2), 5, 6),
                    "scales", OnnxTensor.singles(Type.FLOAT, Shape.of(4), 1, 1, 2, 2)));
    assertTrue(run.asGraph());
    assertArrayEquals(new int[] {5, 5, 6, 6, 5, 5, 6, 6}, run.outputs().get(0).ints());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void groupsWithAScaleOfTheirOwn(int groups) throws Exception {
    ProtoModel model =
        new ProtoModel(18)
            .input("x", "N", 4, 3, 3)
            .weights("s", groups)
            .weights("b", groups)
            .node("GroupNormalization", "x,s,b", "y", number("num_groups", groups))
            .output("y");
    same(model, model);
  }

  @Test
  void indicesThatCountColumnsFirst() throws Exception {
    ProtoModel model =
        new ProtoModel(12)
            .input("x", 2, 3, 4, 6)
            .node(
                "MaxPool",
                "x",
                "y,i",
                ProtoModel.attribute("kernel_shape", 2, 3),
                number("storage_order", 1))
            .output("y");
    model.graph().addOutput(ProtoModel.value("i", DataType.INT64, 2, 3, 3, 4));
    float[] values = new float[144];
    Random random = new Random(SEED);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Tensor x = Tensor.of(Shape.of(2, 3, 4, 6), values);
    Map<String, Tensor> expected = OrtRun.run(model.bytes(), Map.of("x", x));
    OnnxModel.Run run =
        OnnxModel.read(model.bytes(), "m", SessionOptions.inference())
            .run(Map.of("x", OnnxTensor.of(x)));
    OrtRun.assertClose("y", expected.get("y"), run.outputs().get(0).tensor());
    OrtRun.assertClose("i", expected.get("i"), run.outputs().get(1).tensor());
    assertEquals(Type.INT64, run.outputs().get(1).type());
  }

  /** Operators of early files that were never more than an experiment; ONNX Runtime has them. */
  @Test
  void experimentsOfEarlyFiles() throws Exception {
    AttributeProto alpha = ProtoModel.number("alpha", 1.5f);
    AttributeProto beta = ProtoModel.number("beta", 0.25f);
    for (String op : List.of("Affine", "ParametricSoftplus", "ScaledTanh")) {
      ProtoModel model =
          new ProtoModel(7).input("x", 2, 3).node(op, "x", "y", alpha, beta).output("y");
      same(model, model);
    }
    ProtoModel image =
        new ProtoModel(7)
            .input("x", 1, 3, 5, 6)
            .node(
                "ImageScaler", "x", "a", ProtoModel.number("scale", 0.5f), floats("bias", 1, -2, 3))
            .node("Crop", "a", "y", ProtoModel.attribute("border", 1, 2, 3, 0))
            .output("y");
    same(image, image);
    ProtoModel part =
        new ProtoModel(7)
            .input("x", 1, 3, 5, 6)
            .node(
                "Crop",
                "x",
                "y",
                ProtoModel.attribute("border", 1, 2, 0, 0),
                ProtoModel.attribute("scale", 2, 3))
            .output("y");
    same(part, part);
  }
}
