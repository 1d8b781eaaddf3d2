package dev.fovea.engine.zoo.surgery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.architecture.Architectures;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A dense network says at each place what the classifier says of the window there. */
class DenseClassifierTest {

  private static final long SEED = 3;

  private static Tensor noise(int... dims) {
    SplittableRandom random = new SplittableRandom(SEED);
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) random.nextDouble();
    }
    return t;
  }

  private static Tensor run(Graph g, Tensor x) {
    return new Session(g, SessionOptions.inference(), x.shape()).forward(x).copy();
  }

  private static Tensor window(Tensor images, int size, int top, int left) {
    Shape s = images.shape();
    Tensor t = Tensor.zeros(s.dim(0), s.dim(1), size, size);
    for (int i = 0; i < t.size(); i++) {
      int plane = i / (size * size);
      int row = top + i / size % size;
      int column = left + i % size;
      t.array()[i] = images.get((plane * s.dim(2) + row) * s.dim(3) + column);
    }
    return t;
  }

  /** Compares at every place; the classifier must not pad. */
  private static void check(Graph classifier, int size, int stride) {
    Graph dense = DenseClassifier.of(classifier);
    int channels = classifier.inputs().get(0).shape().dim(1);
    Tensor images = noise(2, channels, size + 2 * stride, size + 3 * stride);
    Tensor all = run(dense, images);
    int classes = all.shape().dim(1);
    assertEquals(Shape.of(2, classes, 3, 4), all.shape());
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        Tensor window = window(images, size, i * stride, j * stride);
        Tensor expected = run(classifier, window);
        Tensor same = run(dense, window);
        assertEquals(Shape.of(2, classes, 1, 1), same.shape());
        for (int k = 0; k < expected.size(); k++) {
          assertEquals(expected.get(k), same.get(k), 1e-5f, "on the classifier's own size");
          assertEquals(expected.get(k), all.get(k * 12 + i * 4 + j), 1e-5f, "at " + i + ", " + j);
        }
      }
    }
  }

  @Test
  void fullyConnectedLayers() {
    check(Architectures.named("lenet").build(1, 28, 28, 5, SEED), 28, 4);
    check(Architectures.named("lenet5").build(3, 32, 32, 4, SEED), 32, 4);
  }

  @Test
  void meansOverTheImage() {
    Graph.Builder g = new Graph.Builder("mean");
    Layers l = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 2, 12, 12), "batch", "", "", "");
    x = g.node("relu", new Relu(), l.conv("conv", x, 6, 3, 1, 0, true));
    x = l.conv("maps", g.node("pool", MaxPool.square(2, 2, 0), x), 3, 1, 1, 0, true);
    x = g.node("mean", new GlobalAveragePool(), x);
    x = g.node("vector", new Reshape(List.of(-1, 3)), x);
    check(g.build(g.node("p", new Softmax(-1), x)), 12, 2);
  }

  @Test
  void matrixProductsWithABiasOfTheirOwn() {
    Graph.Builder g = new Graph.Builder("matmul");
    Layers l = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 1, 6, 6), "batch", "", "", "");
    x = l.conv("conv", x, 2, 3, 1, 0, true);
    x = g.node("flat", new Flatten(1), x);
    x = g.node("product", new MatMul(), x, g.parameter("w", noise(32, 5)));
    x = g.node("sum", new Add(), g.parameter("b", noise(5)), x);
    check(g.build(g.node("relu", new Relu(), x)), 6, 1);
  }

  @Test
  void refusesWhatCannotBeDense() {
    Graph.Builder g = new Graph.Builder("odd");
    Value x = g.input("x", Shape.of(1, 1, 4, 4));
    x = g.node("rows", new Reshape(List.of(4, 4)), x);
    Graph rows = g.build(g.node("p", new Softmax(1), x));
    String message =
        assertThrows(GraphException.class, () -> DenseClassifier.of(rows)).getMessage();
    assertTrue(message.contains("'rows'"), message);

    Graph.Builder v = new Graph.Builder("vectors");
    Graph vectors = v.build(v.node("relu", new Relu(), v.input("x", Shape.of(1, 7))));
    assertThrows(GraphException.class, () -> DenseClassifier.of(vectors));
  }
}
