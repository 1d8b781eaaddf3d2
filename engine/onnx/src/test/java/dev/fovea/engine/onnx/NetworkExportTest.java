package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Interpolation;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks: what is written runs in ONNX Runtime with the same result, and reads back. */
class NetworkExportTest {

  private static final long SEED = 7;

  @Test
  void classifierWithFreeBatch() throws Exception {
    Graph graph = Models.classifier(SEED);
    compare(graph, Shape.of(1, 3, 12, 10));
    compare(graph, Shape.of(3, 3, 12, 10));
  }

  @Test
  void unetWithFreeBatchAndSize() throws Exception {
    Graph graph = Models.unet(SEED);
    compare(graph, Shape.of(1, 1, 16, 16));
    compare(graph, Shape.of(3, 1, 20, 36));
  }

  private static void compare(Graph graph, Shape shape) throws ModelFormatException {
    Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED), shape);
    byte[] file = new OnnxWriter().write(graph, null);
    Map<String, Tensor> expected = OrtRun.run(file, inputs);
    Graph read = new OnnxReader().read(file, "memory").graph();
    assertEquals(graph.weightsHash(), read.weightsHash());
    assertEquals(graph.parameters().toString(), read.parameters().toString());
    assertEquals(graph.buffers().toString(), read.buffers().toString());
    for (Backend backend : Models.backends()) {
      Map<String, Tensor> found = Models.run(graph, backend, inputs);
      Map<String, Tensor> again = Models.run(read, backend, inputs);
      assertEquals(expected.keySet(), found.keySet());
      found.forEach(
          (name, t) -> {
            double max = OrtRun.assertClose(name + " on " + backend.name(), expected.get(name), t);
            System.out.printf(
                "%s %s %s on %s: max difference from ONNX Runtime %.2g%n",
                graph.name(), name, shape, backend.name(), max);
            assertArrayEquals(t.toArray(), again.get(name).toArray(), name);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
  void everyOpsetThatCanBeChosenRuns(int opset) throws Exception {
    for (Graph graph : List.of(Models.classifier(SEED), Models.unet(SEED))) {
      byte[] file = new OnnxWriter(opset).write(graph, null);
      assertEquals(opset, ModelProto.parseFrom(file).getOpsetImport(0).getVersion());
      Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED));
      Map<String, Tensor> expected = OrtRun.run(file, inputs);
      Models.run(new OnnxReader().read(file, "m").graph(), Models.backends().get(0), inputs)
          .forEach((name, t) -> OrtRun.assertClose(name, expected.get(name), t));
    }
  }

  @Test
  void otherOpsetsAreRefused() {
    assertEquals(
        "opset to write: found 10, expected 11 to 24",
        assertThrows(IllegalArgumentException.class, () -> new OnnxWriter(10)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new OnnxWriter(25));
  }

  @Test
  void resizeToASizeKeepsAFreeBatchFree() throws Exception {
    Graph.Builder g = new Graph.Builder("sized");
    Value x = g.input("x", Shape.of(1, 2, 5, 7), "N", "C", "H", "W");
    Resize op = Resize.toSize(Interpolation.Filter.LINEAR, 9, 4);
    Graph graph = g.build(g.node("y", op, x));
    compare(graph, Shape.of(1, 2, 5, 7));
    compare(graph, Shape.of(3, 4, 6, 8));
    ModelProto model = ModelProto.parseFrom(new OnnxWriter().write(graph, null));
    assertEquals(18, model.getOpsetImport(0).getVersion(), "raised from 17");
    assertEquals(8, model.getIrVersion());
  }

  @Test
  void opsetIsRaisedForDilatedAveragePooling() throws Exception {
    Graph.Builder g = new Graph.Builder("dilated");
    Value x = g.input("x", Shape.of(1, 1, 9, 9));
    Window window = new Window(2, 2, 1, 1, 0, 0, 0, 0, 2, 3);
    Graph graph = g.build(g.node("y", new AveragePool(window, false, false), x));
    compare(graph, Shape.of(1, 1, 9, 9));
    ModelProto model = ModelProto.parseFrom(new OnnxWriter().write(graph, null));
    assertEquals(19, model.getOpsetImport(0).getVersion());
    assertEquals(9, model.getIrVersion());
  }

  @Test
  void outputsDeclareWhatIsKnownOfTheirShape() throws Exception {
    Graph.Builder g = new Graph.Builder("shapes");
    Value x = g.input("x", Shape.of(1, 2, 8, 8), "N", "", "H", "W");
    Value same = g.node("same", new Relu(), x);
    Value half = g.node("half", AveragePool.square(2, 2, 0), same);
    Value mean = g.node("mean", new GlobalAveragePool(), half);
    ModelProto model =
        ModelProto.parseFrom(new OnnxWriter().write(g.build(same, half, mean), null));
    assertEquals("N,2,H,W", dims(model, 0));
    assertEquals("N,2,?,?", dims(model, 1));
    assertEquals("N,2,1,1", dims(model, 2));
  }

  private static String dims(ModelProto model, int output) {
    StringBuilder b = new StringBuilder();
    for (Dimension d :
        model.getGraph().getOutput(output).getType().getTensorType().getShape().getDimList()) {
      b.append(b.length() == 0 ? "" : ",")
          .append(d.hasDimValue() ? d.getDimValue() : d.hasDimParam() ? d.getDimParam() : "?");
    }
    return b.toString();
  }

  @Test
  void theSameGraphGivesTheSameBytes() throws Exception {
    byte[] file = new OnnxWriter().write(Models.unet(SEED), Models.card());
    assertArrayEquals(file, new OnnxWriter().write(Models.unet(SEED), Models.card()));
    ModelFile read = new OnnxReader().read(file, "memory");
    assertArrayEquals(file, read.toBytes(), "written again after reading");
  }

  @Test
  void constantNamesKeepClearOfValueNames() throws Exception {
    Graph.Builder g = new Graph.Builder("names");
    Value x = g.input("y.input2", Shape.of(1, 1, 4, 4));
    Graph graph = g.build(g.node("y", Resize.nearest(2), x));
    compare(graph, Shape.of(1, 1, 4, 4));
  }

  @Test
  void whatCouldNotBeReadIsNotWritten() {
    Graph graph = Models.classifier(SEED);
    Tensor weights = graph.value("conv2.weight").tensor();
    weights.array()[weights.offset() + 3] = Float.NaN;
    String message =
        assertThrows(IllegalArgumentException.class, () -> new OnnxWriter().write(graph, null))
            .getMessage();
    assertEquals("tensor 'conv2.weight': expected finite numbers, found NaN", message);

    Graph.Builder g = new Graph.Builder("twice");
    Value y = g.node("y", new Relu(), g.input("x", Shape.of(1)));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> new OnnxWriter().write(g.build(y, y), null))
            .getMessage()
            .contains("different outputs"));
  }
}
