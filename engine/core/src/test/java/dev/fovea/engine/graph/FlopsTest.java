package dev.fovea.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.op.Attention;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.LSTM;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Multiplications and additions counted by hand; each pair is two operations. */
class FlopsTest {

  private static long flops(Op op, Shape... inputs) {
    Graph.Builder g = new Graph.Builder("g");
    List<Value> in = new ArrayList<>();
    for (Shape s : inputs) {
      in.add(g.input("x" + in.size(), s, Collections.nCopies(s.rank(), "").toArray(String[]::new)));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < op.inferShapes(List.of(inputs)).size(); i++) {
      names.add("y" + i);
    }
    List<Value> out = g.node("node", op, in, names);
    Graph graph = g.build(out.toArray(Value[]::new));
    return Flops.of(graph, graph.inferShapes(List.of(inputs)));
  }

  @Test
  void convolutions() {
    // 2 images, 6 outputs of 5 x 7 pixels, each of 4 / 2 channels by 3 x 3.
    assertEquals(
        2 * 2 * 6 * 35 * 2 * 9,
        flops(
            new Conv(Conv.square(3, 1, 1).window(), 2),
            Shape.of(2, 4, 5, 7),
            Shape.of(6, 2, 3, 3)));
    // Each of 3 x 4 x 4 inputs goes to 5 channels by 2 x 2 pixels.
    assertEquals(
        2 * 48 * 5 * 4,
        flops(ConvTranspose.square(2, 2, 0), Shape.of(1, 3, 4, 4), Shape.of(3, 5, 2, 2)));
  }

  @Test
  void products() {
    assertEquals(2 * 2 * 5 * 7, flops(Gemm.dense(), Shape.of(2, 7), Shape.of(5, 7)));
    assertEquals(2 * 3 * 4 * 6 * 5, flops(new MatMul(), Shape.of(3, 4, 5), Shape.of(3, 5, 6)));
    assertEquals(0, flops(new Relu(), Shape.of(9)));
  }

  /** The first example of the operator: gates of X and of the hidden state at every step. */
  @Test
  void recurrentLayers() {
    OpSpec.Example e = LSTM.SPEC.examples().get(0);
    Shape x = e.inputs().get(0);
    int weights = e.inputs().get(1).size() + e.inputs().get(2).size();
    assertEquals(
        2L * x.dim(0) * x.dim(1) * weights, flops(e.op(), e.inputs().toArray(Shape[]::new)));
  }

  /** Scores and weighted values: queries x keys x the size of each, for all heads. */
  @Test
  void attention() {
    for (OpSpec.Example e : Attention.SPEC.examples().subList(0, 2)) {
      Attention op = (Attention) e.op();
      boolean joined = op.heads() > 0;
      List<Shape> in = e.inputs();
      int heads = joined ? op.heads() : in.get(0).dim(1);
      int queries = in.get(0).dim(-2);
      int keys = in.get(1).dim(-2);
      int keySize = in.get(0).dim(-1) / (joined ? heads : 1);
      int valueSize = in.get(2).dim(-1) / (joined ? op.groups() : 1);
      assertEquals(
          2L * in.get(0).dim(0) * heads * queries * keys * (keySize + valueSize),
          flops(op, in.toArray(Shape[]::new)));
    }
  }
}
