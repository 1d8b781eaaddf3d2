package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Direction;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Layers that are made of several nodes, or whose parameters do not start from plain numbers. */
class LayersTest {

  private static final long SEED = 5;

  private static Tensor random(Shape shape) {
    return InputSampler.uniform(shape, -2, 2, new SplittableRandom(SEED));
  }

  private static Session training(Graph graph, Shape input) {
    SessionOptions options =
        new SessionOptions(
            Backends.named("scalar"), 1, true, List.of(), true, List.of(), List.of("x"), SEED);
    return new Session(graph, options, input);
  }

  @Test
  void maxoutIsTheLargestPiece() {
    Graph.Builder g = new Graph.Builder("maxout");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(4, 6));
    Value y = layers.maxout("m", 3, n -> layers.dense(n, x, 5, Initializer.he()));
    Graph graph = g.build(y, g.find("m.0"), g.find("m.1"), g.find("m.2"));
    Session s =
        new Session(graph, SessionOptions.inference().on(Backends.named("scalar")), x.shape());
    s.forward(random(x.shape()));
    for (int i = 0; i < y.shape().size(); i++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int p = 0; p < 3; p++) {
        largest = Math.max(largest, s.value("m." + p).get(i));
      }
      assertEquals(largest, s.value("m").get(i));
    }
  }

  @Test
  void dropPathDropsWholeSamples() {
    Shape shape = Shape.of(64, 3, 2, 2);
    Graph.Builder g = new Graph.Builder("path");
    Value x = g.input("x", Shape.of(1, 3, 2, 2), "N", "", "", "");
    Graph graph = g.build(new Layers(g, SEED).dropPath("y", x, 0.25f));
    Tensor input = random(shape);
    Session inference =
        new Session(graph, SessionOptions.inference().on(Backends.named("scalar")), shape);
    assertArrayEquals(input.toArray(), inference.forward(input).toArray());

    Session session = training(graph, shape);
    Tensor y = session.forward(input).copy();
    session.cotangent("y").fill(1);
    session.backward();
    int dropped = 0;
    for (int n = 0; n < 64; n++) {
      float factor = session.gradient("x").get(12 * n);
      dropped += factor == 0 ? 1 : 0;
      assertTrue(factor == 0 || factor == 1 / 0.75f, "factor " + factor);
      for (int i = 12 * n; i < 12 * n + 12; i++) {
        assertEquals(factor, session.gradient("x").get(i), "gradient, seed " + SEED);
        assertEquals(factor * input.get(i), y.get(i), "output, seed " + SEED);
      }
    }
    // 16 expected; further off than 5 standard deviations would be a wrong probability.
    assertTrue(dropped > 0 && dropped < 34, dropped + " of 64 dropped");
  }

  @Test
  void lstmForgetsLittleAtFirst() {
    Graph.Builder g = new Graph.Builder("sequence");
    Value x = g.input("x", Shape.of(5, 2, 3));
    List<Value> out = new Layers(g, SEED).lstm("l", x, 4, Direction.BIDIRECTIONAL);
    Graph graph = g.build(out.toArray(Value[]::new));
    assertEquals(Shape.of(5, 2, 2, 4), out.get(0).shape());
    assertEquals(Shape.of(2, 2, 4), out.get(2).shape());
    Tensor bias = graph.value("l.bias").tensor();
    for (int i = 0; i < bias.size(); i++) {
      // Rows of input, output, forget gate and candidate, then the same of the recurrent weights.
      assertEquals(i % 32 / 4 == 2 ? 1 : 0, bias.get(i), "bias " + i);
    }
  }

  /** The two halves of a bidirectional layer know nothing of each other. */
  @Test
  void directionsAreIndependent() {
    Graph.Builder g = new Graph.Builder("sequence");
    Value x = g.input("x", Shape.of(5, 2, 3));
    Graph graph = g.build(new Layers(g, SEED).gru("y", x, 4, Direction.BIDIRECTIONAL).get(0));
    Session session =
        new Session(graph, SessionOptions.inference().on(Backends.named("scalar")), x.shape());
    Tensor input = random(x.shape());
    Tensor before = session.forward(input).copy();
    input.slice(4, 5).fill(3);
    Tensor after = session.forward(input);
    int step = 2 * 2 * 4;
    for (int i = 0; i < before.size(); i++) {
      boolean forward = i % step < step / 2;
      boolean reached = !forward || i / step == 4;
      assertEquals(reached, before.get(i) != after.get(i), "element " + i);
    }
  }
}
