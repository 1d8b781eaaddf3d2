package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.protobuf.ByteString;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Activation;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.Clip;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.DeformConv;
import dev.fovea.engine.op.Direction;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.EyeLike;
import dev.fovea.engine.op.LSTM;
import dev.fovea.engine.op.ReduceMean;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Forms that other exporters use: what is read computes what ONNX Runtime computes for the file.
 */
class ForeignFileTest {

  private static final long SEED = 11;

  private static Graph read(byte[] file) throws ModelFormatException {
    return new OnnxReader().read(file, "foreign.onnx").graph();
  }

  /** Reads the file and compares all outputs with those of ONNX Runtime for the same file. */
  private static Graph same(ProtoModel model, Shape... shapes) throws ModelFormatException {
    byte[] file = model.bytes();
    Graph graph = read(file);
    Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED), shapes);
    Map<String, Tensor> expected = OrtRun.run(file, inputs);
    Map<String, Tensor> found = Models.run(graph, Models.backends().get(0), inputs);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, t) -> OrtRun.assertClose(name, t, found.get(name)));
    return graph;
  }

  private static String refused(ProtoModel model) {
    return assertThrows(ModelFormatException.class, () -> read(model.bytes())).getMessage();
  }

  @Test
  void weightsMayBeListedAmongTheInputs() throws Exception {
    Graph graph =
        same(
            new ProtoModel(8)
                .input("x", 1, 2, 5, 5)
                .input("w", 3, 2, 3, 3)
                .weights("w", 3, 2, 3, 3)
                .node("Conv", "x,w", "y")
                .output("y"));
    assertEquals(1, graph.inputs().size());
    assertEquals(Value.Kind.PARAMETER, graph.value("w").kind());
    assertEquals(Conv.square(3, 1, 0), graph.nodes().get(0).op(), "kernel size of the weights");
  }

  @Test
  void chainsOfShapesAreComputedWhileReading() throws Exception {
    Graph graph =
        same(
            new ProtoModel(12)
                .input("x", 2, 3, 4)
                .tensor(ProtoModel.longs("two", 2))
                .tensor(ProtoModel.longs("rest", -1))
                .node("Shape", "x", "shape")
                .node("Gather", "shape,two", "inner", ProtoModel.number("axis", 0L))
                .node("Concat", "inner,rest", "target", ProtoModel.number("axis", 0L))
                .node("Reshape", "x,target", "a")
                .node("ConstantOfShape", "target2", "zeros")
                .node("Add", "a,zeros", "y")
                .tensor(ProtoModel.longs("target2", 4, 1))
                .output("y"));
    assertEquals(List.of(4, -1), ((Reshape) graph.nodes().get(0).op()).shape());
    assertEquals(2, graph.nodes().size());
  }

  @Test
  void shapesOfFreeDimensionsStayFreeWhereAnOperatorCanWorkThemOut() throws Exception {
    Graph flat =
        same(
            new ProtoModel(13)
                .input("x", "N", 3, "W")
                .tensor(ProtoModel.longs("zero", 0))
                .tensor(ProtoModel.longs("rest", -1))
                .node("Shape", "x", "shape")
                .node("Gather", "shape,zero", "batch", ProtoModel.number("axis", 0L))
                .node("Concat", "batch,rest", "target", ProtoModel.number("axis", 0L))
                .node("Reshape", "x,target", "a")
                .node("Reshape", "a,shape", "b")
                .node("Relu", "b", "y")
                .output("y"),
            Shape.of(5, 3, 7));
    assertEquals(List.of(0, -1), ((Reshape) flat.nodes().get(0).op()).shape());
    assertEquals(List.of("N", "", "W"), flat.inputs().get(0).freeDims());
  }

  /** Otherwise the graph is for one batch, or for one size. */
  @Test
  void extentsThatAreComputedWithAreFixed() throws Exception {
    Graph batch =
        same(
            new ProtoModel(13)
                .input("x", "N", 3, "W")
                .tensor(ProtoModel.longs("zero", 0))
                .tensor(ProtoModel.longs("one", 1))
                .node("Shape", "x", "shape")
                .node("Slice", "shape,zero,one", "n")
                .node("Cast", "n", "count", ProtoModel.number("to", 1L))
                .node("Mul", "x,count", "y")
                .output("y"),
            Shape.of(1, 3, 9));
    assertEquals(List.of("", "", "W"), batch.inputs().get(0).freeDims());
    assertEquals(1, batch.inputs().get(0).shape().dim(0));
    Graph size =
        same(
            new ProtoModel(13)
                .input("x", "N", 1, "H", 8)
                .tensor(ProtoModel.longs("from", 2))
                .tensor(ProtoModel.longs("to", 4))
                .tensor(ProtoModel.longs("twice", 2))
                .tensor(ProtoModel.longs("image", 1, 1))
                .node("Shape", "x", "shape")
                .node("Slice", "shape,from,to", "hw")
                .node("Mul", "hw,twice", "hw2")
                .node("Concat", "image,hw2", "sizes", ProtoModel.number("axis", 0L))
                .node("Resize", "x,,,sizes", "y")
                .output("y"));
    assertEquals(List.of("", "", "", ""), size.inputs().get(0).freeDims());
  }

  @Test
  void axesAndSizesThatWereAttributes() throws Exception {
    same(
        new ProtoModel(9)
            .input("x", 1, 4, 1, 6)
            .node(
                "Slice",
                "x",
                "a",
                ProtoModel.attribute("starts", 1, -9),
                ProtoModel.attribute("ends", 3, 4),
                ProtoModel.attribute("axes", 1, 3))
            .node("Squeeze", "a", "b", ProtoModel.attribute("axes", 0, 2))
            .node(
                "Pad",
                "b",
                "c",
                ProtoModel.attribute("pads", 1, 0, 0, 2),
                ProtoModel.number("value", 2.5f))
            .node("Unsqueeze", "c", "d", ProtoModel.attribute("axes", 0))
            .node("Split", "d", "e,f", ProtoModel.number("axis", 2L))
            .node("Add", "e,f", "g")
            .node("TopK", "g", "best,at", ProtoModel.number("k", 2L))
            .output("best"));
    same(
        new ProtoModel(18)
            .input("x", 2, 7)
            .tensor(ProtoModel.longs("pads", 1, 2))
            .tensor(ProtoModel.longs("axis", -1))
            .node("Pad", "x,pads,,axis", "a", ProtoModel.text("mode", "reflect"))
            .node(
                "Split",
                "a",
                "b,c,d",
                ProtoModel.number("axis", 1L),
                ProtoModel.number("num_outputs", 3L))
            .node("Add", "b,c", "y")
            .output("y")
            .output("d"));
  }

  @Test
  void constantNodesAreBuffersOrPartsOfTheOperator() throws Exception {
    Graph graph =
        same(
            new ProtoModel(17)
                .input("x", "N", 2, 3)
                .node("Constant", "", "half", ProtoModel.number("value_float", 0.5f))
                .node("Constant", "", "pair", ProtoModel.value(ProtoModel.floats("", 3).build()))
                .node("Constant", "", "shape", ProtoModel.attribute("value_ints", 0, -1))
                .node("Mul", "x,half", "a")
                .node("Add", "a,pair", "b")
                .node("Reshape", "b,shape", "y")
                .output("y"),
            Shape.of(4, 2, 3));
    assertEquals(List.of(), graph.parameters());
    assertEquals(2, graph.buffers().size());
    assertEquals(3, graph.nodes().size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void elementTypesAreBroughtToFloat(boolean raw) throws Exception {
    // 1, -2, 65504 (the largest), 2^-24 (the smallest), -0
    int[] half = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000};
    double[] twice = {0.1, -1e-40, 3.4e38, 0, 7};
    TensorProto.Builder h = tensor("h", DataType.FLOAT16);
    TensorProto.Builder d = tensor("d", DataType.DOUBLE);
    ByteBuffer halfBytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer doubleBytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 5; i++) {
      if (raw) {
        halfBytes.putShort((short) half[i]);
        doubleBytes.putDouble(twice[i]);
      } else {
        h.addInt32Data(half[i]);
        d.addDoubleData(twice[i]);
      }
    }
    if (raw) {
      h.setRawData(ByteString.copyFrom(halfBytes.rewind()));
      d.setRawData(ByteString.copyFrom(doubleBytes.rewind()));
    }
    Graph graph =
        read(
            new ProtoModel(17)
                .input("x", 5)
                .tensor(h.build())
                .tensor(d.build())
                .node("Add", "x,h", "a")
                .node("Add", "a,d", "y")
                .output("y")
                .bytes());
    assertArrayEquals(
        new float[] {1, -2, 65504, 0x1p-24f, -0f}, graph.value("h").tensor().toArray());
    assertArrayEquals(
        new float[] {0.1f, -1e-40f, 3.4e38f, 0, 7}, graph.value("d").tensor().toArray());
  }

  private static TensorProto.Builder tensor(String name, DataType type) {
    return TensorProto.newBuilder().setName(name).setDataType(type.getNumber()).addDims(5);
  }

  @Test
  void identitiesVanishAndOutputsKeepTheirNames() throws Exception {
    Graph graph =
        same(
            new ProtoModel(17)
                .input("x", 2, 3)
                .node("Identity", "x", "x1")
                .node("Relu", "x1", "r")
                .node("Identity", "r", "r1")
                .node("Sigmoid", "r1", "s")
                .node("Identity", "s", "probability")
                .output("probability")
                .output("r"));
    assertEquals(2, graph.nodes().size());
    assertEquals("probability", graph.outputs().get(0).name());
    assertEquals("r", graph.outputs().get(1).name());
  }

  @Test
  void nodeNamesAreMadeUnique() throws Exception {
    ProtoModel m =
        new ProtoModel(17)
            .input("x", 2)
            .node("Relu", "x", "a")
            .node("Relu", "a", "b")
            .node("Relu", "b", "c")
            .output("c");
    m.graph().getNodeBuilder(1).setName("a");
    m.graph().getNodeBuilder(2).setName("a");
    // ONNX Runtime wants unique names; the standard does not.
    assertEquals(
        List.of("a", "a_2", "a_3"), read(m.bytes()).nodes().stream().map(n -> n.name()).toList());
  }

  @Test
  void dimensionsWithoutANumberAreFree() throws Exception {
    Graph graph =
        same(
            new ProtoModel(17)
                .input("x", "batch", 1, "", "")
                .weights("w", 2, 1, 70, 70)
                .node("Conv", "x,w", "y")
                .output("y"),
            Shape.of(2, 1, 80, 71));
    // 64 is too small for this window; the next usual size that fits is taken.
    assertEquals(Shape.of(1, 1, 128, 128), graph.inputs().get(0).shape());
    assertEquals(List.of("batch", "", "x_dim2", "x_dim3"), graph.inputs().get(0).freeDims());
  }

  @Test
  void dropoutBeforeOpset12HasItsRatioAsAnAttribute() throws Exception {
    Graph graph =
        same(
            new ProtoModel(8)
                .input("x", 2, 3)
                .node("Dropout", "x", "y,mask", ProtoModel.number("ratio", 0.25f))
                .output("y"));
    assertEquals(new Dropout(0.25f), graph.nodes().get(0).op());
  }

  @Test
  void softmaxBeforeOpset13() throws Exception {
    Graph graph =
        same(
            new ProtoModel(11)
                .input("x", "N", 4, "", "")
                .node("GlobalAveragePool", "x", "g")
                .node("Softmax", "g", "y")
                .output("y"),
            Shape.of(2, 4, 3, 5));
    assertEquals(new Softmax(1), graph.nodes().get(1).op());
    assertEquals(
        new Softmax(2),
        same(new ProtoModel(9)
                .input("x", 3, 1, 4)
                .node("Softmax", "x", "y", ProtoModel.number("axis", 1L))
                .output("y"))
            .nodes()
            .get(0)
            .op());
    for (String op : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      same(new ProtoModel(11).input("x", 2, 3, 4, 4).node(op, "x", "y").output("y"));
      AttributeProto axis = ProtoModel.number("axis", -2L);
      same(new ProtoModel(11).input("x", 2, 3, 5).node(op, "x", "y", axis).output("y"));
    }
  }

  @Test
  void softmaxThatIsOverOneAxisForTheExampleAlone() throws Exception {
    Graph graph =
        same(
            new ProtoModel(11)
                .input("x", "N", 1, "H", "W")
                .node(
                    "MaxPool",
                    "x",
                    "p",
                    ProtoModel.attribute("kernel_shape", 64, 64),
                    ProtoModel.attribute("strides", 64, 64))
                .node("Softmax", "p", "y")
                .output("y"));
    assertEquals(List.of("", "", "", ""), graph.inputs().get(0).freeDims());
  }

  @ParameterizedTest
  @CsvSource({
    "Conv,SAME_UPPER,1",
    "Conv,SAME_LOWER,1",
    "Conv,SAME_UPPER,2",
    "Conv,SAME_LOWER,2",
    "Conv,VALID,2",
    "MaxPool,SAME_UPPER,2",
    "MaxPool,SAME_LOWER,2",
    "MaxPool,VALID,1",
    "AveragePool,SAME_UPPER,2",
    "AveragePool,SAME_LOWER,1",
    "ConvTranspose,SAME_UPPER,2",
    "ConvTranspose,SAME_LOWER,2",
    "ConvTranspose,VALID,2",
    "ConvTranspose,SAME_UPPER,1"
  })
  void automaticPadding(String op, String pad, int stride) throws Exception {
    boolean pool = op.endsWith("Pool");
    same(
        new ProtoModel(17)
            .input("x", 1, 2, 7, 8)
            .weights("w", 2, 2, 3, 4)
            .node(
                op,
                pool ? "x" : "x,w",
                "y",
                ProtoModel.attribute("kernel_shape", 3, 4),
                ProtoModel.attribute("strides", stride, stride),
                ProtoModel.text("auto_pad", pad))
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "Conv,SAME_UPPER,2",
    "Conv,SAME_LOWER,1",
    "MaxPool,SAME_LOWER,2",
    "AveragePool,SAME_UPPER,3",
    "LpPool,SAME_UPPER,2",
    "ConvTranspose,SAME_LOWER,2"
  })
  void automaticPaddingOfSequencesAndVolumes(String op, String pad, int stride) throws Exception {
    boolean pool = op.endsWith("Pool");
    same(
        new ProtoModel(17)
            .input("x", 1, 2, 9)
            .weights("w", 2, 2, 4)
            .node(
                op,
                pool ? "x" : "x,w",
                "y",
                ProtoModel.attribute("kernel_shape", 4),
                ProtoModel.attribute("strides", stride),
                ProtoModel.text("auto_pad", pad))
            .output("y"));
    same(
        new ProtoModel(17)
            .input("x", 1, 2, 4, 5, 6)
            .weights("w", 2, 2, 2, 3, 4)
            .node(
                op,
                pool ? "x" : "x,w",
                "y",
                ProtoModel.attribute("kernel_shape", 2, 3, 4),
                ProtoModel.attribute("strides", stride, 1, stride),
                ProtoModel.text("auto_pad", pad))
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({"10,8,NOTSET", "9,9,NOTSET", "8,8,SAME_UPPER", "8,7,SAME_LOWER", "10,10,SAME_UPPER"})
  void outputShapeOfATransposedConvolution(int h, int w, String pad) throws Exception {
    same(
        new ProtoModel(17)
            .input("x", 1, 1, 3, 3)
            .weights("w", 1, 2, 3, 3)
            .node(
                "ConvTranspose",
                "x,w",
                "y",
                ProtoModel.attribute("strides", 3, 3),
                ProtoModel.text("auto_pad", pad),
                ProtoModel.attribute("output_shape", h, w))
            .output("y"));
  }

  @Test
  void paddingThatDependsOnAFreeSizeIsRefused() throws Exception {
    ProtoModel strided =
        new ProtoModel(17)
            .input("x", "N", 2, "H", "W")
            .weights("w", 2, 2, 3, 3)
            .node(
                "Conv",
                "x,w",
                "y",
                ProtoModel.attribute("strides", 2, 2),
                ProtoModel.text("auto_pad", "SAME_UPPER"))
            .output("y");
    String message = refused(strided);
    assertTrue(message.contains("SAME_UPPER with stride 2 on images of free size"), message);
    same(
        new ProtoModel(17)
            .input("x", "N", 2, "H", "W")
            .weights("w", 2, 2, 3, 3)
            .node("Conv", "x,w", "y", ProtoModel.text("auto_pad", "SAME_UPPER"))
            .output("y"),
        Shape.of(2, 2, 9, 10));
  }

  @Test
  void batchNormalizationAcrossOpsets() throws Exception {
    for (int opset : new int[] {7, 9, 14, 15}) {
      ProtoModel m =
          new ProtoModel(opset)
              .input("x", 2, 3, 4, 4)
              .weights("s", 3)
              .weights("b", 3)
              .weights("m", 3);
      TensorProto.Builder v = ProtoModel.floats("v", 3);
      for (int i = 0; i < 3; i++) {
        v.setFloatData(i, 0.5f + i);
      }
      Graph graph =
          same(
              m.tensor(v.build())
                  .node("BatchNormalization", "x,s,b,m,v", "y", ProtoModel.number("epsilon", 0.01f))
                  .output("y"));
      assertEquals(2, graph.parameters().size());
      assertEquals(2, graph.buffers().size());
    }
  }

  @Test
  void trainingFormsAreRefused() {
    ProtoModel m = new ProtoModel(15).input("x", 2, 3);
    for (String t : List.of("s", "b", "m", "v")) {
      m.weights(t, 3);
    }
    String message =
        refused(
            m.node("BatchNormalization", "x,s,b,m,v", "y", ProtoModel.number("training_mode", 1L))
                .output("y"));
    assertTrue(message.contains("attribute 'training_mode': expected 0"), message);
    message =
        refused(
            new ProtoModel(12)
                .input("x", 2, 3)
                .node("Dropout", "x", "y,mask")
                .node("Relu", "mask", "z")
                .output("z"));
    assertTrue(message.contains("further output 'mask'"), message);
  }

  @Test
  void resizeWithSizesScalesAndAxes() throws Exception {
    TensorProto scales =
        TensorProto.newBuilder()
            .setName("scales")
            .setDataType(DataType.FLOAT_VALUE)
            .addDims(4)
            .addAllFloatData(List.of(1f, 1f, 2f, 3f))
            .build();
    TensorProto roi =
        TensorProto.newBuilder()
            .setName("roi")
            .setDataType(DataType.FLOAT_VALUE)
            .addDims(0)
            .build();
    same(
        new ProtoModel(11)
            .input("x", 1, 2, 4, 5)
            .tensor(roi)
            .tensor(scales)
            .node(
                "Resize",
                "x,roi,scales",
                "y",
                ProtoModel.text("mode", "linear"),
                ProtoModel.number("cubic_coeff_a", -0.5f),
                ProtoModel.text("coordinate_transformation_mode", "asymmetric"))
            .output("y"));
    same(
        new ProtoModel(17)
            .input("x", 1, 2, 4, 5)
            .tensor(ProtoModel.longs("sizes", 1, 2, 9, 3))
            .node("Resize", "x,,,sizes", "y")
            .output("y"));
    same(
        new ProtoModel(19)
            .input("x", 1, 2, 4, 5)
            .tensor(ProtoModel.longs("sizes", 9, 8))
            .node("Resize", "x,,,sizes", "y", ProtoModel.attribute("axes", -1, 2))
            .output("y"));
    String message =
        refused(
            new ProtoModel(17)
                .input("x", 1, 2, 4, 5)
                .tensor(ProtoModel.longs("sizes", 1, 4, 9, 3))
                .node("Resize", "x,,,sizes", "y")
                .output("y"));
    assertTrue(message.contains("expected batch and channels as in the input"), message);
  }

  /** Of opset 11 alone; scales that make no ties. */
  @Test
  void resizeOfHalfPixelsWithoutTheirHalf() throws Exception {
    for (float scale : new float[] {0.6f, 1.7f, 2}) {
      TensorProto.Builder scales = ProtoModel.floats("scales", 4).clearFloatData();
      scales.addAllFloatData(List.of(1f, 1f, scale, scale));
      same(
          new ProtoModel(11)
              .input("x", 1, 2, 5, 6)
              .tensor(ProtoModel.floats("roi", 0).build())
              .tensor(scales.build())
              .node(
                  "Resize",
                  "x,roi,scales",
                  "y",
                  ProtoModel.text("nearest_mode", "floor"),
                  ProtoModel.text("coordinate_transformation_mode", "tf_half_pixel_for_nn"))
              .output("y"));
    }
  }

  /** Sizes and scales some of which have coordinates that are integers but for a rounding error. */
  @ParameterizedTest
  @ValueSource(strings = {"floor", "ceil", "round_prefer_ceil"})
  void resizeOfHalfPixelsFromTheMiddle(String rounding) throws Exception {
    for (float scale : new float[] {0.3f, 0.4f}) {
      TensorProto.Builder scales = ProtoModel.floats("scales", 4).clearFloatData();
      scales.addAllFloatData(List.of(1f, 1f, scale, 1 + scale / 3));
      for (int extent = 4; extent < 10; extent++) {
        same(
            new ProtoModel(19)
                .input("x", 1, 1, extent, extent + 3)
                .tensor(scales.build())
                .node(
                    "Resize",
                    "x,,scales",
                    "y",
                    ProtoModel.text("nearest_mode", rounding),
                    ProtoModel.text("coordinate_transformation_mode", "half_pixel_symmetric"))
                .output("y"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"nearest,2,3", "linear,2,1.5", "nearest,0.5,0.6", "nearest,0.5,2", "linear,0.5,1.5"})
  void resizeBeforeOpset11(String mode, float scaleH, float scaleW) throws Exception {
    TensorProto scales =
        TensorProto.newBuilder()
            .setName("scales")
            .setDataType(DataType.FLOAT_VALUE)
            .addDims(4)
            .addAllFloatData(List.of(1f, 1f, scaleH, scaleW))
            .build();
    same(
        new ProtoModel(10)
            .input("x", 1, 2, 4, 5)
            .tensor(scales)
            .node("Resize", "x,scales", "y", ProtoModel.text("mode", mode))
            .output("y"));
    if (scaleH < 1) {
      return;
    }
    same(
        new ProtoModel(9)
            .input("x", 1, 2, 4, 5)
            .tensor(scales)
            .node("Upsample", "x,scales", "y", ProtoModel.text("mode", mode))
            .output("y"));
    AttributeProto attribute =
        AttributeProto.newBuilder()
            .setName("scales")
            .setType(AttributeProto.AttributeType.FLOATS)
            .addAllFloats(List.of(1f, 1f, scaleH, scaleW))
            .build();
    same(
        new ProtoModel(7)
            .input("x", 1, 2, 4, 5)
            .node("Upsample", "x", "y", ProtoModel.text("mode", mode), attribute)
            .output("y"));
  }

  @Test
  void gemmWithoutBiasAndAnEmptyLastName() throws Exception {
    same(
        new ProtoModel(13)
            .input("x", "N", 4)
            .weights("w", 3, 4)
            .node("Gemm", "x,w,", "y", ProtoModel.number("transB", 1L))
            .output("y"),
        Shape.of(5, 4));
  }

  @Test
  void anAttributeThatNobodyKnowsIsRefused() {
    String message =
        refused(
            new ProtoModel(17)
                .input("x", 2)
                .node("LeakyRelu", "x", "y", ProtoModel.number("beta", 2f))
                .output("y"));
    assertEquals(
        "foreign.onnx: node 'y' (LeakyRelu, opset 17): attribute 'beta': found 2.0, expected none of"
            + " this name",
        message);
  }

  @Test
  void limitsAndAxesMayBeAttributes() throws Exception {
    Graph graph =
        same(
            new ProtoModel(10)
                .input("x", 2, 3, 4)
                .node(
                    "Clip",
                    "x",
                    "c",
                    ProtoModel.number("min", -0.25f),
                    ProtoModel.number("max", 0.5f))
                .node("ReduceMean", "c", "m", ProtoModel.attribute("axes", -1, 0))
                .node("ReduceSum", "m", "y", ProtoModel.attribute("axes", 1))
                .output("y"));
    assertEquals(new Clip(-0.25f, 0.5f), graph.nodes().get(0).op());
    assertEquals(new ReduceMean(Axes.of(-1, 0)), graph.nodes().get(1).op());
  }

  @Test
  void aDeformableConvolutionMayTakeItsKernelFromTheWeights() throws Exception {
    Graph graph =
        same(
            new ProtoModel(19)
                .input("x", 1, 2, 4, 4)
                .weights("w", 3, 2, 2, 2)
                .weights("offsets", 1, 8, 3, 3)
                .node("DeformConv", "x,w,offsets", "y")
                .output("y"));
    assertEquals(List.of(2, 2), ((DeformConv) graph.nodes().get(0).op()).kernel());
  }

  @Test
  void widerRealNumbersAreHeldAsFloats() throws Exception {
    ProtoModel m =
        new ProtoModel(9)
            .input("x", 2, 3)
            .node("EyeLike", "x", "y", ProtoModel.number("dtype", (long) DataType.DOUBLE_VALUE))
            .output("y");
    assertEquals(new EyeLike(0, ElementType.FLOAT), read(m.bytes()).nodes().get(0).op());
  }

  /** Sequences of 4 steps in a batch of 2, without a bias, with initial states. */
  private static ProtoModel lstm(String lengths, String further, String candidate) {
    TensorProto given =
        TensorProto.newBuilder()
            .setName("lengths")
            .setDataType(DataType.INT32_VALUE)
            .addDims(2)
            .addInt32Data(4)
            .addInt32Data(3)
            .build();
    return new ProtoModel(17)
        .input("x", 4, 2, 3)
        .weights("w", 1, 20, 3)
        .weights("r", 1, 20, 5)
        .weights("h", 1, 2, 5)
        .weights("c", 1, 2, 5)
        .weights("p", 1, 15)
        .tensor(given)
        .node(
            "LSTM",
            "x,w,r,," + lengths + ",h,c" + further,
            "y",
            ProtoModel.number("hidden_size", 5),
            ProtoModel.texts("activations", "Sigmoid", candidate, "Tanh"))
        .output("y");
  }

  @Test
  void recurrentLayersMayRepeatDefaultsAndLeaveInputsOut() throws Exception {
    Graph graph = same(lstm("", "", "tanh"));
    assertEquals(new LSTM(5, Direction.FORWARD, false, true), graph.nodes().get(0).op());
  }

  @Test
  void recurrentLayersWithLengthsPeepholesAndOtherFunctions() throws Exception {
    Graph graph = same(lstm("lengths", ",p", "softsign"));
    LSTM op = (LSTM) graph.nodes().get(0).op();
    assertTrue(op.peepholes() && op.how().lengths());
    assertEquals(Activation.of(Activation.Kind.SOFTSIGN), op.how().activations().get(1));
    assertTrue(refused(lstm("", "", "Gelu")).contains("found 'Gelu'"));
  }

  @Test
  void aLayerWhoseBatchComesFirstIsOneBetweenTranspositions() throws Exception {
    ProtoModel m = lstm("", "", "Tanh");
    m.graph().getNodeBuilder(0).addAttribute(ProtoModel.number("layout", 1));
    // Batch and time of 4 and 2 change places, and so do direction and batch of the states.
    m.graph().getInitializerBuilderList().stream()
        .filter(t -> t.getName().equals("h") || t.getName().equals("c"))
        .forEach(t -> t.clearDims().addDims(2).addDims(1).addDims(5));
    ProtoModel plain = lstm("", "", "Tanh");
    Tensor x = Models.random(new Random(5), Shape.of(4, 2, 3));
    Tensor batchFirst = Tensor.zeros(2, 4, 3);
    for (int i = 0; i < x.size(); i++) {
      batchFirst.array()[(i / 3 % 2 * 4 + i / 6) * 3 + i % 3] = x.get(i);
    }
    m.graph()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .clearDim()
        .addDim(dimension(2))
        .addDim(dimension(4))
        .addDim(dimension(3));
    Tensor expected = OrtRun.run(plain.bytes(), Map.of("x", x)).get("y");
    Graph graph = new OnnxReader().read(m.bytes(), "foreign.onnx").graph();
    Tensor found = Models.run(graph, Models.backends().get(0), Map.of("x", batchFirst)).get("y");
    assertEquals(Shape.of(2, 4, 1, 5), found.shape());
    for (int i = 0; i < expected.size(); i++) {
      // [T, 1, N, H] against [N, T, 1, H].
      int at = (i / 5 % 2 * 4 + i / 10) * 5 + i % 5;
      assertEquals(expected.get(i), found.get(at), 1e-5f);
    }
  }

  private static TensorShapeProto.Dimension dimension(int extent) {
    return TensorShapeProto.Dimension.newBuilder().setDimValue(extent).build();
  }

  @Test
  void unknownOperatorsAreNamedWithNodeAndOpset() {
    ProtoModel m =
        new ProtoModel(9)
            .input("x", 2)
            .node("Optional", "x", "e")
            .node("Relu", "e", "r")
            .node("Loop", "r", "y")
            .output("y");
    m.graph().getNodeBuilder(0).setName("Optional_17");
    assertTrue(
        refused(m)
            .startsWith(
                "foreign.onnx: node 'Optional_17': found the operator Optional of opset 9 (and Loop),"
                    + " which is for optional values, expected operators"));
    ProtoModel other = new ProtoModel(17).input("x", 2).node("Relu", "x", "y").output("y");
    other.graph().getNodeBuilder(0).setDomain("com.microsoft");
    assertTrue(refused(other).contains("operator com.microsoft.Relu"));
  }
}
