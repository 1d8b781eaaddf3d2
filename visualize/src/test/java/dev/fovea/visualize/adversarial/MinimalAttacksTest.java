package dev.fovea.visualize.adversarial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Attacks that look for the smallest perturbation, against the closed forms of linear networks. */
class MinimalAttacksTest {
  private static final float FREE = Float.POSITIVE_INFINITY;
  private static final Ball L2 = new Ball(Norm.L2, FREE, -FREE, FREE);
  private static final Ball L_INF = new Ball(Norm.L_INF, FREE, -FREE, FREE);

  private static Tensor of(float... values) {
    return Tensor.of(Shape.of(1, values.length), values);
  }

  private static float[] change(Attack attack, NetworkModel model, Tensor x, int label) {
    return Ball.difference(attack.perturb(model, x, Goal.awayFrom(label), 1), x);
  }

  @Test
  void deepFoolOnAnAffineBinaryClassifier() {
    // r = -f(x) w / |w|^2 = -3 (3, -4) / 25.
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {0, 0}}, 1, 0);
    DeepFool attack = new DeepFool(L2, 10, 50, 0.02);
    float[] r = change(attack, model, of(2, 1), 0);
    assertArrayEquals(new float[] {-0.36f * 1.02f, 0.48f * 1.02f}, r, 1e-5f);
    assertEquals(0.6 * 1.02, Norm.L2.of(r), 1e-5);
  }

  @Test
  void deepFoolOnAnAffineClassifierOfThree() {
    // Closed form of Moosavi-Dezfooli et al. 2016, computed apart: |r| = 0.713950997896.
    NetworkModel model =
        Networks.affine(
            new float[][] {{1, 2, -1}, {0.5f, -1, 2}, {-2, 1, 0.5f}}, 0.1f, -0.2f, 0.3f);
    Tensor x = of(1, 0.5f, -0.25f);
    Tensor found = new DeepFool(L2, 10, 50, 0.02).perturb(model, x, Goal.awayFrom(0), 1);
    assertArrayEquals(
        new float[] {0.914767123288f, -0.011397260274f, 0.261397260274f}, found.toArray(), 1e-5f);
    assertArrayEquals(
        new float[] {0.730575342466f, 0.791575342466f, -1.410232876712f},
        model.scores(found).toArray(),
        1e-5f);
    float[] r = change(new DeepFool(L_INF, 10, 50, 0), model, x, 0);
    assertArrayEquals(new float[] {-0.469230769231f, -0.469230769231f, 0.469230769231f}, r, 1e-5f);
  }

  @Test
  void carliniWagnerComesNearTheClosestPoint() {
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {0, 0}}, 1, 0);
    Ball ball = new Ball(Norm.L2, FREE, -5, 5);
    Tensor x = of(2, 1);
    Tensor found =
        new CarliniWagner(ball, 8, 400, 0.02, 0.1, 0).perturb(model, x, Goal.awayFrom(0), 1);
    Tensor scores = model.scores(found);
    assertTrue(scores.get(1) >= scores.get(0), "adversarial: " + scores.get(0));
    double length = Norm.L2.of(Ball.difference(found, x));
    assertTrue(length >= 0.6 - 1e-4 && length < 0.63, "the shortest is 0.6, found " + length);
  }

  @Test
  void carliniWagnerReachesAChosenClass() {
    NetworkModel model = Networks.affine(new float[][] {{1, 0}, {0, 1}, {-1, -1}}, 0.2f, 0, 0.1f);
    Tensor x = of(0.5f, 0.4f);
    Tensor found = CarliniWagner.of(Ball.unbounded(Norm.L2)).perturb(model, x, Goal.towards(1), 1);
    assertEquals(1, Networks.told(model, found)[0]);
    assertTrue(Ball.unbounded(Norm.L2).contains(found, x));
  }

  @Test
  void stopsWhereItIsWrongAlready() {
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {0, 0}}, 1, 0);
    Tensor x = of(2, 1);
    assertArrayEquals(
        x.toArray(), DeepFool.of(L2).perturb(model, x, Goal.awayFrom(1), 1).toArray());
  }

  @Test
  void whatTheyCannotDoIsRefused() {
    NetworkModel model = Networks.affine(new float[][] {{3, -4}, {0, 0}}, 1, 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> DeepFool.of(L2).perturb(model, of(2, 1), Goal.towards(1), 1));
    assertThrows(IllegalArgumentException.class, () -> CarliniWagner.of(L_INF));
    assertThrows(IllegalArgumentException.class, () -> new SquareAttack(L2, 10, 0.8));
    SquareAttack square = new SquareAttack(Ball.of(Norm.L_INF, 0.1), 10, 0.8);
    assertThrows(
        IllegalArgumentException.class,
        () -> square.perturb(model, of(2, 1), Goal.awayFrom(0), 1),
        "no picture");
  }
}
