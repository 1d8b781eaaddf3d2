package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Trained models of others, from the folder {@code weights} of {@code FOVEA_DATA}. */
class RealModelsTest {

  private static final long SEED = 5;

  private static Path weights(String name) {
    String data = System.getenv("FOVEA_DATA");
    if (data == null) {
      System.out.println("skipped: FOVEA_DATA is not set (folder with weights/" + name + ")");
    }
    Assumptions.assumeTrue(data != null, "FOVEA_DATA is not set");
    return Path.of(data, "weights", name);
  }

  @Test
  void squeezeNetAgreesWithOnnxRuntime() throws IOException {
    Path file = weights("squeezenet1_0-imagenet.onnx");
    ModelFile model = ModelFile.read(file);
    assertNull(model.card());
    assertEquals(1_248_424, model.graph().parameterCount());
    byte[] original = Files.readAllBytes(file);
    compare("SqueezeNet", original, Shape.of(2, 3, 227, 227));
    // At 227 the three poolings divide exactly; at other sizes rounding up makes a difference.
    ModelProto.Builder anySize = ModelProto.parseFrom(original).toBuilder();
    TensorShapeProto.Builder input =
        anySize
            .getGraphBuilder()
            .getInputBuilder(0)
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .getShapeBuilder();
    input.getDimBuilder(2).setDimParam("H");
    input.getDimBuilder(3).setDimParam("W");
    compare("SqueezeNet", anySize.build().toByteArray(), Shape.of(1, 3, 230, 212));
  }

  @Test
  void fastestDetAgreesWithOnnxRuntime() throws IOException {
    byte[] original = Files.readAllBytes(weights("fastestdet-coco.onnx"));
    Graph graph = new OnnxReader().read(original, "fastestdet").graph();
    compare("FastestDet", original, graph.inputs().get(0).shape());
  }

  /** Its shapes are computed from shapes: Shape, Gather, Unsqueeze, Concat into a Reshape. */
  @Test
  void ultraFaceAgreesWithOnnxRuntime() throws IOException {
    byte[] original = Files.readAllBytes(weights("ultraface-rfb-320.onnx"));
    Graph graph = new OnnxReader().read(original, "ultraface").graph();
    assertEquals(2, graph.outputs().size());
    compare("UltraFace", original, graph.inputs().get(0).shape());
  }

  /** Compares all outputs. */
  private static void compare(String name, byte[] original, Shape shape)
      throws ModelFormatException {
    ModelFile model = new OnnxReader().read(original, name);
    Map<String, Tensor> inputs = images(model.graph(), shape);
    Map<String, Tensor> expected = OrtRun.run(original, inputs);
    Map<String, Tensor> written = OrtRun.run(model.toBytes(), inputs);
    for (Value output : model.graph().outputs()) {
      compare(
          name + " " + output.name(),
          expected.get(output.name()),
          written.get(output.name()),
          model.graph(),
          inputs,
          output.name());
    }
  }

  private static void compare(
      String name,
      Tensor expected,
      Tensor written,
      Graph graph,
      Map<String, Tensor> inputs,
      String output) {
    OrtRun.assertClose(name + " written again", expected, written);
    for (Backend backend : Models.backends()) {
      Tensor found = Models.run(graph, backend, inputs).get(output);
      assertEquals(expected.shape(), found.shape());
      double max = 0;
      for (int i = 0; i < expected.size(); i++) {
        max = Math.max(max, Math.abs(expected.get(i) - found.get(i)));
      }
      System.out.printf(
          "%s %s on %s: max difference from ONNX Runtime %.2g (largest value %.3f)%n",
          name, expected.shape(), backend.name(), max, largest(expected));
      assertTrue(max <= 1e-4 * Math.max(1, largest(expected)), "max difference " + max);
    }
  }

  /** Smooth random pictures in the range the model was trained on, so that classes stand out. */
  private static Map<String, Tensor> images(Graph graph, Shape shape) {
    Random random = new Random(SEED);
    Tensor t = Tensor.zeros(shape);
    int w = shape.dim(-1);
    int n = w * shape.dim(-2);
    for (int plane = 0; plane < shape.dim(0) * 3; plane++) {
      double fx = random.nextDouble() * 0.1;
      double fy = random.nextDouble() * 0.1;
      for (int i = 0; i < n; i++) {
        int row = i / w;
        t.array()[plane * n + i] = (float) (120 * Math.sin(fx * (i % w) + fy * row));
      }
    }
    return Map.of(graph.inputs().get(0).name(), t);
  }

  private static float largest(Tensor t) {
    float max = 0;
    for (float v : t.toArray()) {
      max = Math.max(max, v);
    }
    return max;
  }
}
