package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * One perturbation for all pictures: for each that it does not fool yet, the smallest step that
 * does so ({@link DeepFool}) is added, and the sum is brought back into the ball. Moosavi-Dezfooli,
 * Fawzi, Fawzi and Frossard, "Universal adversarial perturbations", CVPR 2017.
 *
 * @param ball of the perturbation
 * @param rounds passes over the pictures
 */
public record UniversalPerturbation(Ball ball, int rounds) {

  /** Steps of DeepFool for one picture: more make the sum follow single pictures. */
  private static final int STEPS = 10;

  /** Further than the border, so that what is added last does not undo what was reached first. */
  private static final double OVERSHOOT = 0.1;

  /**
   * Makes a perturbation.
   *
   * @param pictures of one shape {@code [1, C, H, W]}, each with its goal
   * @return {@code [1, C, H, W]}, to be added to any picture of that size by {@link #apply}
   * @throws IllegalArgumentException if there are no pictures, or of several shapes
   */
  public Tensor of(DifferentiableModel model, List<Sample> pictures) {
    Shape shape = Sample.shape(pictures);
    Tensor zero = Tensor.zeros(shape);
    Tensor perturbation = Tensor.zeros(shape);
    // The perturbation itself may be negative; only pictures have a range.
    Ball around =
        new Ball(ball.norm(), ball.radius(), Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
    Ball free = ball.withRadius(Double.POSITIVE_INFINITY);
    DeepFool step = new DeepFool(free, 10, STEPS, OVERSHOOT);
    for (int r = 0; r < rounds; r++) {
      for (Sample sample : pictures) {
        Tensor now = apply(sample.x(), perturbation);
        if (!sample.goal().isReached(model.scores(now))) {
          float[] change = Ball.difference(step.perturb(model, now, sample.goal(), 0), now);
          for (int i = 0; i < change.length; i++) {
            perturbation.array()[i] += change[i];
          }
          around.project(perturbation, zero);
        }
      }
    }
    return perturbation;
  }

  /** A picture with a perturbation added, in the range. */
  public Tensor apply(Tensor x, Tensor perturbation) {
    Tensor sum = x.copy();
    for (int i = 0; i < sum.size(); i++) {
      sum.array()[i] += perturbation.get(i);
    }
    ball.project(sum, x);
    return sum;
  }
}
