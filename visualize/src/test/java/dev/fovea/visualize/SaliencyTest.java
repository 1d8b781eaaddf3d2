package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SaliencyTest {
  private static final SessionOptions OPTIONS = SessionOptions.inference();

  /** Scores are a linear function of the two channels of a 2 x 1 picture, then a softmax. */
  private static Graph linear() {
    Graph.Builder g = new Graph.Builder("linear");
    Value x = g.input("x", Shape.of(1, 2, 1, 2));
    Value flat = g.node("flat", new Flatten(1), x);
    Value w = g.parameter("w", Tensor.of(Shape.of(3, 4), 1, 0, 0, 0, 0, -2, 3, 1, 5, 5, -6, 5));
    Value logits = g.node("scores", Gemm.dense(), flat, w);
    return g.build(g.node("probabilities", new Softmax(1), logits));
  }

  @Test
  void ofALinearModelIsItsWeights() {
    Saliency saliency = Saliency.of(linear(), OPTIONS);
    assertEquals("scores", saliency.score());
    Tensor input = Tensor.of(Shape.of(1, 2, 1, 2), 0.3f, 9, -4, 0);
    assertArrayEquals(
        new float[] {0, -2, 3, 1}, saliency.gradient(input, 1).toArray(), "the second row");
    assertArrayEquals(new float[] {3, 2}, saliency.map(input, 1), "max over channels of |.|");
    assertArrayEquals(new float[] {6, 5}, saliency.map(input, 2), "the class before is forgotten");
    assertArrayEquals(new float[] {1, 0}, saliency.map(input, 0));
  }

  @Test
  void agreesWithCentralDifferencesByInputAndByActivation() {
    long seed = 20;
    Graph.Builder g = new Graph.Builder("net");
    Layers layers = new Layers(g, seed);
    Value x = g.input("x", Shape.of(1, 2, 5, 6));
    Value hidden = g.node("hidden", new Tanh(), layers.conv("conv", x, 4, 3, 1, 1, true));
    Value flat = g.node("flat", new Flatten(1), hidden);
    Graph graph = g.build(layers.dense("scores", flat, 3, Initializer.xavier()));
    SplittableRandom random = new SplittableRandom(seed);
    Tensor input = Tensor.zeros(1, 2, 5, 6);
    for (int i = 0; i < input.size(); i++) {
      input.array()[i] = (float) (random.nextDouble() * 2 - 1);
    }
    Tensor gradient = Saliency.of(graph, OPTIONS).gradient(input, 2);
    float step = 1e-2f;
    Session session = new Session(graph, OPTIONS, input.shape());
    for (int i = 0; i < input.size(); i++) {
      float kept = input.get(i);
      input.array()[i] = kept + step;
      double above = session.forward(input).get(2);
      input.array()[i] = kept - step;
      double below = session.forward(input).get(2);
      input.array()[i] = kept;
      assertEquals((above - below) / (2 * step), gradient.get(i), 2e-3, "element " + i);
    }
    Saliency byActivation = Saliency.of(graph, "scores", "hidden", OPTIONS);
    Tensor weights = graph.parameters().get(2).tensor();
    Tensor rowOfClass = weights.slice(2, 3);
    assertArrayEquals(
        rowOfClass.toArray(), byActivation.gradient(input, 2).toArray(), 1e-6f, "seed " + seed);
  }

  @Test
  void sumsTheScoresOfAllPixels() {
    Graph.Builder g = new Graph.Builder("pixels");
    Layers layers = new Layers(g, 3);
    Value x = g.input("x", Shape.of(1, 1, 2, 2));
    Graph graph = g.build(layers.conv("scores", x, 2, 1, 1, 0, true));
    float weight = graph.parameters().get(0).tensor().get(1);
    float[] map = Saliency.of(graph, OPTIONS).map(Tensor.zeros(1, 1, 2, 2), 1);
    float m = Math.abs(weight);
    assertArrayEquals(new float[] {m, m, m, m}, map);
  }

  @Test
  void refusesAClassThatIsNotThere() {
    Saliency saliency = Saliency.of(linear(), OPTIONS);
    Tensor input = Tensor.zeros(1, 2, 1, 2);
    assertThrows(IllegalArgumentException.class, () -> saliency.map(input, 3));
    assertThrows(IllegalArgumentException.class, () -> saliency.map(input, -1));
    assertThrows(GraphException.class, () -> Saliency.of(linear(), "nothing", "x", OPTIONS));
  }
}
