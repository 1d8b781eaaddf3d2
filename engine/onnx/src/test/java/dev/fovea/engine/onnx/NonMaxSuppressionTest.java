package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.GreedyNms;
import dev.fovea.engine.op.NonMaxSuppression;
import dev.fovea.engine.op.Squeeze;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that end in a non-maximum suppression give the rows that ONNX Runtime gives. */
class NonMaxSuppressionTest {

  static Stream<Integer> seeds() {
    return IntStream.range(0, 40).boxed();
  }

  private static Graph graph(GreedyNms how) {
    Graph.Builder g = new Graph.Builder("nms");
    Value boxes = g.input("boxes", Shape.of(1, 8, 4), "N", "B", "");
    Value scores = g.input("scores", Shape.of(1, 2, 8), "N", "C", "B");
    return g.build(g.node("selected", new NonMaxSuppression(how), boxes, scores));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void selectsWhatOnnxRuntimeSelects(int seed) throws Exception {
    Random random = new Random(seed);
    boolean ties = seed % 2 == 0;
    GreedyNms how =
        new GreedyNms(
            1 + random.nextInt(20),
            random.nextInt(11) / 10f,
            seed % 3 == 0 ? Float.NEGATIVE_INFINITY : 0.2f,
            seed % 4 < 2);
    int images = 1 + random.nextInt(3);
    int classes = 1 + random.nextInt(3);
    int n = 1 + random.nextInt(60);
    Tensor boxes = Tensor.zeros(images, n, 4);
    Tensor scores = Tensor.zeros(images, classes, n);
    for (int i = 0; i < boxes.size(); i++) {
      boxes.array()[i] = ties ? random.nextInt(5) : 4 * random.nextFloat();
    }
    for (int i = 0; i < scores.size(); i++) {
      scores.array()[i] = ties ? random.nextInt(4) / 4f : random.nextFloat();
    }
    Map<String, Tensor> in = Map.of("boxes", boxes, "scores", scores);
    byte[] file = new OnnxWriter().write(graph(how), null);
    Tensor expected = OrtRun.run(file, in).get("selected");
    Graph read = new OnnxReader().read(file, "memory").graph();
    Tensor found = Models.run(read, Models.backends().get(0), in).get("selected");
    String what = how + " of " + boxes + " " + scores + ", seed " + seed;
    assertEquals(expected.shape(), found.shape(), what);
    assertArrayEquals(expected.toArray(), found.toArray(), what);
  }

  @Test
  void nothingCanReadWhatHasNoKnownExtents() {
    Graph.Builder g = new Graph.Builder("nms");
    Value boxes = g.input("boxes", Shape.of(1, 8, 4));
    Value scores = g.input("scores", Shape.of(1, 2, 8));
    NonMaxSuppression op = new NonMaxSuppression(GreedyNms.corners(0.5f));
    Value selected = g.node("selected", op, boxes, scores);
    GraphException e =
        assertThrows(
            GraphException.class, () -> g.node("after", new Squeeze(List.of(0)), selected));
    assertTrue(e.getMessage().contains("node 'after': found 'selected'"), e.getMessage());
  }
}
