package dev.fovea.engine.zoo.architecture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.onnx.OnnxWriter;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every architecture, written as ONNX: ONNX Runtime computes the same logits from it, and it reads
 * back with the same weights.
 *
 * <p>On small images and for ten classes. Networks with more than {@link #MOST_PARAMETERS} weights
 * even so take minutes; {@code -Dfovea.allArchitectures=true} runs them too. Each line that is
 * printed is a row of the table in the documentation.
 */
class OnOnnxRuntimeTest {

  private static final long SEED = 11;
  private static final int CLASSES = 10;
  private static final int BATCH = 2;
  private static final long MOST_PARAMETERS = 9_000_000;

  /** Differences are measured in units of the largest logit. */
  private static final double TOLERANCE = 5e-4;

  static Stream<String> names() {
    return Architectures.all().stream().map(Architecture::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void agrees(String name) throws IOException, OrtException {
    Architecture a = Architectures.named(name);
    int channels = name.startsWith("lenet") ? 1 : 3;
    int size = smallSize(a, channels);
    long weights = a.outline(channels, size, size, CLASSES).parameterCount();
    assumeTrue(
        weights <= MOST_PARAMETERS || Boolean.getBoolean("fovea.allArchitectures"),
        name + " has " + weights + " weights: only run with -Dfovea.allArchitectures=true");

    Graph graph =
        a.build(channels, size, size, CLASSES, SEED)
            .withOutputs(Architecture.LOGITS, Architecture.PROBABILITIES);
    Tensor images = Networks.noise(Shape.of(BATCH, channels, size, size), SEED);
    Networks.normalise(graph, images, SEED);
    byte[] file = new ModelFile(graph, null).toBytes();
    Tensor expected = onOnnxRuntime(file, images);

    Agreement agreement = Agreement.of(expected, onFovea(graph, images));
    print(a, size, agreement.largest, agreement.difference);
    agreement.check(name);

    Graph read = ModelFile.read(new ByteArrayInputStream(file), name).graph();
    assertEquals(graph.weightsHash(), read.weightsHash());
    assertEquals(graph.parameterCount(), read.parameterCount());
  }

  /** As they are built, and folded: what is spelled out for an opset, and what is not. */
  @ParameterizedTest
  @ValueSource(strings = {"lenet5", "resnet20", "mobilenet2", "googlenet", "squeezenet1.1", "vit"})
  void agreesInOlderAndNewerOpsets(String prefix) throws IOException, OrtException {
    Architecture a =
        Architectures.all().stream()
            .filter(v -> v.name().startsWith(prefix))
            .findFirst()
            .orElseThrow();
    int channels = prefix.startsWith("lenet") ? 1 : 3;
    int size = smallSize(a, channels);
    Graph graph =
        a.build(channels, size, size, CLASSES, SEED)
            .withOutputs(Architecture.LOGITS, Architecture.PROBABILITIES);
    Tensor images = Networks.noise(Shape.of(BATCH, channels, size, size), SEED);
    Networks.normalise(graph, images, SEED);
    Tensor found = onFovea(graph, images);
    for (int opset : new int[] {11, 13, 17, 21}) {
      for (Graph g : List.of(graph, Passes.forInference(graph))) {
        byte[] file = new OnnxWriter(opset).write(g, null);
        String what = a.name() + ", opset " + opset + ", " + g.nodes().size() + " nodes";
        Agreement.of(onOnnxRuntime(file, images), found).check(what);
        Graph read = ModelFile.read(new ByteArrayInputStream(file), a.name()).graph();
        assertArrayEquals(file, new OnnxWriter(opset).write(read, null), what);
      }
    }
  }

  private static Tensor onFovea(Graph graph, Tensor images) {
    Session session = new Session(graph, SessionOptions.inference(), images.shape());
    return session.forward(images).copy();
  }

  /** The largest logit, and the largest difference. */
  private record Agreement(double largest, double difference) {
    static Agreement of(Tensor expected, Tensor found) {
      double largest = 0;
      double difference = 0;
      for (int i = 0; i < found.size(); i++) {
        largest = Math.max(largest, Math.abs(expected.get(i)));
        difference = Math.max(difference, Math.abs((double) expected.get(i) - found.get(i)));
      }
      return new Agreement(largest, difference);
    }

    void check(String what) {
      assertTrue(largest > 1e-3, what + ": logits are no test: up to " + largest);
      assertTrue(
          difference <= TOLERANCE * largest,
          what + ": " + difference + " for logits up to " + largest);
    }
  }

  /** The smallest of some sizes that the network takes. */
  private static int smallSize(Architecture a, int channels) {
    for (int size : new int[] {28, 32, 64, 96}) {
      try {
        a.outline(channels, size, size, CLASSES);
        return size;
      } catch (GraphException e) {
        assertTrue(e.getMessage().contains("node '"), e.getMessage());
      }
    }
    return a.inputSize();
  }

  private static Tensor onOnnxRuntime(byte[] file, Tensor images) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(images.shape().toArray()).asLongStream().toArray();
    try (OrtSession session = environment.createSession(file, new OrtSession.SessionOptions());
        OnnxTensor in =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.toArray()), dims);
        OrtSession.Result result = session.run(Map.of(Architecture.INPUT, in))) {
      FloatBuffer b = ((OnnxTensor) result.get(Architecture.LOGITS).orElseThrow()).getFloatBuffer();
      float[] values = new float[b.remaining()];
      b.get(values);
      return Tensor.of(Shape.of(BATCH, CLASSES), values);
    }
  }

  /** A row: name, parameters, the paper's count, cost at the designed size, agreement. */
  private static void print(Architecture a, int size, double largest, double difference) {
    Published p =
        Arrays.stream(Published.values())
            .filter(v -> v.architecture.equals(a.name()))
            .findFirst()
            .orElseThrow();
    Graph full = a.outline(p.channels, p.size, p.size, p.classes);
    double flops =
        Flops.of(full, full.inferShapes(List.of(Shape.of(1, p.channels, p.size, p.size))));
    System.out.printf(
        Locale.ROOT,
        "| `%s` | %d x %d | %d | %,d | %s | %.3g | %.1e of %.2g at %d x %d |%n",
        a.name(),
        p.size,
        p.size,
        p.classes,
        full.parameterCount(),
        p.source,
        flops / 1e9,
        difference,
        largest,
        size,
        size);
  }
}
