package dev.fovea.visualize.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.NumericGradient;
import dev.fovea.visualize.features.PictureDescent.Rule;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FourierPictureTest {
  private static final PixelRange RANGE = new PixelRange(new float[] {-2, 0}, new float[] {2, 1});
  private static final Shape SHAPE = Shape.of(1, 2, 6, 9);
  private static final long SEED = 8;

  private static Tensor random(double deviation) {
    Random random = new Random(SEED);
    Tensor t = Tensor.zeros(SHAPE);
    for (int i = 0; i < t.size(); i++) {
      double middle = i < 54 ? 0 : 0.5;
      t.array()[i] = (float) (middle + deviation * random.nextGaussian());
    }
    return t;
  }

  private static final FourierPicture PICTURE = FourierPicture.like(random(0.3), RANGE);

  @Test
  void nothingIsGreyAndTheLowestFrequencyIsEven() {
    Tensor none = PICTURE.picture(Tensor.zeros(SHAPE));
    assertEquals(0, none.get(0), 1e-6);
    assertEquals(0.5, none.get(60), 1e-6);
    Tensor p = Tensor.zeros(SHAPE);
    p.array()[0] = 0.5f;
    Tensor even = PICTURE.picture(p);
    for (int i = 1; i < 54; i++) {
      assertEquals(even.get(0), even.get(i), 1e-5);
    }
    assertTrue(Math.abs(even.get(0)) > 0.01);
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    Tensor target = random(0.3);
    PictureObjective f = PICTURE.of(new SquaredDistance(target, 1)::evaluate, 0, SEED);
    Tensor p = PICTURE.parameters(0.2, SEED);
    Tensor gradient = Tensor.zeros(SHAPE);
    f.evaluate(p, gradient);
    Tensor unused = Tensor.zeros(SHAPE);
    double[] expected = NumericGradient.all(() -> f.evaluate(p, unused), p, NumericGradient.STEP);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], gradient.get(i), 2e-3 * (1 + Math.abs(expected[i])), "at " + i);
    }
  }

  @Test
  void anyPictureCanBeReached() {
    Tensor target = random(0.2);
    PictureObjective f = PICTURE.of(new SquaredDistance(target, 1)::evaluate, 0, SEED);
    Tensor end =
        new PictureDescent(Rule.LBFGS, 200, 1, 0, SEED)
            .minimize(f, PICTURE.parameters(0.01, SEED), null, PictureListener.NONE)
            .picture();
    assertArrayEquals(target.toArray(), PICTURE.picture(end).toArray(), 0.02f);
  }

  @Test
  void jitterDrawsTheSameForASeed() {
    PictureObjective corner =
        (picture, gradient) -> {
          gradient.fill(0);
          gradient.array()[0] = 1;
          return picture.get(0);
        };
    Tensor p = PICTURE.parameters(0.5, SEED);
    Tensor gradient = Tensor.zeros(SHAPE);
    PictureObjective a = PICTURE.of(corner, 2, SEED);
    PictureObjective b = PICTURE.of(corner, 2, SEED);
    double first = a.evaluate(p, gradient);
    assertEquals(first, b.evaluate(p, gradient));
    boolean moves = false;
    for (int i = 0; i < 10; i++) {
      moves |= a.evaluate(p, gradient) != first;
    }
    assertTrue(moves);
  }
}
