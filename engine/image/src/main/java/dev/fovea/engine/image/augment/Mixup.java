package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * The weighted mean of two pictures, {@code m x1 + (1 - m) x2} with {@code m} from Beta(alpha,
 * alpha). Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
 *
 * @param alpha positive; 0.2 to 0.4 suits large, 1 small pictures
 */
public record Mixup(double alpha) implements Mixing {

  /** Checks that alpha is positive. */
  public Mixup {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("mixup: found alpha " + alpha + ", expected above 0");
    }
  }

  @Override
  public double mix(Tensor picture, Tensor other, SplittableRandom random) {
    double part = Beta.draw(alpha, random);
    float m = (float) part;
    for (int i = 0; i < picture.size(); i++) {
      int at = picture.offset() + i;
      picture.array()[at] = m * picture.array()[at] + (1 - m) * other.get(i);
    }
    return part;
  }
}
