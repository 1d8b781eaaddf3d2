package dev.fovea.engine.zoo.course;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.architecture.VisionTransformer;
import dev.fovea.engine.zoo.caption.CaptioningModel;
import dev.fovea.engine.zoo.diffusion.DiffusionUNet;
import dev.fovea.engine.zoo.gan.GanNetworks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of several kinds, written as ONNX: ONNX Runtime computes the same from two samples. */
class NetworksOnOnnxRuntimeTest {

  private static final int BATCH = 2;
  private static final int WORDS = 5;

  static List<Graph> networks() {
    return List.of(
        GanNetworks.generator(4, 1),
        GanNetworks.discriminator(1),
        GanNetworks.convolutionalGenerator(4, 1),
        GanNetworks.convolutionalDiscriminator(1),
        new DiffusionUNet(3, 4, List.of(1, 2), 3).build(8, 12, 1),
        new VisionTransformer("vit", 8, 4, 16, 2, 2, 32, 0.1f).build(3, 8, 12, 4, 1),
        new CaptioningModel(CaptioningModel.Cell.RNN, 4, 6, 8, WORDS).build(1),
        new CaptioningModel(CaptioningModel.Cell.LSTM, 4, 6, 8, WORDS).build(1));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void agrees(Graph graph) throws IOException, OrtException {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor> inputs = new HashMap<>();
    for (Value v : graph.inputs()) {
      inputs.put(v.name(), input(v, random));
    }
    byte[] file = new ModelFile(graph, null).toBytes();
    Graph read = ModelFile.read(new ByteArrayInputStream(file), graph.name()).graph();
    assertEquals(graph.parameterCount(), read.parameterCount());
    Tensor[] own = graph.inputs().stream().map(v -> inputs.get(v.name())).toArray(Tensor[]::new);
    Shape[] shapes =
        graph.inputs().stream().map(v -> inputs.get(v.name()).shape()).toArray(Shape[]::new);
    Tensor found = new Session(graph, SessionOptions.inference(), shapes).forward(own);
    float[] expected = onOnnxRuntime(file, graph, inputs);
    assertEquals(expected.length, found.size());
    float largest = 0;
    for (float e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    assertTrue(largest > 1e-3, "outputs are no test: up to " + largest);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found.get(i), 1e-5 * Math.max(1, largest), "element " + i);
    }
  }

  private static Tensor input(Value v, SplittableRandom random) {
    boolean words = v.type() == ElementType.INT64;
    Tensor t = Tensor.zeros(v.shape().with(0, BATCH));
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = words ? random.nextInt(WORDS) : (float) (2 * random.nextDouble() - 1);
    }
    return t;
  }

  private static float[] onOnnxRuntime(byte[] file, Graph graph, Map<String, Tensor> inputs)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(file, options)) {
      Map<String, OnnxTensor> fed = new HashMap<>();
      for (Value v : graph.inputs()) {
        fed.put(v.name(), onnx(environment, v, inputs.get(v.name())));
      }
      try (OrtSession.Result result = session.run(fed)) {
        FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] out = new float[values.remaining()];
        values.get(out);
        return out;
      } finally {
        fed.values().forEach(OnnxTensor::close);
      }
    }
  }

  private static OnnxTensor onnx(OrtEnvironment environment, Value v, Tensor t)
      throws OrtException {
    long[] shape = new long[t.shape().rank()];
    for (int d = 0; d < shape.length; d++) {
      shape[d] = t.shape().dim(d);
    }
    if (v.type() == ElementType.FLOAT) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(t.toArray()), shape);
    }
    long[] integers = new long[t.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (long) t.get(i);
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(integers), shape);
  }
}
