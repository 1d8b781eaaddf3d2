package dev.fovea.visualize.adversarial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Split;
import dev.fovea.engine.op.Squeeze;
import dev.fovea.engine.op.Sub;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Attacks by gradients on the small networks of captum's tests of FGSM and PGD, whose published
 * numbers are the expectations; and on linear networks, where they are exact.
 */
class GradientAttacksTest {
  private static final float FREE = Float.POSITIVE_INFINITY;

  private static Ball free(Norm norm, double radius) {
    return new Ball(norm, radius, -FREE, FREE);
  }

  /** {@code 1 - relu(1 - x)}, elementwise. */
  private static NetworkModel capped(int inputs) {
    Graph.Builder g = new Graph.Builder("capped");
    Value x = g.input("x", Shape.of(1, inputs));
    Value one = g.buffer("one", Tensor.zeros(1, 1).fill(1));
    Value below = g.node("below", new Relu(), g.node("gap", new Sub(), one, x));
    return NetworkModel.of(g.build(g.node("y", new Sub(), one, below)), Networks.OPTIONS);
  }

  /** {@code relu(relu(a) - 1 - relu(b))}, elementwise, of inputs {@code [N, 2, K]} = (a, b). */
  private static NetworkModel twoInputs() {
    Graph.Builder g = new Graph.Builder("two");
    Value x = g.input("x", Shape.of(1, 2, 2), "batch", "", "");
    List<Value> parts = g.node("parts", new Split(1, List.of(1, 1)), List.of(x), List.of("a", "b"));
    Value a = g.node("ra", new Relu(), g.node("sa", new Squeeze(List.of(1)), parts.get(0)));
    Value b = g.node("rb", new Relu(), g.node("sb", new Squeeze(List.of(1)), parts.get(1)));
    Value one = g.buffer("one", Tensor.zeros(1, 1).fill(1));
    Value d = g.node("d", new Sub(), g.node("c", new Sub(), a, one), b);
    return NetworkModel.of(g.build(g.node("y", new Relu(), d)), Networks.OPTIONS);
  }

  private static Goal goal(boolean targeted, int... classes) {
    return new Goal(classes, targeted, new Networks.NegativeLogarithm());
  }

  private static void assertMoves(
      Attack attack, DifferentiableModel model, Goal goal, Shape shape, float[] x, float... moved) {
    Tensor from = Tensor.of(shape, x);
    assertArrayEquals(moved, attack.perturb(model, from, goal, 1).toArray(), 1e-6f);
    assertArrayEquals(x, from.toArray(), "the original stays");
  }

  @Test
  void fastGradientSignAsPublished() {
    Shape five = Shape.of(1, 5);
    Shape four = Shape.of(1, 4);
    float[] x = {2, -9, 9, 1, -3};
    float[] y = {9, 10, -6, -1};
    Attack weak = new FastGradientSign(free(Norm.L_INF, 0.1));
    Attack strong = new FastGradientSign(free(Norm.L_INF, 0.2));
    assertMoves(weak, capped(5), goal(false, 1), five, x, 2, -8.9f, 9, 1, -3);
    assertMoves(strong, capped(4), goal(true, 3), four, y, 9, 10, -6, -1.2f);
    Attack bounded = new FastGradientSign(new Ball(Norm.L_INF, 0.2, -5, 5));
    assertMoves(bounded, capped(4), goal(true, 3), four, y, 5, 5, -5, -1.2f);
  }

  @Test
  void fastGradientSignOfBatchesAsPublished() {
    // Rows are samples; in each the first pair is a, the second b.
    Shape shape = Shape.of(2, 2, 2);
    float[] x = {4, -1, 2, -5, 3, 10, -2, 1};
    Attack quarter = new FastGradientSign(free(Norm.L_INF, 0.25));
    Attack tenth = new FastGradientSign(free(Norm.L_INF, 0.1));
    NetworkModel model = twoInputs();
    assertMoves(
        quarter, model, goal(false, 0, 0), shape, x, 3.75f, -1, 2.25f, -5, 2.75f, 10, -2, 1);
    assertMoves(tenth, model, goal(false, 0, 1), shape, x, 3.9f, -1, 2.1f, -5, 3, 9.9f, -2, 1.1f);
    assertMoves(tenth, model, goal(true, 0, 1), shape, x, 4.1f, -1, 1.9f, -5, 3, 10.1f, -2, 0.9f);
  }

  @Test
  void projectedGradientDescentAsPublished() {
    float[] x = {2, -9, 9, 1, -3};
    float[] y = {9, 10, -6, -1};
    ProjectedGradient two = new ProjectedGradient("pgd", free(Norm.L_INF, 0.25), 0.1, 2, 0, 0);
    assertMoves(two, capped(5), goal(false, 4), Shape.of(1, 5), x, 2, -9, 9, 1, -2.8f);
    ProjectedGradient three = new ProjectedGradient("pgd", free(Norm.L_INF, 0.2), 0.1, 3, 0, 0);
    assertMoves(three, capped(4), goal(true, 3), Shape.of(1, 4), y, 9, 10, -6, -1.2f);
    ProjectedGradient euclidean = new ProjectedGradient("pgd", free(Norm.L2, 0.2), 0.1, 3, 0, 0);
    assertMoves(euclidean, capped(4), goal(true, 2), Shape.of(1, 4), y, 9, 10, -6.2f, -1);
  }

  @Test
  void equalScoresHaveNoGradientAndNothingMoves() {
    // Both outputs have the same weights, so the cross-entropy does not depend on the input.
    NetworkModel model = Networks.affine(new float[][] {{1, 1, 1}, {1, 1, 1}}, -1, 1);
    Tensor x = Tensor.of(Shape.of(1, 3), 1, 6, -3);
    Attack attack = new FastGradientSign(free(Norm.L_INF, 0.2));
    assertArrayEquals(
        x.toArray(), attack.perturb(model, x, Goal.awayFrom(0), 1).toArray(), "V46 of captum");
    Attack euclidean = new FastGradientSign(free(Norm.L2, 0.2));
    assertArrayEquals(x.toArray(), euclidean.perturb(model, x, Goal.awayFrom(0), 1).toArray());
  }

  @Test
  void isExactOnALinearClassifier() {
    // The margin 3 x - 4 y + 1 falls by epsilon |w|_1 = 7 epsilon, and by epsilon |w|_2 = 5.
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {0, 0}}, 1, 0);
    Tensor x = Tensor.of(Shape.of(1, 2), 2, 1);
    for (Norm norm : Norm.values()) {
      double slope = norm == Norm.L_INF ? 7 : 5;
      for (double epsilon : new double[] {0, 0.1, 0.5}) {
        Attack attack = new FastGradientSign(free(norm, epsilon));
        Tensor scores = model.scores(attack.perturb(model, x, Goal.awayFrom(0), 1));
        assertEquals(3 - slope * epsilon, scores.get(0) - scores.get(1), 1e-5, norm + "");
      }
    }
  }

  @Test
  void projectedGradientDescentFindsTheWorstOfALinearClassifier() {
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {0, 0}}, 1, 0);
    Tensor x = Tensor.of(Shape.of(1, 2), 2, 1);
    for (Norm norm : Norm.values()) {
      Ball ball = free(norm, 0.3);
      double worst = 3 - 0.3 * (norm == Norm.L_INF ? 7 : 5);
      for (Attack attack :
          List.of(
              ProjectedGradient.bim(ball, 10),
              ProjectedGradient.momentumIterative(ball, 10),
              ProjectedGradient.pgd(ball, 20),
              ProjectedGradient.pgd(ball, 20).withRestarts(3))) {
        Tensor scores = model.scores(attack.perturb(model, x, Goal.awayFrom(0), 5));
        // Steps of one length end beside the point of the sphere, to one side or the other.
        double tolerance = norm == Norm.L_INF ? 1e-4 : 0.02;
        assertEquals(worst, scores.get(0) - scores.get(1), tolerance, attack + "");
      }
    }
  }

  @Test
  void seedsDecideEverything() {
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {1, 2}}, 1, 0);
    Tensor x = Tensor.of(Shape.of(1, 2), 0.5f, 0.5f);
    Attack attack = ProjectedGradient.pgd(Ball.of(Norm.L_INF, 0.3), 1).withStep(0.01);
    float[] first = attack.perturb(model, x, Goal.awayFrom(0), 7).toArray();
    assertArrayEquals(first, attack.perturb(model, x, Goal.awayFrom(0), 7).toArray());
    float[] other = attack.perturb(model, x, Goal.awayFrom(0), 8).toArray();
    assertTrue(first[0] != other[0], "another seed starts elsewhere");
  }

  @Test
  void wrongNumbersAreRefused() {
    Ball ball = Ball.of(Norm.L2, 1);
    assertThrows(IllegalArgumentException.class, () -> Ball.of(Norm.L2, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> Ball.of(Norm.L2, -1));
    assertThrows(IllegalArgumentException.class, () -> new Ball(Norm.L2, 1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> ProjectedGradient.pgd(ball, 0));
    assertThrows(
        IllegalArgumentException.class, () -> ProjectedGradient.pgd(ball, 1).withRestarts(-1));
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {1, 2}}, 1, 0);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new FastGradientSign(ball)
                    .perturb(model, Tensor.zeros(3, 2), Goal.awayFrom(0, 1), 1));
    assertEquals("attack: found 2 classes for scores [3, 2], expected 3", e.getMessage());
  }
}
