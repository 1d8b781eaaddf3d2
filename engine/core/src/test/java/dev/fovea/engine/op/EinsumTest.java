package dev.fovea.engine.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONNX Runtime does not take as an equation, or refuses: broadcast ellipses, and mistakes. */
class EinsumTest {

  private static Tensor counted(int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i % 7 - 3;
    }
    return t;
  }

  /** Output, then the gradients of its sum by both operands. */
  private static List<Tensor> run(String equation, Tensor a, Tensor b) {
    Graph.Builder g = new Graph.Builder("einsum");
    Value x = g.input("a", a.shape());
    Value y = g.input("b", b.shape());
    Graph graph = g.build(g.node("y", new Einsum(equation), x, y));
    SessionOptions options = SessionOptions.inference().withGradients("a", "b");
    Session session = new Session(graph, options, a.shape(), b.shape());
    Tensor out = session.forward(a, b).copy();
    session.cotangent("y").fill(1);
    session.backward();
    return List.of(out, session.gradient("a").copy(), session.gradient("b").copy());
  }

  @Test
  void dimensionsOfAnEllipsisAreBroadcast() {
    Tensor a = counted(2, 1, 3, 4);
    Tensor b = counted(5, 4, 2);
    List<Tensor> found = run("...ij,...jk", a, b);
    assertEquals(Shape.of(2, 5, 3, 2), found.get(0).shape());
    // The same with the dimensions spelled out, where nothing needs to be broadcast.
    List<Tensor> plain = run("pij,qjk->pqik", a.reshape(2, 3, 4), b);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(plain.get(i).toArray(), found.get(i).toArray(), 1e-5f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ij,jk->iz", "ij->ii", "i.j->i", "ij,,->i", "i1->i", "....->i", "ij->i->j", "->z"})
  void equationsThatMeanNothingAreRefused(String equation) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Einsum(equation).inferShapes(List.of(Shape.of(2, 2))));
    assertTrue(e.getMessage().contains("expected"), e.getMessage());
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    ShapeException e =
        assertThrows(
            ShapeException.class,
            () -> new Einsum("ij,jk").inferShapes(List.of(Shape.of(2, 3), Shape.of(4, 5))));
    assertTrue(e.getMessage().contains("expected one extent for each letter"), e.getMessage());
    e =
        assertThrows(
            ShapeException.class,
            () -> new Einsum("...ijk->i").inferShapes(List.of(Shape.of(2, 3))));
    assertTrue(e.getMessage().contains("found [2, 3]"), e.getMessage());
  }
}
