package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Projected gradient descent: {@code x_{t+1} = project(x_t + step sign(g_t))}, for {@link Norm#L2}
 * {@code step g_t / |g_t|}, with the projection onto the ball and the range; from random starts, of
 * which the best end counts, or from the sample itself, which is the basic iterative method. With
 * momentum {@code m}: {@code v_{t+1} = m v_t + g_t / |g_t|_1} takes the place of the gradient.
 *
 * <p>Kurakin, Goodfellow and Bengio, "Adversarial examples in the physical world", ICLR workshop
 * 2017 (BIM); Madry et al., "Towards deep learning models resistant to adversarial attacks", ICLR
 * 2018 (PGD); Dong et al., "Boosting adversarial attacks with momentum", CVPR 2018 (MI-FGSM).
 *
 * @param name short name
 * @param ball to stay in
 * @param step length of a step, in the norm of the ball
 * @param steps number of steps
 * @param restarts number of random starts; 0 to start from the sample
 * @param momentum 0 for none
 */
public record ProjectedGradient(
    String name, Ball ball, double step, int steps, int restarts, double momentum)
    implements Attack {

  /** Steps that can reach the border of the ball from anywhere, and turn: Madry's 2.5. */
  private static final double USUAL_REACH = 2.5;

  /** Checks the ranges. */
  public ProjectedGradient {
    if (!(step >= 0) || steps < 1 || restarts < 0 || !(momentum >= 0)) {
      throw new IllegalArgumentException(
          "attack: found %d steps of %s, %d restarts, momentum %s; expected 1 or more, 0 or more"
              .formatted(steps, step, restarts, momentum));
    }
  }

  /** PGD of one random start, with steps of 2.5 radii over all steps. */
  public static ProjectedGradient pgd(Ball ball, int steps) {
    return new ProjectedGradient("pgd", ball, USUAL_REACH * ball.radius() / steps, steps, 1, 0);
  }

  /** The basic iterative method: steps that add up to the radius, from the sample. */
  public static ProjectedGradient bim(Ball ball, int steps) {
    return new ProjectedGradient("bim", ball, ball.radius() / steps, steps, 0, 0);
  }

  /** The momentum iterative method with the paper's momentum of 1. */
  public static ProjectedGradient momentumIterative(Ball ball, int steps) {
    return new ProjectedGradient("mim", ball, ball.radius() / steps, steps, 0, 1);
  }

  /** A copy with another number of random starts. */
  public ProjectedGradient withRestarts(int number) {
    return new ProjectedGradient(name, ball, step, steps, number, momentum);
  }

  /** A copy with steps of another length. */
  public ProjectedGradient withStep(double length) {
    return new ProjectedGradient(name, ball, length, steps, restarts, momentum);
  }

  /** A copy whose radius and steps are a share of those of this one. */
  ProjectedGradient scaled(double share) {
    return new ProjectedGradient(
        name, ball.withRadius(share * ball.radius()), share * step, steps, restarts, momentum);
  }

  @Override
  public Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    if (restarts <= 1) {
      return descend(model, restarts == 0 ? x.copy() : ball.random(x, random), x, goal);
    }
    Best best = new Best(x);
    for (int r = 0; r < restarts; r++) {
      Tensor end = descend(model, ball.random(x, random), x, goal);
      Tensor scores = model.scores(end);
      best.offer(end, goal.reached(scores), goal.evaluate(scores, Tensor.zeros(scores.shape())));
    }
    return best.x;
  }

  private Tensor descend(DifferentiableModel model, Tensor start, Tensor centre, Goal goal) {
    Tensor velocity = momentum == 0 ? null : Tensor.zeros(start.shape());
    for (int t = 0; t < steps; t++) {
      Tensor gradient = model.evaluate(start, goal).gradient();
      if (velocity != null) {
        accumulate(velocity, gradient);
        gradient = velocity;
      }
      Steps.ascend(start, gradient, ball.norm(), step);
      ball.project(start, centre);
    }
    return start;
  }

  /** {@code v = m v + g / |g|_1} for each sample. */
  private void accumulate(Tensor velocity, Tensor gradient) {
    int samples = velocity.shape().dim(0);
    int size = velocity.size() / samples;
    for (int n = 0; n < samples; n++) {
      double sum = 0;
      for (int i = n * size; i < (n + 1) * size; i++) {
        sum += Math.abs(gradient.get(i));
      }
      for (int i = n * size; i < (n + 1) * size; i++) {
        double unit = sum == 0 ? 0 : gradient.get(i) / sum;
        velocity.array()[i] = (float) (momentum * velocity.array()[i] + unit);
      }
    }
  }

  /** The best end for each sample: first where the goal is reached, then by the objective. */
  private static final class Best {
    private final Tensor x;
    private final double[] shares;
    private final double[] values;

    Best(Tensor start) {
      x = start.copy();
      int samples = start.shape().dim(0);
      shares = new double[samples];
      values = new double[samples];
      Arrays.fill(shares, -1);
    }

    void offer(Tensor end, double[] share, double[] value) {
      for (int n = 0; n < shares.length; n++) {
        if (share[n] > shares[n] || (share[n] == shares[n] && value[n] > values[n])) {
          shares[n] = share[n];
          values[n] = value[n];
          x.slice(n, n + 1).copyFrom(end.slice(n, n + 1));
        }
      }
    }
  }
}
