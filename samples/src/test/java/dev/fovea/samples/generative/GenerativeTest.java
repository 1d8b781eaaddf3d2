package dev.fovea.samples.generative;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.GanLoss;
import dev.fovea.samples.RenderedDigits;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both samples learn what they are shown, with all gradients going from network to network. */
class GenerativeTest {

  @ParameterizedTest
  @EnumSource
  void pointsComeToLieOnTheWholeRing(GanLoss loss) {
    RingGan gan = new RingGan(loss, 4);
    double before = distance(gan.sample());
    for (int i = 0; i < 1500; i++) {
      gan.step();
    }
    double distance = 0;
    boolean[] octants = new boolean[8];
    for (int b = 0; b < 4; b++) {
      Tensor points = gan.sample();
      distance += distance(points) / 4;
      for (int i = 0; i < 64; i++) {
        double angle = Math.atan2(points.get(2 * i + 1), points.get(2 * i));
        octants[(int) Math.floor((angle / Math.PI + 1) * 4) % 8] = true;
      }
    }
    int reached = 0;
    for (boolean o : octants) {
      reached += o ? 1 : 0;
    }
    String found = loss + ": distance " + before + ", then " + distance + ", octants " + reached;
    assertTrue(distance < 0.35 && distance < before / 2, found);
    assertTrue(reached >= 6, found);
  }

  private static double distance(Tensor points) {
    double sum = 0;
    for (int i = 0; i < 64; i++) {
      sum += Math.abs(Math.hypot(points.get(2 * i), points.get(2 * i + 1)) - RingGan.RADIUS);
    }
    return sum / 64;
  }

  @Test
  void theSameSeedMakesTheSamePoints() {
    RingGan a = new RingGan(GanLoss.VANILLA, 9);
    RingGan b = new RingGan(GanLoss.VANILLA, 9);
    a.step();
    b.step();
    assertEquals(distance(a.sample()), distance(b.sample()));
  }

  /** The bound starts near 784 log 2 = 543 nats, a guess of one half for each pixel. */
  @Test
  void digitsBecomeCheaperToDescribe() {
    int batch = 32;
    int pixels = RenderedDigits.SIZE * RenderedDigits.SIZE;
    DigitAutoencoder vae = new DigitAutoencoder(batch, pixels, 8, 3);
    SplittableRandom random = new SplittableRandom(5);
    // As many as the bound needs, and few enough that drawing them is not what takes the time.
    float[][] digits = new float[512][];
    for (int d = 0; d < digits.length; d++) {
      Image digit = RenderedDigits.draw(d % 10, random.nextLong());
      float[] plane = digit.plane(0);
      for (int p = 0; p < pixels; p++) {
        plane[p] /= digit.maxValue();
      }
      digits[d] = plane;
    }
    Tensor pictures = Tensor.zeros(batch, pixels);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 200; step++) {
      for (int i = 0; i < batch; i++) {
        Tensor row = pictures.slice(i, i + 1);
        float[] digit = digits[random.nextInt(digits.length)];
        System.arraycopy(digit, 0, row.array(), row.offset(), pixels);
      }
      double bound = vae.step(pictures);
      first = step == 0 ? bound : first;
      last += step >= 180 ? bound / 20 : 0;
    }
    assertEquals(784 * Math.log(2), first, 60);
    assertTrue(last < 200, first + ", then " + last);
  }
}
