package dev.fovea.engine.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Positions that do not count, whatever their scores are. */
class ClassLossTest {

  private static final float IMPOSSIBLE = Float.NEGATIVE_INFINITY;

  /** The loss of two positions of which only the first counts, then the gradient by the scores. */
  private static float[][] run(ClassLoss loss, float... scores) {
    Graph.Builder g = new Graph.Builder("loss");
    Value x = g.input("x", Shape.of(2, 2));
    Value classes = g.input("classes", ElementType.INT64, Shape.of(2));
    Graph graph = g.build(g.node("y", loss, x, classes));
    SessionOptions options = SessionOptions.inference().withGradients("x");
    Session session = new Session(graph, options, Shape.of(2, 2), Shape.of(2));
    Tensor wanted = Tensor.of(Shape.of(2), 1, -1);
    float[] value = session.forward(Tensor.of(Shape.of(2, 2), scores), wanted).copy().toArray();
    session.cotangent("y").fill(1);
    session.backward();
    return new float[][] {value, session.gradient("x").copy().toArray()};
  }

  @Test
  void anImpossibleClassOfAnIgnoredPositionLeavesTheLossOfLogarithmsAlone() {
    ClassLoss loss = new NegativeLogLikelihoodLoss(LossReduction.MEAN, -1);
    float[][] found = run(loss, -1, -2, IMPOSSIBLE, 0);
    assertEquals(2, found[0][0]);
    assertArrayEquals(new float[] {0, -1, 0, 0}, found[1]);
  }

  @Test
  void anImpossibleClassOfAnIgnoredPositionLeavesTheLossOfScoresAlone() {
    ClassLoss loss = new SoftmaxCrossEntropyLoss(LossReduction.SUM, -1, false);
    float[][] found = run(loss, 3, 3, IMPOSSIBLE, 0);
    assertEquals(Math.log(2), found[0][0], 1e-6);
    assertArrayEquals(new float[] {0.5f, -0.5f, 0, 0}, found[1], 1e-6f);
  }
}
