package dev.fovea.engine.zoo.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiffusionTest {

  private static final List<NoiseSchedule> SCHEDULES =
      List.of(NoiseSchedule.linear(200), NoiseSchedule.cosine(200), NoiseSchedule.sigmoid(200));

  @Test
  void everyScheduleTakesTheImageAway() {
    for (NoiseSchedule s : SCHEDULES) {
      assertEquals(1, s.alphaBarBefore(0));
      assertEquals(1 - s.beta(0), s.alphaBar(0), 1e-15);
      for (int t = 1; t < s.steps(); t++) {
        assertTrue(s.beta(t) > 0 && s.beta(t) <= 0.999, "beta " + t);
        assertEquals(s.alphaBar(t - 1), s.alphaBarBefore(t));
        assertTrue(s.alphaBar(t) < s.alphaBar(t - 1), "alphaBar " + t);
      }
      assertTrue(s.alphaBar(0) > 0.99, "much is left at first");
      assertTrue(s.alphaBar(199) < 1e-4, "nothing is left at last");
    }
  }

  /**
   * Pixels that are normal with deviation s have a best denoiser in closed form, E(x_0 | x_t) =
   * sqrt(aBar) s^2 x_t / (aBar s^2 + 1 - aBar): sampling with it must lead to that deviation again,
   * up to what steps of finite size take away.
   */
  @Test
  void theBestDenoiserLeadsBackToTheData() {
    double s2 = 0.2 * 0.2;
    Shape shape = Shape.of(4, 1, 20, 20);
    NoiseSchedule schedule = NoiseSchedule.linear(1000);
    Diffusion diffusion = new Diffusion(schedule);
    Denoiser start =
        (x, t) -> {
          double a = schedule.alphaBar(t);
          return scaled(x, Math.sqrt(a) * s2 / (a * s2 + 1 - a));
        };
    Denoiser noise =
        (x, t) -> diffusion.noiseBetween(start.predict(x, t), x, repeated(t, shape.dim(0)));
    float[] drawn = diffusion.sample(start, Denoiser.Target.START, shape, 3).toArray();
    assertEquals(0.2, deviation(drawn), 0.012);
    float[] fromNoise = diffusion.sample(noise, Denoiser.Target.NOISE, shape, 3).toArray();
    assertArrayEquals(drawn, fromNoise, 1e-3f);
    assertArrayEquals(drawn, diffusion.sample(start, Denoiser.Target.START, shape, 3).toArray());
    float[] other = diffusion.sample(start, Denoiser.Target.START, shape, 4).toArray();
    assertFalse(Arrays.equals(drawn, other));
  }

  /** A denoiser that always believes in one picture gets exactly that picture, clipped. */
  @Test
  void theLastStepAddsNoNoise() {
    Tensor picture = Tensor.of(Shape.of(1, 3), 0.5f, -0.25f, 1.5f);
    Tensor drawn =
        new Diffusion(NoiseSchedule.cosine(10))
            .sample((x, t) -> picture, Denoiser.Target.START, picture.shape(), 1);
    assertArrayEquals(new float[] {0.5f, -0.25f, 1}, drawn.toArray(), 1e-6f);
    assertEquals(1.5f, picture.get(2), "not modified");
  }

  @Test
  void refusesWhatDoesNotFit() {
    Diffusion d = new Diffusion(NoiseSchedule.linear(10));
    Tensor x = Tensor.zeros(2, 3);
    assertThrows(ShapeException.class, () -> d.noised(x, new int[] {1}, x));
    assertThrows(ShapeException.class, () -> d.noised(x, new int[2], Tensor.zeros(2, 4)));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> d.noised(x, new int[] {0, 10}, x));
    assertTrue(e.getMessage().contains("0..9"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.linear(1));
  }

  private static int[] repeated(int t, int count) {
    int[] steps = new int[count];
    Arrays.fill(steps, t);
    return steps;
  }

  private static Tensor scaled(Tensor x, double factor) {
    Tensor y = x.copy();
    for (int i = 0; i < y.size(); i++) {
      y.array()[i] *= (float) factor;
    }
    return y;
  }

  private static double deviation(float... values) {
    double squares = 0;
    for (float v : values) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares / values.length);
  }
}
