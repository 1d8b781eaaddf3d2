package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * A picture without any content that a network is sure of: from noise towards a chosen class by
 * steps along the gradient, whatever the picture was. Nguyen, Yosinski and Clune, "Deep neural
 * networks are easily fooled", CVPR 2015, by gradients.
 *
 * @param steps number of steps
 */
public record FoolingImage(int steps) implements Attack {
  private static final float MIDDLE = 0.5f;
  private static final float NOISE = 0.1f;

  /** Length of a step in each pixel. */
  private static final double STEP = 0.01;

  /** Checks the number. */
  public FoolingImage {
    if (steps < 1) {
      throw new IllegalArgumentException("noise: found " + steps + " steps, expected 1 or more");
    }
  }

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public Ball ball() {
    return Ball.unbounded(Norm.L_INF);
  }

  @Override
  public Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed) {
    if (!goal.targeted()) {
      throw new IllegalArgumentException(
          "noise: found no class to be reached, expected one for each picture");
    }
    SplittableRandom random = new SplittableRandom(seed);
    Tensor picture = Tensor.zeros(x.shape());
    for (int i = 0; i < picture.size(); i++) {
      picture.array()[i] = MIDDLE + NOISE * (2 * (float) random.nextDouble() - 1);
    }
    for (int t = 0; t < steps; t++) {
      Steps.ascend(picture, model.evaluate(picture, goal).gradient(), Norm.L_INF, STEP);
      ball().project(picture, x);
    }
    return picture;
  }
}
