package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators made of others, functions of files, and operators that only runs node by node have. */
class CompositionsTest {

  private static final long SEED = 23;

  private static Tensor random(int... extents) {
    Random random = new Random(SEED);
    Shape s = Shape.of(extents);
    float[] v = new float[s.size()];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) random.nextGaussian();
    }
    return Tensor.of(s, v);
  }

  private static OnnxModel.Run run(ProtoModel model, Map<String, Tensor> inputs)
      throws ModelFormatException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    inputs.forEach((name, t) -> given.put(name, OnnxTensor.of(t)));
    return OnnxModel.read(model.bytes(), "m", SessionOptions.inference().withThreads(1)).run(given);
  }

  /** Runs a file of one output here and on ONNX Runtime. */
  private static OnnxModel.Run same(ProtoModel model, Map<String, Tensor> inputs)
      throws ModelFormatException {
    OnnxModel.Run run = run(model, inputs);
    Tensor expected = OrtRun.run(model.bytes(), inputs).get("y");
    OrtRun.assertClose("y", expected, run.outputs().get(0).tensor());
    return run;
  }

  private static AttributeProto number(String name, long v) {
    return ProtoModel.number(name, v);
  }

  @Test
  void typesOfOthers() throws Exception {
    ProtoModel model =
        new ProtoModel(19)
            .input("x", 2, 3)
            .tensor(ProtoModel.longs("like", 1))
            .weights("real", 1)
            .node("CastLike", "x,like", "i")
            .node("CastLike", "i,real", "y")
            .output("y");
    assertTrue(same(model, Map.of("x", random(2, 3))).asGraph());
  }

  @Test
  void numbersThatAreNone() throws Exception {
    Tensor x = Tensor.of(Shape.of(5), -1, Float.NaN, Float.POSITIVE_INFINITY, 0, -1 / 0f);
    ProtoModel nan =
        new ProtoModel(13)
            .input("x", 5)
            .node("IsNaN", "x", "t")
            .node("Cast", "t", "y", number("to", 1))
            .output("y");
    assertTrue(same(nan, Map.of("x", x)).asGraph());
    for (int signs = 0; signs < 4; signs++) {
      ProtoModel infinite =
          new ProtoModel(13)
              .input("x", 5)
              .node(
                  "IsInf",
                  "x",
                  "t",
                  number("detect_negative", signs & 1),
                  number("detect_positive", signs >> 1))
              .node("Cast", "t", "y", number("to", 1))
              .output("y");
      assertTrue(same(infinite, Map.of("x", x)).asGraph());
    }
  }

  @Test
  void scatterByItsOldName() throws Exception {
    ProtoModel model =
        new ProtoModel(9)
            .input("x", 2, 3)
            .tensor(
                ProtoModel.longs("i", 2, 0).toBuilder().clearDims().addDims(1).addDims(2).build())
            .weights("u", 1, 2)
            .node("Scatter", "x,i,u", "y", number("axis", 1))
            .output("y");
    assertTrue(same(model, Map.of("x", random(2, 3))).asGraph());
  }

  /** A convolution with zeros before its input; then in two parts, with the state between them. */
  @ParameterizedTest
  @CsvSource({"1,none", "4,silu"})
  void causalConvolutions(int k, String activation) throws Exception {
    ProtoModel whole = causal(k, activation, 7, false);
    Tensor x = random(2, 3, 7);
    OnnxModel.Run run = run(whole, Map.of("x", x));
    assertTrue(run.asGraph());
    ProtoModel twin =
        new ProtoModel(13)
            .input("x", 2, 3, 7)
            .weights("w", 3, 1, k)
            .weights("b", 3)
            .node(
                "Conv",
                "x,w,b",
                activation.equals("none") ? "y" : "c",
                number("group", 3),
                ProtoModel.attribute("pads", k - 1, 0));
    if (!activation.equals("none")) {
      twin.node("Sigmoid", "c", "s").node("Mul", "c,s", "y");
    }
    Tensor expected = OrtRun.run(twin.output("y").bytes(), Map.of("x", x)).get("y");
    OrtRun.assertClose("y", expected, run.outputs().get(0).tensor());
    if (k == 1) {
      assertEquals(Shape.of(2, 3, 0), run.outputs().get(1).shape());
      return;
    }
    OnnxModel.Run first = run(causal(k, activation, 4, false), Map.of("x", part(x, 0, 4)));
    OnnxModel.Run second =
        run(
            causal(k, activation, 3, true),
            Map.of("x", part(x, 4, 7), "past", first.outputs().get(1).tensor()));
    OrtRun.assertClose("y", part(expected, 4, 7), second.outputs().get(0).tensor());
    OrtRun.assertClose("state", part(x, 8 - k, 7), second.outputs().get(1).tensor());
  }

  private static ProtoModel causal(int k, String activation, int length, boolean past) {
    ProtoModel m = new ProtoModel(27).input("x", 2, 3, length);
    if (past) {
      m.input("past", 2, 3, k - 1);
    }
    return m.weights("w", 3, 1, k)
        .weights("b", 3)
        .node(
            "CausalConvWithState",
            past ? "x,w,b,past" : "x,w,b",
            "y,state",
            ProtoModel.text("activation", activation))
        .output("y")
        .output("state");
  }

  /** Places from..to of the last of three axes. */
  private static Tensor part(Tensor t, int from, int to) {
    Shape s = t.shape();
    float[] v = new float[s.size(0, 2) * (to - from)];
    for (int i = 0; i < v.length; i++) {
      v[i] = t.get(i / (to - from) * s.dim(2) + from + i % (to - from));
    }
    return Tensor.of(s.with(2, to - from), v);
  }

  /** Two tokens with numbers that can be followed by hand, all with one head of size one. */
  @ParameterizedTest
  @CsvSource({"linear,6,60", "gated,6,57", "delta,3,-24", "gated_delta,3,1.5"})
  void attentionByARunningState(String rule, double first, double second) throws Exception {
    ProtoModel m = new ProtoModel(27).input("q", 1, 2, 1).input("k", 1, 2, 1).input("v", 1, 2, 1);
    m.input("decay", 1, 2, 1).input("beta", 1, 2, 1);
    boolean gated = rule.startsWith("gated");
    boolean delta = rule.endsWith("delta");
    m.node(
            "LinearAttention",
            "q,k,v,," + (gated ? "decay" : "") + "," + (delta ? "beta" : ""),
            "y,state",
            number("q_num_heads", 1),
            number("kv_num_heads", 1),
            ProtoModel.text("update_rule", rule))
        .output("y")
        .output("state");
    Shape s = Shape.of(1, 2, 1);
    float half = (float) Math.log(0.5);
    Map<String, Tensor> in =
        Map.of(
            "q", Tensor.of(s, 1, 1),
            "k", Tensor.of(s, 2, 6),
            "v", Tensor.of(s, 3, 9),
            "decay", Tensor.of(s, 0, half),
            "beta", Tensor.of(s, 0.5f, 0.5f));
    List<OnnxTensor> out = run(m, in).outputs();
    assertEquals(first, out.get(0).real(0), 1e-5);
    assertEquals(second, out.get(0).real(1), 1e-4);
    assertEquals(second, out.get(1).real(0), 1e-4);
  }

  /** Grouped heads, decays of all kinds: the same in one go and token by token. */
  @ParameterizedTest
  @ValueSource(ints = {2, 6})
  void attentionGoesOnFromItsState(int decays) throws Exception {
    Map<String, Tensor> whole = new LinkedHashMap<>();
    whole.put("q", random(2, 3, 12));
    whole.put("k", random(2, 3, 6));
    whole.put("v", random(2, 3, 4));
    whole.put("decay", random(2, 3, decays));
    whole.put("beta", random(2, 3, 2));
    List<OnnxTensor> expected = run(attention(3, decays, false), whole).outputs();
    Tensor state = null;
    for (int t = 0; t < 3; t++) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> e : whole.entrySet()) {
        in.put(e.getKey(), token(e.getValue(), t));
      }
      if (t > 0) {
        in.put("past", state);
      }
      List<OnnxTensor> out = run(attention(1, decays, t > 0), in).outputs();
      OrtRun.assertClose("token " + t, token(expected.get(0).tensor(), t), out.get(0).tensor());
      state = out.get(1).tensor();
    }
    OrtRun.assertClose("state", expected.get(1).tensor(), state);
  }

  private static ProtoModel attention(int tokens, int decays, boolean past) {
    ProtoModel m =
        new ProtoModel(27)
            .input("q", 2, tokens, 12)
            .input("k", 2, tokens, 6)
            .input("v", 2, tokens, 4)
            .input("decay", 2, tokens, decays)
            .input("beta", 2, tokens, 2);
    if (past) {
      m.input("past", 2, 2, 3, 2);
    }
    return m.node(
            "LinearAttention",
            past ? "q,k,v,past,decay,beta" : "q,k,v,,decay,beta",
            "y,state",
            number("q_num_heads", 4),
            number("kv_num_heads", 2))
        .output("y")
        .output("state");
  }

  private static Tensor token(Tensor t, int i) {
    int width = t.shape().dim(2);
    float[] v = new float[2 * width];
    for (int p = 0; p < v.length; p++) {
      v[p] = t.get((p / width * 3 + i) * width + p % width);
    }
    return Tensor.of(Shape.of(2, 1, width), v);
  }

  @ParameterizedTest
  @CsvSource({
    "17,1,0,0,",
    "17,1,0,1,",
    "17,2,0,0,",
    "17,2,1,0,",
    "17,1,0,0,9",
    "17,2,0,0,3",
    "17,1,0,1,8",
    "20,1,0,1,",
    "20,2,1,0,5"
  })
  void fourierTransforms(int opset, int parts, int inverse, int oneSided, Long length)
      throws Exception {
    ProtoModel m = new ProtoModel(opset).input("x", 2, 6, 5, parts);
    if (length != null) {
      m.tensor(ProtoModel.longs("length", length).toBuilder().clearDims().build());
    }
    if (opset >= 20) {
      m.tensor(ProtoModel.longs("axis", -3).toBuilder().clearDims().build());
    }
    String in = "x," + (length == null ? "" : "length") + (opset >= 20 ? ",axis" : "");
    AttributeProto[] attributes = {number("inverse", inverse), number("onesided", oneSided)};
    m.node("DFT", in, "y", attributes).output("y");
    same(m, Map.of("x", random(2, 6, 5, parts)));
  }

  /** What a one-sided transform makes of a real signal, its inverse makes that signal of again. */
  @ParameterizedTest
  @ValueSource(ints = {6, 7})
  void oneSidedTransformsHaveAnInverse(int n) throws Exception {
    ProtoModel m =
        new ProtoModel(20)
            .input("x", 2, n, 1)
            .tensor(ProtoModel.longs("n", n).toBuilder().clearDims().build())
            .node("DFT", "x", "s", number("onesided", 1))
            .node("DFT", "s,n", "y", number("onesided", 1), number("inverse", 1))
            .output("y");
    Tensor x = random(2, n, 1);
    OrtRun.assertClose("y", x, run(m, Map.of("x", x)).outputs().get(0).tensor());
  }

  @ParameterizedTest
  @CsvSource({"1,true", "0,false", "0,true"})
  void transformsOfFrames(int oneSided, boolean window) throws Exception {
    same(frames(1, oneSided, window), Map.of("x", random(2, 21, 1)));
  }

  /** Of complex numbers: that of the real part, and i times that of the imaginary part. */
  @Test
  void transformsOfComplexFrames() throws Exception {
    Tensor x = random(2, 21, 2);
    List<OnnxTensor> parts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Tensor part = part(x, i, i + 1);
      parts.add(run(frames(1, 0, true), Map.of("x", part)).outputs().get(0));
    }
    OnnxTensor both = run(frames(2, 0, true), Map.of("x", x)).outputs().get(0);
    assertEquals(parts.get(0).shape(), both.shape());
    for (int p = 0; p < both.size(); p += 2) {
      assertEquals(parts.get(0).real(p) - parts.get(1).real(p + 1), both.real(p), 1e-5);
      assertEquals(parts.get(0).real(p + 1) + parts.get(1).real(p), both.real(p + 1), 1e-5);
    }
  }

  private static ProtoModel frames(int parts, int oneSided, boolean window) {
    return new ProtoModel(17)
        .input("x", 2, 21, parts)
        .tensor(ProtoModel.longs("step", 4).toBuilder().clearDims().build())
        .tensor(ProtoModel.longs("length", 6).toBuilder().clearDims().build())
        .weights("w", 6)
        .node(
            "STFT",
            window ? "x,step,w,length" : "x,step,,length",
            "y",
            number("onesided", oneSided))
        .output("y");
  }

  /** Elements are taken away on one side, and repeated on the other. */
  @ParameterizedTest
  @ValueSource(strings = {"edge", "reflect", "wrap"})
  void negativePads(String mode) throws Exception {
    AttributeProto how = ProtoModel.text("mode", mode);
    ProtoModel all =
        new ProtoModel(19)
            .input("x", 4, 5)
            .tensor(ProtoModel.longs("p", -1, 1, 2, -2))
            .node("Pad", "x,p", "y", how)
            .output("y");
    assertTrue(same(all, Map.of("x", random(4, 5))).asGraph());
    ProtoModel some =
        new ProtoModel(19)
            .input("x", 4, 5)
            .tensor(ProtoModel.longs("p", 1, -2))
            .tensor(ProtoModel.longs("axes", -1))
            .node("Pad", "x,p,,axes", "y", how)
            .output("y");
    assertTrue(same(some, Map.of("x", random(4, 5))).asGraph());
  }

  /** Where the indices leave places of other axes out, nothing is moved there. */
  @ParameterizedTest
  @CsvSource({"0,2,2,3", "1,2,2,2", "2,1,3,1", "-1,2,1,4"})
  void indicesOfAPart(int axis, int n, int c, int w) throws Exception {
    int[] extents = {2, 3, 4};
    long[] indices = new long[n * c * w];
    Random random = new Random(SEED);
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.nextInt(extents[axis < 0 ? 2 : axis]);
    }
    TensorProto.Builder i = ProtoModel.longs("i", indices).toBuilder().clearDims();
    i.addDims(n).addDims(c).addDims(w);
    for (String reduction : new String[] {"add", "gather"}) {
      ProtoModel m = new ProtoModel(18).input("x", 2, 3, 4).tensor(i.build()).weights("u", n, c, w);
      if (reduction.equals("gather")) {
        m.node("GatherElements", "x,i", "y", number("axis", axis));
      } else {
        AttributeProto how = ProtoModel.text("reduction", reduction);
        m.node("ScatterElements", "x,i,u", "y", number("axis", axis), how);
      }
      assertTrue(same(m.output("y"), Map.of("x", random(2, 3, 4))).asGraph());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void determinants(int n) throws Exception {
    ProtoModel m = new ProtoModel(11).input("x", 3, n, n).node("Det", "x", "y").output("y");
    same(m, Map.of("x", random(3, n, n)));
    Tensor singular = Tensor.zeros(3, n, n);
    assertEquals(0, run(m, Map.of("x", singular)).outputs().get(0).real(2));
  }

  /** A length is a number in the file, the square of it is work. */
  @Test
  void transformsOfAnyLengthAreRefused() {
    ProtoModel m =
        new ProtoModel(17)
            .input("x", 1, 4, 1)
            .tensor(ProtoModel.longs("n", 1 << 20))
            .node("DFT", "x,n", "y")
            .output("y");
    String message =
        assertThrows(ModelFormatException.class, () -> run(m, Map.of("x", random(1, 4, 1))))
            .getMessage();
    assertTrue(message.contains("operations to do one after the other"), message);
  }

  private static FunctionProto function(String name, List<String> in, ProtoModel body) {
    return FunctionProto.newBuilder()
        .setDomain("own")
        .setName(name)
        .addAllInput(in)
        .addOutput("z")
        .addAllNode(body.graph().getNodeList())
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1))
        .build();
  }

  private static void call(ProtoModel model, String function, String in, String out) {
    model
        .graph()
        .addNode(
            NodeProto.newBuilder()
                .setDomain("own")
                .setOpType(function)
                .addAllInput(List.of(in.split(",", -1)))
                .addOutput(out));
  }

  /** A function that another one calls, twice, with an attribute that is handed on. */
  @Test
  void functionsOfAFile() throws Exception {
    AttributeProto reference =
        AttributeProto.newBuilder()
            .setName("alpha")
            .setRefAttrName("slope")
            .setType(AttributeProto.AttributeType.FLOAT)
            .build();
    ProtoModel inner = new ProtoModel(17).node("LeakyRelu", "x", "t", reference);
    inner.node("Add", "t,b", "z");
    FunctionProto leaky =
        function("Leaky", List.of("x", "b"), inner).toBuilder()
            .addAttributeProto(ProtoModel.number("slope", 0.25f))
            .build();
    ProtoModel outer = new ProtoModel(17);
    call(outer, "Leaky", "x,x", "t");
    call(outer, "Leaky", "t,x", "z");
    ProtoModel model = new ProtoModel(17).input("x", 2, 3);
    model.model().addFunctions(leaky).addFunctions(function("Twice", List.of("x"), outer));
    model.model().addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1));
    call(model, "Twice", "x", "t");
    model.node("Relu", "t", "y").output("y");
    model.model().setIrVersion(8);
    assertTrue(same(model, Map.of("x", random(2, 3))).asGraph());
    Graph graph = new OnnxReader().read(model.bytes(), "m").graph();
    assertEquals(
        List.of("LeakyRelu", "Add", "LeakyRelu", "Add", "Relu"),
        graph.nodes().stream().map(n -> n.op().spec().name()).toList());
  }

  @Test
  void functionsThatCannotBeReplacedAreRefused() {
    ProtoModel own = new ProtoModel(17);
    call(own, "F", "x", "t");
    call(own, "F", "t", "z");
    ProtoModel model = new ProtoModel(17).input("x", 2);
    model.model().addFunctions(function("F", List.of("x"), own));
    call(model, "F", "x", "y");
    model.output("y");
    assertRefused("call each other without end", model);
    ProtoModel other = new ProtoModel(13).input("x", 2);
    ProtoModel body = new ProtoModel(17).node("Relu", "x", "z");
    other.model().addFunctions(function("F", List.of("x"), body));
    call(other, "F", "x", "y");
    assertRefused("found a function of opset 17, expected opset 13", other.output("y"));
    ProtoModel twice = new ProtoModel(17).input("x", 2);
    twice.model().addFunctions(function("F", List.of("x"), body));
    twice.model().addFunctions(function("F", List.of("x"), body));
    assertRefused("the function 'F' twice", twice.node("Relu", "x", "y").output("y"));
  }

  /** Each calls the next one twice: that would be a billion calls for no node at all. */
  @Test
  void functionsWithoutNodesEndToo() {
    ProtoModel model = new ProtoModel(17).input("x", 2);
    for (int i = 0; i < 30; i++) {
      ProtoModel body = new ProtoModel(17);
      if (i < 29) {
        call(body, "F" + (i + 1), "x", "a");
        call(body, "F" + (i + 1), "x", "b");
      }
      model.model().addFunctions(function("F" + i, List.of("x"), body));
    }
    call(model, "F0", "x", "t");
    assertRefused("more calls of functions", model.node("Relu", "x", "y").output("y"));
  }

  private static void assertRefused(String what, ProtoModel model) {
    byte[] file = model.bytes();
    String message =
        assertThrows(ModelFormatException.class, () -> new OnnxReader().read(file, "m"))
            .getMessage();
    assertTrue(message.contains(what), message);
  }

  @Test
  void shapesWithoutElements() throws Exception {
    ProtoModel m =
        new ProtoModel(14)
            .input("x", 0, 3, 4)
            .tensor(ProtoModel.longs("s", 3, 4, 0))
            .node("Reshape", "x,s", "y", number("allowzero", 1))
            .output("y");
    OnnxModel.Run run = run(m, Map.of("x", Tensor.zeros(0, 3, 4)));
    assertArrayEquals(new int[] {3, 4, 0}, run.outputs().get(0).shape().toArray());
    assertEquals(Type.FLOAT, run.outputs().get(0).type());
    assertEquals(0, Arrays.stream(run.outputs().get(0).ints()).count());
  }
}
