package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Element types that graphs do not hold, as the specification of the operators has them. */
class OnnxModelTest {

  private static final long BIG = (1L << 53) + 1;

  private static OnnxTensor integers(Type type, long... values) {
    return OnnxTensor.integers(type, Shape.of(values.length), values);
  }

  private static OnnxTensor longs(long... values) {
    return integers(Type.INT64, values);
  }

  private static OnnxTensor truths(long... values) {
    return integers(Type.BOOL, values);
  }

  private static OnnxTensor floats(float... values) {
    return OnnxTensor.singles(Type.FLOAT, Shape.of(values.length), values);
  }

  /** A file of one node whose inputs are the given tensors. */
  private static OnnxModel model(
      int opset, String op, int outputs, List<OnnxTensor> in, AttributeProto... attributes)
      throws ModelFormatException {
    ProtoModel m = new ProtoModel(opset);
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < in.size(); i++) {
      Object[] dims = Arrays.stream(in.get(i).shape().toArray()).boxed().toArray();
      DataType type = DataType.forNumber(in.get(i).type().fileNumber());
      m.graph().addInput(ProtoModel.value("in" + i, type, dims));
      names.append(i == 0 ? "" : ",").append("in").append(i);
    }
    StringBuilder results = new StringBuilder("out0");
    m.output("out0");
    for (int i = 1; i < outputs; i++) {
      results.append(",out").append(i);
      m.output("out" + i);
    }
    // The type of the results is what the node makes of it, not what the file says.
    m.graph().getOutputBuilderList().forEach(b -> b.clearType());
    m.node(op, names.toString(), results.toString(), attributes);
    return OnnxModel.read(m.bytes(), "m", SessionOptions.inference().withThreads(1));
  }

  private static List<OnnxTensor> run(
      int opset, String op, int outputs, List<OnnxTensor> in, AttributeProto... attributes)
      throws ModelFormatException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    in.forEach(t -> given.put("in" + given.size(), t));
    return model(opset, op, outputs, in, attributes).run(given).outputs();
  }

  private static OnnxTensor one(String op, List<OnnxTensor> in, AttributeProto... attributes)
      throws ModelFormatException {
    return run(18, op, 1, in, attributes).get(0);
  }

  private static void assertIntegers(OnnxTensor found, Type type, long... expected) {
    assertEquals(type, found.type());
    long[] values = new long[found.size()];
    Arrays.setAll(values, found::integer);
    assertArrayEquals(expected, values);
  }

  private static void assertReals(OnnxTensor found, double... expected) {
    double[] values = new double[found.size()];
    Arrays.setAll(values, found::real);
    assertArrayEquals(expected, values, 1e-6);
  }

  @Test
  void integersWrapAroundAtTheWidthOfTheirType() throws Exception {
    OnnxTensor a = integers(Type.INT8, 127, -128, 5);
    OnnxTensor b = integers(Type.INT8, 1, 1, -7);
    assertIntegers(one("Add", List.of(a, b)), Type.INT8, -128, -127, -2);
    assertIntegers(one("Neg", List.of(a)), Type.INT8, -127, -128, -5);
    OnnxTensor c = integers(Type.UINT8, 3, 200);
    OnnxTensor d = integers(Type.UINT8, 5, 100);
    assertIntegers(one("Sub", List.of(c, d)), Type.UINT8, 254, 100);
    assertIntegers(one("Mul", List.of(c, d)), Type.UINT8, 15, 20000 % 256);
    assertIntegers(one("Add", List.of(longs(BIG), longs(1))), Type.INT64, BIG + 1);
  }

  /** A number just above the middle of two floats must not become that middle on its way. */
  @Test
  void longIntegersAreRoundedOnce() throws Exception {
    long middle = (1L << 60) + (1L << 36);
    OnnxTensor t = longs(middle + 1, middle, middle - 1, -middle - 1, Long.MIN_VALUE);
    OnnxTensor floats = one("Cast", List.of(t), ProtoModel.number("to", 1L));
    float above = 0x1p60f + 0x1p37f;
    double[] expected = {above, 0x1p60, 0x1p60, -above, -0x1p63};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], floats.real(i));
    }
    OnnxTensor u = integers(Type.UINT64, (1L << 63) + (1L << 39) + 1, -1);
    OnnxTensor single = one("Cast", List.of(u), ProtoModel.number("to", 1L));
    assertEquals(0x1p63 + 0x1p40, single.real(0));
    assertEquals(0x1p64, single.real(1));
    // 1 + 2^-11 is the middle of two halves; a float would lose the rest.
    OnnxTensor d = OnnxTensor.doubles(Shape.of(1), 1 + 0x1p-11 + 0x1p-40);
    assertEquals(1 + 0x1p-10, HostCasts.cast(d, Type.FLOAT16).real(0));
    OnnxTensor small = OnnxTensor.doubles(Shape.of(1), 0x1p-25 + 0x1p-60);
    assertEquals(0x1p-24, HostCasts.cast(small, Type.FLOAT16).real(0));
  }

  @Test
  void picturesAreDecodedInTheOrderAskedFor() throws Exception {
    OnnxTensor file = integers(Type.UINT8, 1, 2, 3, 255, 254, 253);
    AttributeProto bgr = ProtoModel.text("pixel_format", "BGR");
    AttributeProto grey = ProtoModel.text("pixel_format", "Grayscale");
    assertIntegers(
        run(20, "ImageDecoder", 1, List.of(file)).get(0), Type.UINT8, 1, 2, 3, 255, 254, 253);
    assertIntegers(
        run(20, "ImageDecoder", 1, List.of(file), bgr).get(0), Type.UINT8, 3, 2, 1, 253, 254, 255);
    OnnxTensor luma = run(20, "ImageDecoder", 1, List.of(file), grey).get(0);
    assertEquals(Shape.of(1, 2, 1), luma.shape());
    // 0.299 + 2 * 0.587 + 3 * 0.114 = 1.815 and 254.185.
    assertIntegers(luma, Type.UINT8, 2, 254);
    UnsupportedOperatorException e =
        assertThrows(
            UnsupportedOperatorException.class,
            () -> run(20, "ImageDecoder", 1, List.of(integers(Type.UINT8, 1))));
    assertTrue(e.getMessage().contains("found 1 bytes, expected 6"), e.getMessage());
  }

  /** Whatever their width is. */
  @Test
  void integersStayOfTheirType() throws Exception {
    for (Type type : new Type[] {Type.INT32, Type.UINT8, Type.INT64}) {
      OnnxTensor x = integers(type, 1, 2, 3);
      AttributeProto add = ProtoModel.text("reduction", "add");
      OnnxTensor two = integers(type, 5, 6);
      assertIntegers(one("ScatterElements", List.of(x, longs(0, 0), two), add), type, 12, 2, 3);
      OnnxTensor places = OnnxTensor.of(Shape.of(2, 1), 2, 2);
      assertIntegers(one("ScatterND", List.of(x, places, two), add), type, 1, 2, 14);
      OnnxTensor image = OnnxTensor.integers(type, Shape.of(1, 1, 1, 3), 1, 2, 3);
      OnnxTensor grid = OnnxTensor.singles(Type.FLOAT, Shape.of(1, 1, 1, 2), 0.9f, 0);
      AttributeProto nearest = ProtoModel.text("mode", "nearest");
      assertIntegers(one("GridSample", List.of(image, grid), nearest), type, 3);
    }
  }

  @Test
  void productsOfMatricesAreExact() throws Exception {
    OnnxTensor a = OnnxTensor.of(Shape.of(2, 1, 2), BIG, 1, 2, 3);
    OnnxTensor b = OnnxTensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    OnnxTensor y = one("MatMul", List.of(a, b));
    assertEquals(Shape.of(2, 1, 2), y.shape());
    assertIntegers(y, Type.INT64, BIG + 3, 2 * BIG + 4, 11, 16);
    assertIntegers(one("MatMul", List.of(longs(1, 2), b)), Type.INT64, 7, 10);
    assertIntegers(one("MatMul", List.of(b, longs(1, 2))), Type.INT64, 5, 11);
    OnnxTensor small = integers(Type.INT32, 1 << 16, 1 << 16);
    assertEquals(Shape.SCALAR, one("MatMul", List.of(small, small)).shape());
    assertIntegers(one("MatMul", List.of(small, small)), Type.INT32, 0);
  }

  @Test
  void quotientsAreCutOffAndRemaindersHaveTheSignAskedFor() throws Exception {
    OnnxTensor a = longs(-7, 7, -7, 7);
    OnnxTensor b = longs(2, -2, -2, 2);
    assertIntegers(one("Div", List.of(a, b)), Type.INT64, -3, -3, 3, 3);
    assertIntegers(one("Mod", List.of(a, b)), Type.INT64, 1, -1, -1, 1);
    assertIntegers(
        one("Mod", List.of(a, b), ProtoModel.number("fmod", 1L)), Type.INT64, -1, 1, -1, 1);
    assertReals(
        one(
            "Mod",
            List.of(floats(-4.3f, 7.2f), floats(2.1f, -3.4f)),
            ProtoModel.number("fmod", 1L)),
        -0.1,
        0.4);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> one("Div", List.of(longs(1), longs(0))));
    assertTrue(e.getMessage().contains("by zero"), e.getMessage());
  }

  @Test
  void longIntegersWithoutASignAreComparedAsSuch() throws Exception {
    OnnxTensor a = integers(Type.UINT64, -1, 5);
    OnnxTensor b = integers(Type.UINT64, 1, 6);
    assertIntegers(one("Less", List.of(a, b)), Type.BOOL, 0, 1);
    assertIntegers(one("Max", List.of(a, b)), Type.UINT64, -1, 6);
    assertIntegers(
        one("Div", List.of(a, integers(Type.UINT64, 2))), Type.UINT64, Long.MAX_VALUE, 2);
    assertReals(one("Cast", List.of(a), ProtoModel.number("to", 11L)), 0x1p64, 5);
  }

  @Test
  void powersHaveTheTypeOfTheBase() throws Exception {
    assertIntegers(one("Pow", List.of(longs(3, -2, 2), longs(4, 3, -1))), Type.INT64, 81, -8, 0);
    assertIntegers(
        one("Pow", List.of(integers(Type.INT32, 2, 9), floats(3, 0.5f))), Type.INT32, 8, 3);
    OnnxTensor y = one("Pow", List.of(floats(2, 3), longs(3, 2)));
    assertEquals(Type.FLOAT, y.type());
    assertReals(y, 8, 9);
  }

  @Test
  void castsCutOffWrapAroundAndKnowTruth() throws Exception {
    OnnxTensor x = floats(-1.7f, 0, 300.9f);
    assertIntegers(one("Cast", List.of(x), ProtoModel.number("to", 7L)), Type.INT64, -1, 0, 300);
    assertIntegers(one("Cast", List.of(x), ProtoModel.number("to", 9L)), Type.BOOL, 1, 0, 1);
    assertIntegers(
        one("Cast", List.of(longs(300, -1)), ProtoModel.number("to", 2L)), Type.UINT8, 44, 255);
    assertReals(
        one(
            "CastLike",
            List.of(floats(1e-8f, 2049, 65519), OnnxTensor.singles(Type.FLOAT16, Shape.of(0)))),
        0,
        2048,
        65504);
    assertEquals(Type.UINT8, one("CastLike", List.of(x, integers(Type.UINT8, 1))).type());
    assertIntegers(
        run(26, "BitCast", 1, List.of(floats(1, -0f)), ProtoModel.number("to", 6L)).get(0),
        Type.INT32,
        0x3f800000,
        Integer.MIN_VALUE);
  }

  @Test
  void bitsAndTruthValues() throws Exception {
    OnnxTensor a = truths(0, 0, 1, 1);
    OnnxTensor b = truths(0, 1, 0, 1);
    assertIntegers(one("And", List.of(a, b)), Type.BOOL, 0, 0, 0, 1);
    assertIntegers(one("Or", List.of(a, b)), Type.BOOL, 0, 1, 1, 1);
    assertIntegers(one("Xor", List.of(a, b)), Type.BOOL, 0, 1, 1, 0);
    assertIntegers(one("Not", List.of(a)), Type.BOOL, 1, 1, 0, 0);
    OnnxTensor bytes = integers(Type.UINT8, 0b1100_0011);
    assertIntegers(one("BitwiseNot", List.of(bytes)), Type.UINT8, 0b0011_1100);
    assertIntegers(
        one(
            "BitShift",
            List.of(bytes, integers(Type.UINT8, 3)),
            ProtoModel.text("direction", "LEFT")),
        Type.UINT8,
        0b0001_1000);
    float nan = Float.NaN;
    float infinity = Float.POSITIVE_INFINITY;
    assertIntegers(one("IsNaN", List.of(floats(nan, 1))), Type.BOOL, 1, 0);
    assertIntegers(
        one(
            "IsInf",
            List.of(floats(-infinity, infinity, nan)),
            ProtoModel.number("detect_negative", 0L)),
        Type.BOOL,
        0,
        1,
        0);
    assertIntegers(
        one("LessOrEqual", List.of(floats(nan, 1, 2), floats(1, nan, 2))), Type.BOOL, 0, 0, 1);
  }

  @Test
  void movedElementsStayWhatTheyAre() throws Exception {
    OnnxTensor x = OnnxTensor.of(Shape.of(2, 3), BIG, 2, 3, 4, 5, -BIG);
    assertIntegers(one("Transpose", List.of(x)), Type.INT64, BIG, 4, 2, 5, 3, -BIG);
    assertIntegers(
        one("Concat", List.of(longs(1, BIG), longs(7)), ProtoModel.number("axis", 0L)),
        Type.INT64,
        1,
        BIG,
        7);
    assertIntegers(
        one("Pad", List.of(longs(BIG, 2), longs(1, 1), OnnxTensor.of(Shape.SCALAR, -BIG))),
        Type.INT64,
        -BIG,
        BIG,
        2,
        -BIG);
    assertIntegers(one("Pad", List.of(longs(5), longs(1, 0))), Type.INT64, 0, 5);
    assertIntegers(one("Gather", List.of(truths(1, 0, 1), longs(2, -2))), Type.BOOL, 1, 0);
    OnnxTensor words = OnnxTensor.texts(Shape.of(2), "a", "b");
    assertEquals("b", one("Slice", List.of(words, longs(1), longs(2), longs(0))).text(0));
  }

  @Test
  void sizesMayDependOnElements() throws Exception {
    OnnxTensor x = OnnxTensor.of(Shape.of(2, 2), 1, 0, 1, 1);
    OnnxTensor found = one("NonZero", List.of(x));
    assertEquals(Shape.of(2, 3), found.shape());
    assertIntegers(found, Type.INT64, 0, 1, 1, 0, 0, 1);
    List<OnnxTensor> unique = run(18, "Unique", 4, List.of(floats(2, 1, 1, 3, 4, 3)));
    assertReals(unique.get(0), 1, 2, 3, 4);
    assertIntegers(unique.get(1), Type.INT64, 1, 0, 3, 4);
    assertIntegers(unique.get(2), Type.INT64, 1, 0, 0, 2, 3, 2);
    assertIntegers(unique.get(3), Type.INT64, 2, 1, 2, 1);
    assertReals(one("Compress", List.of(floats(4, 5, 6), truths(0, 1, 1))), 5, 6);
    assertIntegers(one("Range", List.of(longs(7), longs(1), longs(-3))), Type.INT64, 7, 4);
    assertEquals(0, one("Range", List.of(floats(1), floats(0), floats(1))).size());
  }

  @Test
  void runningSumsAndOrders() throws Exception {
    OnnxTensor axis = OnnxTensor.of(Shape.SCALAR, 0);
    OnnxTensor x = longs(1, 2, 3);
    assertIntegers(one("CumSum", List.of(x, axis)), Type.INT64, 1, 3, 6);
    assertIntegers(
        one(
            "CumSum",
            List.of(x, axis),
            ProtoModel.number("exclusive", 1L),
            ProtoModel.number("reverse", 1L)),
        Type.INT64,
        5,
        3,
        0);
    List<OnnxTensor> top = run(18, "TopK", 2, List.of(longs(BIG, 3, BIG + 1, BIG), longs(3)));
    assertIntegers(top.get(0), Type.INT64, BIG + 1, BIG, BIG);
    assertIntegers(top.get(1), Type.INT64, 2, 0, 3);
    assertIntegers(
        one("OneHot", List.of(longs(-1, 0, 9), longs(3), longs(5, 8))),
        Type.INT64,
        5,
        5,
        8,
        8,
        5,
        5,
        5,
        5,
        5);
    assertIntegers(
        one("ReduceMax", List.of(truths(0, 1, 0)), ProtoModel.number("keepdims", 0L)),
        Type.BOOL,
        1);
    OnnxTensor nothing = OnnxTensor.singles(Type.FLOAT, Shape.of(2, 0));
    assertReals(one("ReduceProd", List.of(nothing, longs(1))), 1, 1);
    assertReals(one("ReduceMin", List.of(nothing, longs(1))), 1 / 0.0, 1 / 0.0);
  }

  @Test
  void integersAreComputedAsRealNumbersWhereThoseAreExact() throws Exception {
    OnnxTensor image = OnnxTensor.integers(Type.UINT8, Shape.of(1, 1, 1, 4), 3, 200, 7, 9);
    OnnxTensor y = one("MaxPool", List.of(image), ProtoModel.attribute("kernel_shape", 1, 2));
    assertIntegers(y, Type.UINT8, 200, 200, 9);
    OnnxTensor a = OnnxTensor.of(Shape.of(1, 2), 1 << 20, 3);
    assertIntegers(
        one("Gemm", List.of(a, OnnxTensor.of(Shape.of(2, 1), 4, 5))), Type.INT64, (1 << 22) + 15);
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> one("Gemm", List.of(a, OnnxTensor.of(Shape.of(2, 1), 1 << 10, 0))));
    assertTrue(e.getMessage().contains("2^24"), e.getMessage());
  }

  @Test
  void statisticsOfNormalisationsAreGivenOut() throws Exception {
    OnnxTensor x = OnnxTensor.singles(Type.FLOAT, Shape.of(2, 2), 1, 3, 2, 2);
    List<OnnxTensor> layer =
        run(
            17,
            "LayerNormalization",
            3,
            List.of(x, floats(1, 1)),
            ProtoModel.number("epsilon", 0f));
    assertReals(layer.get(1), 2, 2);
    assertEquals(1, layer.get(2).real(0), 1e-6);
    List<OnnxTensor> batch =
        run(
            15,
            "BatchNormalization",
            3,
            List.of(x, floats(1, 2), floats(0, 1), floats(0, 0), floats(1, 1)),
            ProtoModel.number("training_mode", 1L),
            ProtoModel.number("momentum", 0.5f),
            ProtoModel.number("epsilon", 0f));
    assertReals(batch.get(0), -1, 3, 1, -1);
    assertReals(batch.get(1), 0.75, 1.25);
    assertReals(batch.get(2), 0.625, 0.625);
  }

  /** The same seed, the same numbers. */
  @Test
  void chanceHasASeed() throws Exception {
    AttributeProto shape = ProtoModel.attribute("shape", 2, 3);
    AttributeProto seed = ProtoModel.number("seed", 4f);
    OnnxTensor a = run(18, "RandomNormal", 1, List.of(), shape, seed).get(0);
    OnnxTensor b = run(18, "RandomNormal", 1, List.of(), shape, seed).get(0);
    assertEquals(Shape.of(2, 3), a.shape());
    assertReals(
        a,
        b.tensor().get(0),
        b.tensor().get(1),
        b.tensor().get(2),
        b.tensor().get(3),
        b.tensor().get(4),
        b.tensor().get(5));
    OnnxTensor sure = one("Bernoulli", List.of(floats(0, 1, 0, 1)));
    assertReals(sure, 0, 1, 0, 1);
  }

  @Test
  void aGraphIsMadeForTheShapesOfTheInputsWhereItCanBe() throws Exception {
    byte[] file =
        new ProtoModel(13)
            .input("x", "n", 4)
            .node("Relu", "x", "r")
            .node("Reshape", "r,shape", "y")
            .tensor(ProtoModel.longs("shape", -1, 2))
            .output("y")
            .bytes();
    OnnxModel m = OnnxModel.read(file, "m", SessionOptions.inference());
    for (int n : new int[] {1, 3, 1}) {
      float[] values = new float[4 * n];
      Arrays.fill(values, n);
      OnnxModel.Run run =
          m.run(Map.of("x", OnnxTensor.singles(Type.FLOAT, Shape.of(n, 4), values)));
      assertTrue(run.asGraph());
      assertEquals(Shape.of(2 * n, 2), run.outputs().get(0).shape());
      assertEquals(n, run.outputs().get(0).real(0));
    }
    OnnxModel integers = model(14, "Relu", 1, List.of(longs(-3, 4)));
    assertFalse(integers.run(Map.of("in0", longs(-3, 4))).asGraph());
  }

  /** Two inputs of the same shape, each with a value in the file, of which either may be given. */
  @Test
  void whatIsGivenForOneInputIsNotTakenForAnother() throws Exception {
    ProtoModel file =
        new ProtoModel(13)
            .input("a", 2)
            .input("b", 2)
            .tensor(
                ProtoModel.floats("a", 2).clearFloatData().addFloatData(1).addFloatData(2).build())
            .tensor(
                ProtoModel.floats("b", 2).clearFloatData().addFloatData(3).addFloatData(5).build())
            .node("Sub", "a,b", "y")
            .output("y");
    OnnxModel m = OnnxModel.read(file.bytes(), "m", SessionOptions.inference());
    assertReals(m.run(Map.of("a", floats(10, 20))).outputs().get(0), 7, 15);
    assertReals(m.run(Map.of("b", floats(10, 20))).outputs().get(0), -9, -18);
  }

  @Test
  void limitsOfClipWereAttributes() throws Exception {
    OnnxTensor x = OnnxTensor.doubles(Shape.of(3), -5, 0.5, 5);
    for (int opset : new int[] {6, 10}) {
      OnnxTensor y =
          run(
                  opset,
                  "Clip",
                  1,
                  List.of(x),
                  ProtoModel.number("min", -1f),
                  ProtoModel.number("max", 2f))
              .get(0);
      assertReals(y, -1, 0.5, 2);
    }
  }

  @Test
  void integersBeyondTheReachOfDoubleAreExact() throws Exception {
    long start = 1L << 53;
    assertIntegers(
        one("Range", List.of(longs(start), longs(start + 3), longs(1))),
        Type.INT64,
        start,
        start + 1,
        start + 2);
    assertIntegers(one("Range", List.of(longs(7), longs(-1), longs(-3))), Type.INT64, 7, 4, 1);
    OnnxTensor large = OnnxTensor.integers(Type.UINT64, Shape.of(2), -1, 5);
    assertIntegers(one("Abs", List.of(large)), Type.UINT64, -1, 5);
    OnnxTensor real = OnnxTensor.doubles(Shape.of(2), 0x1.8p63, 7.9);
    AttributeProto to = ProtoModel.number("to", (long) Type.UINT64.fileNumber());
    assertIntegers(one("Cast", List.of(real), to), Type.UINT64, 3L << 62, 7);
    OnnxTensor none = OnnxTensor.integers(Type.UINT64, Shape.of(0));
    AttributeProto keep = ProtoModel.number("keepdims", 0L);
    assertIntegers(run(20, "ReduceMin", 1, List.of(none), keep).get(0), Type.UINT64, -1);
  }

  /** Something must be in order for things of an order to be found. */
  @Test
  void equalNumbersAreFoundBesideNaN() throws Exception {
    OnnxTensor x = floats(2, Float.NaN, 3, 2);
    assertReals(run(18, "Unique", 1, List.of(x)).get(0), 2, 3, Double.NaN);
  }

  /** Small files may not ask for much. */
  @Test
  void whatAFewNumbersAskForIsBounded() throws Exception {
    OnnxTensor rate = OnnxTensor.of(Shape.SCALAR, 8000);
    OnnxTensor bands = OnnxTensor.of(Shape.SCALAR, Integer.MAX_VALUE - 2);
    OnnxTensor length = OnnxTensor.of(Shape.SCALAR, 16);
    OnnxTensor low = OnnxTensor.singles(Type.FLOAT, Shape.SCALAR, 0);
    OnnxTensor high = OnnxTensor.singles(Type.FLOAT, Shape.SCALAR, 4000);
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> one("MelWeightMatrix", List.of(bands, length, rate, low, high)));
    assertTrue(e.getMessage().contains("elements"), e.getMessage());
    ModelFormatException rank =
        assertThrows(
            ModelFormatException.class,
            () -> one("ConstantOfShape", List.of(longs(new long[100]))));
    assertTrue(rank.getMessage().contains("100 dimensions"), rank.getMessage());
  }

  /** Each of the tensors is within the limit, all together are not. */
  @Test
  void whatIsComputedWhileReadingIsBoundedAltogether() throws Exception {
    ProtoModel file = new ProtoModel(13).input("x", 1).node("Relu", "x", "y").output("y");
    file.tensor(ProtoModel.longs("shape", 60));
    file.node("ConstantOfShape", "shape", "c0").node("ConstantOfShape", "shape", "c1");
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> new OnnxReader(new Limits(1 << 20, 1 << 10, 100)).read(file.bytes(), "m"));
    assertTrue(e.getMessage().contains("all together"), e.getMessage());
    new OnnxReader(new Limits(1 << 20, 1 << 10, 120)).read(file.bytes(), "m");
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    OnnxModel m = model(14, "Relu", 1, List.of(floats(1)));
    assertEquals(
        "m: found no tensor for the input 'in0', expected one for each",
        assertThrows(ModelFormatException.class, () -> m.run(Map.of())).getMessage());
    UnsupportedOperatorException e =
        assertThrows(
            UnsupportedOperatorException.class, () -> one("SequenceConstruct", List.of(floats(1))));
    assertEquals("SequenceConstruct", e.operator());
    assertTrue(e.getMessage().contains("sequences"), e.getMessage());
    assertTrue(e.getMessage().contains("--runtime onnxruntime"), e.getMessage());
  }
}
