package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.image.Transforms.Letterbox;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransformsTest {

  private static Image floats(int width, int height, float... values) {
    return Image.ofFloat32(width, height, values);
  }

  private static Image noise(int width, int height, long seed) {
    Random random = new Random(seed);
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return floats(width, height, values);
  }

  @Test
  void bilinearHasHalfPixelCentres() {
    // Centres of 4 in 2: -0.25 (clamped), 0.25, 0.75, 1.25 (clamped).
    assertArrayEquals(
        new float[] {0, 25, 75, 100},
        Transforms.resize(floats(2, 1, 0, 100), 4, 1, Resampling.BILINEAR).plane(0));
    // Centres of 2 in 4: 0.5 and 2.5; pixels are skipped, not averaged, when shrinking further.
    assertArrayEquals(
        new float[] {1, 5},
        Transforms.resize(floats(4, 1, 0, 2, 4, 6), 2, 1, Resampling.BILINEAR).plane(0));
    assertArrayEquals(
        new float[] {7},
        Transforms.resize(floats(5, 1, 0, 0, 7, 0, 0), 1, 1, Resampling.BILINEAR).plane(0));
  }

  @Test
  void areaIsTheMean() {
    assertArrayEquals(
        new float[] {2.5f},
        Transforms.resize(floats(2, 2, 1, 2, 3, 4), 1, 1, Resampling.AREA).plane(0));
    // 3 to 2: each covers one and a half pixels.
    assertArrayEquals(
        new float[] {2, 8},
        Transforms.resize(floats(3, 1, 0, 6, 9), 2, 1, Resampling.AREA).plane(0),
        1e-6f);
    // A growing axis is bilinear.
    assertArrayEquals(
        new float[] {0, 25, 75, 100},
        Transforms.resize(floats(2, 1, 0, 100), 4, 1, Resampling.AREA).plane(0));
  }

  @Test
  void areaKeepsTheMean() {
    Image image = noise(37, 29, 3);
    Image small = Transforms.resize(image, 11, 7, Resampling.AREA);
    assertEquals(mean(image), mean(small), 1e-6);
  }

  /** Weights 3, 3, 1 and 1, 3, 3 of 7: as Pillow's bilinear and PyTorch's with antialias. */
  @Test
  void triangleReachesFurtherWhenShrinking() {
    assertArrayEquals(
        new float[] {5, 16},
        Transforms.resize(floats(4, 1, 0, 7, 14, 21), 2, 1, Resampling.TRIANGLE).plane(0),
        1e-5f);
    assertArrayEquals(
        new float[] {0, 25, 75, 100},
        Transforms.resize(floats(2, 1, 0, 100), 4, 1, Resampling.TRIANGLE).plane(0));
  }

  private static double mean(Image image) {
    double sum = 0;
    for (float value : image.plane(0)) {
      sum += value;
    }
    return sum / (image.width() * image.height());
  }

  @Test
  void nearestTakesThePixelUnderTheCentre() {
    assertArrayEquals(
        new float[] {1, 1, 2, 2, 3, 3},
        Transforms.resize(floats(3, 1, 1, 2, 3), 6, 1, Resampling.NEAREST).plane(0));
    assertArrayEquals(
        new float[] {2},
        Transforms.resize(floats(3, 1, 1, 2, 3), 1, 1, Resampling.NEAREST).plane(0));
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void resizeOfAConstantIsThatConstant(Resampling resampling) {
    Image image = Image.ofUint8(3, 5, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
    Image resized = Transforms.resize(image, 7, 2, resampling);
    assertEquals("7 x 2, 1 channel, UINT8", resized.toString());
    for (float value : resized.plane(0)) {
      assertEquals(9, value);
    }
    assertArrayEquals(image.plane(0), Transforms.resize(image, 3, 5, resampling).plane(0));
  }

  @Test
  void calibrationFollows() {
    Image image = floats(4, 2, 0, 0, 0, 0, 0, 0, 0, 0);
    Image calibrated = image.withCalibration(new Calibration(0.5, 1, "micron"));
    assertEquals(
        new Calibration(1, 0.5, "micron"),
        Transforms.resize(calibrated, 2, 4, Resampling.AREA).calibration());
    assertEquals(
        new Calibration(1, 0.5, "micron"), Orientation.ROTATE_90.apply(calibrated).calibration());
  }

  @Test
  void centreCropAndPads() {
    Image image = floats(3, 1, 1, 2, 3);
    assertArrayEquals(new float[] {2}, Transforms.centreCrop(image, 1, 1).plane(0));
    assertThrows(IllegalArgumentException.class, () -> Transforms.centreCrop(image, 5, 1));
    assertArrayEquals(
        new float[] {9, 9, 9, 9, 9, 1, 2, 3},
        Transforms.padConstant(image, 1, 1, 0, 0, 9).plane(0));
    assertArrayEquals(
        new float[] {2, 3, 2, 1, 2, 3, 2}, Transforms.padReflect(image, 3, 0, 1, 0).plane(0));
    assertArrayEquals(
        new float[] {5, 5, 5}, Transforms.padReflect(floats(1, 1, 5), 2, 0, 0, 0).plane(0));
    assertThrows(IllegalArgumentException.class, () -> Transforms.padReflect(image, -1, 0, 0, 0));
  }

  @Test
  void letterboxKeepsTheAspectAndTellsWhere() {
    Image image = noise(40, 20, 1);
    Letterbox boxed = Transforms.letterbox(image, 20, 20, Resampling.AREA, 7);
    assertEquals(new Geometry(0.5, 0.5, 0, 5), boxed.geometry());
    assertEquals(7, boxed.image().value(0, 4, 10));
    assertEquals(7, boxed.image().value(0, 15, 10));
    float mean =
        (image.value(0, 0, 0) + image.value(0, 0, 1) + image.value(0, 1, 0) + image.value(0, 1, 1))
            / 4;
    assertEquals(mean, boxed.image().value(0, 5, 0), 1e-6f);
    assertEquals(40, boxed.geometry().toSourceX(20));
    assertEquals(20, boxed.geometry().toSourceY(15));
    assertEquals(12.5, boxed.geometry().toTargetY(boxed.geometry().toSourceY(12.5)), 1e-12);
  }

  @Test
  void rotationByRightAnglesIsExactlyTheOrientation() {
    Image image = noise(6, 6, 2);
    for (Resampling resampling : new Resampling[] {Resampling.NEAREST, Resampling.BILINEAR}) {
      assertArrayEquals(
          Orientation.ROTATE_270.apply(image).plane(0),
          Transforms.rotate(image, 90, resampling, 0).plane(0),
          1e-5f);
      assertArrayEquals(
          Orientation.ROTATE_180.apply(image).plane(0),
          Transforms.rotate(image, 180, resampling, 0).plane(0),
          1e-5f);
      assertArrayEquals(image.plane(0), Transforms.rotate(image, 0, resampling, 0).plane(0));
    }
    assertEquals(9, Transforms.rotate(image, 45, Resampling.BILINEAR, 9).value(0, 0, 0));
  }

  @Test
  void orientationsAreAGroup() {
    Image image = noise(3, 2, 4);
    for (Orientation orientation : Orientation.values()) {
      assertArrayEquals(
          image.plane(0),
          orientation.inverse().apply(orientation.apply(image)).plane(0),
          orientation.toString());
    }
    Image twice = Orientation.ROTATE_90.apply(Orientation.ROTATE_90.apply(image));
    assertArrayEquals(Orientation.ROTATE_180.apply(image).plane(0), twice.plane(0));
    Image flipped = Orientation.FLIP_HORIZONTAL.apply(Orientation.ROTATE_90.apply(image));
    assertArrayEquals(Orientation.TRANSPOSE.apply(image).plane(0), flipped.plane(0));
    // 0 1 2 / 3 4 5 turned clockwise begins with 3 0.
    Image counted = floats(3, 2, 0, 1, 2, 3, 4, 5);
    assertArrayEquals(
        new float[] {3, 0, 4, 1, 5, 2}, Orientation.ROTATE_90.apply(counted).plane(0));
  }

  @Test
  void adjustments() {
    Image image = Image.ofUint8(3, 1, new byte[] {0, 51, -1});
    assertArrayEquals(new float[] {51, 102, 255}, Transforms.adjust(image, 0.2, 1, 1).plane(0));
    // (u - 0.5) * 0.5 + 0.5 of 0, 0.2, 1: 0.25, 0.35, 0.75.
    assertArrayEquals(new float[] {64, 89, 191}, Transforms.adjust(image, 0, 0.5, 1).plane(0));
    assertArrayEquals(new float[] {0, 10, 255}, Transforms.adjust(image, 0, 1, 2).plane(0));
    assertArrayEquals(image.plane(0), Transforms.adjust(image, 0, 1, 1).plane(0));
  }

  @Test
  void noiseHasItsSigmaAndSeed() {
    Image image = floats(200, 200, new float[200 * 200]);
    Image noisy = Transforms.addNoise(image, 0.1, 8);
    double squares = 0;
    for (float value : noisy.plane(0)) {
      squares += value * value;
    }
    // 40,000 samples: the estimate of sigma has a standard error of 0.35 percent.
    assertEquals(0.1, Math.sqrt(squares / 40000), 0.002);
    assertArrayEquals(noisy.plane(0), Transforms.addNoise(image, 0.1, 8).plane(0));
    assertEquals(0, image.value(0, 0, 0));
  }

  @Test
  void percentilesInterpolate() {
    Image five = Image.ofUint8(5, 1, new byte[] {40, 10, 20, (byte) 200, 30});
    assertArrayEquals(new float[] {10, 20, 30, 200}, Percentiles.of(five, 0, 25, 50, 100));
    assertArrayEquals(new float[] {14}, Percentiles.of(five, 10));
    Image floats = floats(6, 1, 40, Float.NaN, 10, 20, 200, 30);
    assertArrayEquals(new float[] {14, 200}, Percentiles.of(floats, 10, 100));
    assertArrayEquals(new float[] {0}, Percentiles.of(floats(1, 1, Float.POSITIVE_INFINITY), 50));
    assertThrows(IllegalArgumentException.class, () -> Percentiles.of(five, 101));
    // All channels together.
    Image two = Image.ofUint16(1, 1, new short[] {0}, new short[] {100});
    assertArrayEquals(new float[] {50}, Percentiles.of(two, 50));
  }
}
