package dev.fovea.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.SampleType;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RenderedDigitsTest {
  private static final int DRAWS = 30;
  private static final int PIXELS = RenderedDigits.SIZE * RenderedDigits.SIZE;

  @Test
  void sameSeedSamePicture() {
    for (int digit = 0; digit < 10; digit++) {
      float[] first = RenderedDigits.draw(digit, 7).plane(0);
      assertArrayEquals(first, RenderedDigits.draw(digit, 7).plane(0));
      assertFalse(Arrays.equals(first, RenderedDigits.draw(digit, 8).plane(0)));
    }
  }

  @Test
  void followsTheLayoutOfMnist() {
    for (int digit = 0; digit < 10; digit++) {
      for (int seed = 0; seed < DRAWS; seed++) {
        Image image = RenderedDigits.draw(digit, seed);
        assertEquals(SampleType.UINT8, image.type());
        assertEquals("28 x 28, 1 channel, UINT8", image.toString());
        float[] ink = image.plane(0);
        double mass = 0;
        double massX = 0;
        double massY = 0;
        double cut = 0;
        for (int i = 0; i < PIXELS; i++) {
          // The faint noise of the paper is not ink.
          double v = ink[i] > 20 ? ink[i] : 0;
          mass += v;
          massX += v * (i % 28 + 0.5);
          massY += v * (i / 28 + 0.5);
          boolean edge = i % 28 == 0 || i % 28 == 27 || i < 28 || i >= 27 * 28;
          cut += edge ? v : 0;
        }
        // The foot of a 7 may just reach the edge, as in MNIST.
        assertTrue(cut < 0.02 * mass, "digit " + digit + " seed " + seed + " is cut");
        assertEquals(14, massX / mass, 0.3);
        assertEquals(14, massY / mass, 0.3);
        assertTrue(mass / 255 > 30 && mass / 255 < 200, "ink is " + mass / 255 + " pixels");
      }
    }
  }

  @Test
  void digitsAreNearestToTheirOwnMean() {
    double[][] means = new double[10][PIXELS];
    for (int digit = 0; digit < 10; digit++) {
      for (int seed = 0; seed < DRAWS; seed++) {
        addTo(means[digit], RenderedDigits.draw(digit, seed).plane(0), 1.0 / DRAWS);
      }
    }
    assertTrue(shareNearest(means) > 0.9);
  }

  @Test
  void realHandwritingIsNearToThem() throws IOException {
    String data = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(data != null, "FOVEA_DATA is not set: no handwritten digits");
    Path folder = Path.of(data, "digits");
    double[][] means = new double[10][PIXELS];
    try (DataInputStream images = idx(folder.resolve("t10k-images-idx3-ubyte.gz"), 16);
        DataInputStream labels = idx(folder.resolve("t10k-labels-idx1-ubyte.gz"), 8)) {
      float[] pixels = new float[PIXELS];
      for (int i = 0; i < 10_000; i++) {
        for (int p = 0; p < PIXELS; p++) {
          pixels[p] = images.readUnsignedByte();
        }
        addTo(means[labels.readUnsignedByte()], pixels, 1e-3);
      }
    }
    double share = shareNearest(means);
    System.out.println("share nearest to the mean of the same handwritten digit: " + share);
    assertTrue(share > 0.8);
  }

  @Test
  void refusesWhatIsNoDigit() {
    assertThrows(IllegalArgumentException.class, () -> RenderedDigits.draw(10, 1));
    assertThrows(IllegalArgumentException.class, () -> RenderedDigits.draw(-1, 1));
  }

  private static DataInputStream idx(Path file, int header) throws IOException {
    DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
    in.skipNBytes(header);
    return in;
  }

  private static void addTo(double[] sum, float[] values, double scale) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += scale * values[i];
    }
  }

  /** Share of fresh drawings that correlate best with the mean of their own digit. */
  private static double shareNearest(double[][] means) {
    int right = 0;
    for (int digit = 0; digit < 10; digit++) {
      for (int seed = 1000; seed < 1000 + DRAWS; seed++) {
        float[] drawn = RenderedDigits.draw(digit, seed).plane(0);
        int best = 0;
        for (int d = 1; d < 10; d++) {
          if (cosine(means[d], drawn) > cosine(means[best], drawn)) {
            best = d;
          }
        }
        right += best == digit ? 1 : 0;
      }
    }
    return right / (10.0 * DRAWS);
  }

  private static double cosine(double[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
    }
    return ab / Math.sqrt(aa);
  }
}
