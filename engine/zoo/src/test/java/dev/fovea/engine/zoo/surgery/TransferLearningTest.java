package dev.fovea.engine.zoo.surgery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads are found and replaced; what lies before them stays what it was. */
class TransferLearningTest {

  private static final long SEED = 5;

  private static Tensor run(Graph g, Tensor x) {
    return new Session(g, SessionOptions.inference(), x.shape()).forward(x).copy();
  }

  private static Tensor image(int size) {
    Tensor t = Tensor.zeros(1, 3, size, size);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i % 17 / 17f;
    }
    return t;
  }

  /** Of sequences {@code [N, C, W]}: each class has a map, whose mean over all places is taken. */
  @Test
  void headOfMapsOfSequences() {
    Graph.Builder g = new Graph.Builder("sequences");
    Value x = g.input("x", Shape.of(1, 3, 6), "batch", "", "");
    Value features = g.node("features", new Relu(), x);
    Value weights = g.parameter("w", Tensor.zeros(4, 3, 1).fill(1));
    Value maps = g.node("maps", new Conv(Window.cube(1, 1, 1, 0), 1), features, weights);
    AveragePool mean = new AveragePool(Window.cube(1, 6, 1, 0), false, false);
    Value flat = g.node("flat", new Flatten(1), g.node("mean", mean, maps));
    Graph classifier = g.build(g.node("p", new Softmax(1), flat));
    assertEquals(Shape.of(1, 3), TransferLearning.features(classifier).outputs().get(0).shape());
  }

  @ParameterizedTest
  @CsvSource({
    "lenet5, 32, 84",
    "two-layer, 8, 100",
    "preresnet20, 16, 64",
    "nin, 16, 192",
    "squeezenet1.1, 48, 512",
    "mobilenet1, 32, 1024"
  })
  void headsOfArchitectures(String name, int size, int features) {
    Graph g = Architectures.named(name).build(3, size, size, 7, SEED);
    Graph before = TransferLearning.features(g);
    Value out = before.outputs().get(0);
    assertEquals(Shape.of(1, features), out.shape());
    assertFalse(before.parameters().isEmpty() && !name.equals("two-layer"));

    Graph renewed = TransferLearning.withHead(before, 4, SEED);
    assertEquals(Shape.of(1, 4), run(renewed, image(size)).shape());
    assertEquals(Architecture.LOGITS, Classifier.scores(renewed).name());
    assertEquals(
        before.parameterCount() + 2L * features + 4L * (features + 1),
        renewed.parameterCount(),
        "all but the head");
    before.parameters().forEach(p -> assertSame(p.tensor(), renewed.value(p.name()).tensor()));
    assertEquals(
        out.name(), TransferLearning.features(renewed).outputs().get(0).name(), "found again");
    assertNotEquals(
        renewed.weightsHash(), TransferLearning.withHead(before, 4, SEED + 1).weightsHash());
    assertEquals(
        before.parameters().stream().map(Value::name).toList(),
        TransferLearning.parametersUpTo(renewed, out.name()));
  }

  /** A convolution and a mean are the mean and a fully connected layer with the same weights. */
  @Test
  void aHeadOfMapsIsALinearLayerOnTheMean() {
    Graph g = Architectures.named("squeezenet1.1").build(3, 48, 48, 5, SEED);
    Graph renewed = TransferLearning.withHead(TransferLearning.features(g), 5, SEED);
    renewed.value("logits.weight").tensor().copyFrom(g.value("conv10.conv.weight").tensor());
    // The ReLU between the two does not commute: lift the maps above zero.
    g.value("conv10.conv.bias").tensor().fill(100);
    renewed.value("logits.bias").tensor().fill(100);
    assertArrayEquals(
        run(g.withOutputs("logits"), image(48)).toArray(),
        run(renewed.withOutputs("logits"), image(48)).toArray(),
        1e-3f);
  }

  @Test
  void whatFollowsTheFeaturesIsTheHead() {
    Graph g = Architectures.named("lenet5").build(3, 32, 32, 7, SEED);
    Graph before = TransferLearning.features(g);
    Graph whole = TransferLearning.withHead(before, 3, SEED);
    String features = before.outputs().get(0).name();
    Graph head = TransferLearning.after(whole, features);
    assertEquals(2L * 84 + 3L * 85, head.parameterCount());
    assertArrayEquals(run(whole, image(32)).toArray(), run(head, run(before, image(32))).toArray());
    head.parameters().forEach(p -> assertSame(p.tensor(), whole.value(p.name()).tensor()));
  }

  @Test
  void withoutAHeadItSaysWhereItLooked() {
    Graph.Builder b = new Graph.Builder("plain");
    Value x = b.input("x", Shape.of(1, 6));
    Graph g = b.build(b.node("p", new Softmax(1), b.node("r", new Relu(), x)));
    assertTrue(
        assertThrows(GraphException.class, () -> TransferLearning.features(g))
            .getMessage()
            .contains("found 'x'"));
  }

  @Test
  void squeezeNetOfOthers() throws IOException {
    String data = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(data != null, "FOVEA_DATA is not set: no SqueezeNet to change");
    Path file = Path.of(data, "weights", "squeezenet1_0-imagenet.onnx");
    Assumptions.assumeTrue(Files.exists(file), file + " is not there");
    Graph features = TransferLearning.features(ModelFile.read(file).graph());
    assertEquals(Shape.of(1, 512), features.outputs().get(0).shape());
    // 1,248,424 in all, 1,000 x 513 of them in the head.
    assertEquals(1_248_424 - 513_000, features.parameterCount());
    Graph g = TransferLearning.withHead(features, 10, SEED);
    assertEquals(List.of(Shape.of(1, 10)), g.outputs().stream().map(Value::shape).toList());
  }
}
