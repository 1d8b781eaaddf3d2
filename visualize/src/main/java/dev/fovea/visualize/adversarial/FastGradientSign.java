package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Tensor;

/**
 * The fast gradient sign method: {@code x' = clip(x + epsilon sign(dJ/dx))}; for {@link Norm#L2}
 * {@code x + epsilon g / |g|}. With a goal of chosen classes it is the one-step target class
 * method. Elements whose gradient is 0 stay. Goodfellow, Shlens and Szegedy, "Explaining and
 * harnessing adversarial examples", ICLR 2015; Kurakin, Goodfellow and Bengio, "Adversarial machine
 * learning at scale", ICLR 2017.
 *
 * @param ball its radius is epsilon
 */
public record FastGradientSign(Ball ball) implements Attack {
  @Override
  public String name() {
    return "fgsm";
  }

  @Override
  public Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed) {
    Tensor adversarial = x.copy();
    Tensor gradient = model.evaluate(x, goal).gradient();
    Steps.ascend(adversarial, gradient, ball.norm(), ball.radius());
    ball.project(adversarial, x);
    return adversarial;
  }
}
