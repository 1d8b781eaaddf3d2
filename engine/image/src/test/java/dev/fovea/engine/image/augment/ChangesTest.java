package dev.fovea.engine.image.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Orientation;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.image.statistics.Covariance;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChangesTest {

  static Change[] changes() {
    Covariance colors = new Covariance(3);
    colors.addPixels(noise(5, 5, 1));
    return new Change[] {
      new HorizontalFlip(0.5),
      new PaddedCrop(2),
      RandomResizedCrop.DEFAULT,
      new ColorJitter(0.4, 0.4, 0.4, 0.1),
      PcaLighting.of(colors, 1),
      new Cutout(3, 0),
      Change.of(new Augmentation(true, 20, 0.8, 1.2, 0.1, 0.1, 0.1, 0.1, 0.1)),
      Change.all(new PaddedCrop(2), new HorizontalFlip(0.5), new Cutout(2, 0.5f))
    };
  }

  private static Tensor noise(int height, int width, long seed) {
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(1, 3, height, width);
    for (int i = 0; i < x.size(); i++) {
      x.array()[i] = random.nextFloat();
    }
    return x;
  }

  private static float[] apply(Change change, Tensor picture, long seed) {
    return change.apply(picture, new SplittableRandom(seed)).toArray();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void theSeedDecidesAndThePictureStays(Change change) {
    Tensor picture = noise(9, 7, 2);
    float[] before = picture.toArray();
    Set<String> seen = new HashSet<>();
    for (long seed = 0; seed < 30; seed++) {
      float[] changed = apply(change, picture, seed);
      assertEquals(picture.size(), changed.length);
      assertArrayEquals(changed, apply(change, picture, seed));
      seen.add(Arrays.toString(changed));
    }
    assertTrue(seen.size() > 1, "thirty draws, one result");
    assertArrayEquals(before, picture.toArray());
  }

  /** A picture that lies inside of a larger array, as a row of a batch does. */
  @ParameterizedTest
  @MethodSource("changes")
  void theOffsetOfAViewIsHeeded(Change change) {
    Tensor picture = noise(8, 8, 3);
    Tensor batch = Tensor.zeros(3, 3, 8, 8);
    batch.slice(1, 2).copyFrom(picture);
    for (long seed = 0; seed < 5; seed++) {
      assertArrayEquals(apply(change, picture, seed), apply(change, batch.slice(1, 2), seed));
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aBatchIsRefused(Change change) {
    assertThrows(
        IllegalArgumentException.class,
        () -> change.apply(Tensor.zeros(2, 3, 8, 8), new SplittableRandom(1)));
  }

  @Test
  void flipsMirrorAndComeAsOftenAsTheyShould() {
    Tensor picture = noise(4, 5, 4);
    Image image = Image.fromTensor(picture, SampleType.FLOAT32);
    float[] mirrored = Orientation.FLIP_HORIZONTAL.apply(image).toTensor().toArray();
    int flips = 0;
    for (long seed = 0; seed < 1000; seed++) {
      float[] result = apply(new HorizontalFlip(0.3), picture, seed);
      boolean flipped = !Arrays.equals(picture.toArray(), result);
      assertArrayEquals(flipped ? mirrored : picture.toArray(), result);
      flips += flipped ? 1 : 0;
    }
    // Five standard deviations of a binomial: 5 sqrt(1000 * 0.3 * 0.7) = 72.
    assertEquals(300, flips, 73);
    assertThrows(IllegalArgumentException.class, () -> new HorizontalFlip(1.1));
  }

  @Test
  void paddedCropsShiftByWholePixelsAndAllOfThemOccur() {
    float[] values = new float[3 * 4 * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    Tensor picture = Tensor.of(Shape.of(1, 3, 4, 4), values);
    Set<String> shifts = new HashSet<>();
    for (long seed = 0; seed < 400; seed++) {
      Tensor crop = new PaddedCrop(1).apply(picture, new SplittableRandom(seed));
      // The pixel (1, 1) of the crop is always inside: it says which shift it was.
      int at = (int) crop.get(5) - 1;
      int dy = at / 4 - 1;
      int dx = at % 4 - 1;
      shifts.add(dy + "," + dx);
      for (int i = 0; i < values.length; i++) {
        int y = i / 4 % 4 + dy;
        int x = i % 4 + dx;
        boolean inside = y >= 0 && y < 4 && x >= 0 && x < 4;
        assertEquals(inside ? values[i / 16 * 16 + y * 4 + x] : 0, crop.get(i));
      }
    }
    assertEquals(9, shifts.size());
    assertThrows(IllegalArgumentException.class, () -> new PaddedCrop(-1));
  }

  @Test
  void resizedCropsOfARampShowWhichPartTheyTook() {
    // A ramp along x and one along y: first and last values tell the part's edges.
    int side = 40;
    Tensor ramp = Tensor.zeros(1, 2, side, side);
    for (int i = 0; i < side * side; i++) {
      ramp.array()[i] = i % side;
      ramp.array()[side * side + i] = i / side;
    }
    RandomResizedCrop crop = new RandomResizedCrop(0.1, 0.5, 4 / 3.0);
    double least = 1;
    double most = 0;
    for (long seed = 0; seed < 300; seed++) {
      Tensor part = crop.apply(ramp, new SplittableRandom(seed));
      double width = part.get(side - 1) - part.get(0) + 1;
      double height = part.get(2 * side * side - 1) - part.get(side * side) + 1;
      double area = width * height / (side * side);
      least = Math.min(least, area);
      most = Math.max(most, area);
      assertTrue(width / height < 1.5 && height / width < 1.5, "aspect of seed " + seed);
    }
    assertTrue(least > 0.08 && least < 0.13 && most > 0.45 && most < 0.53, least + " " + most);
    assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(0.5, 1, 0.9));
  }

  @Test
  void aPartThatNeverFitsIsTakenFromTheMiddle() {
    Tensor strip = noise(2, 100, 5);
    float[] result = apply(new RandomResizedCrop(1, 1, 1), strip, 1);
    // The middle 2 x 2 pixels, stretched: its left edge is column 49.
    assertEquals(strip.get(49), result[0], 1e-6);
    assertEquals(strip.get(50), result[99], 1e-6);
  }

  @Test
  void eachRangeOfTheJitterDoesItsPart() {
    Tensor picture = noise(6, 6, 6);
    for (long seed = 0; seed < 20; seed++) {
      assertArrayEquals(
          picture.toArray(), apply(new ColorJitter(0, 0, 0, 0), picture, seed), 1e-6f);
      float[] turned = apply(new ColorJitter(0, 0, 0, 0.5), picture, seed);
      float[] pale = apply(new ColorJitter(0, 0, 0.9, 0), picture, seed);
      float[] dark = apply(new ColorJitter(0.5, 0, 0, 0), picture, seed);
      float factor = 0;
      for (int i = 0; i < 36; i++) {
        float[] p = pixel(picture.toArray(), i);
        float[] t = pixel(turned, i);
        assertEquals(max(p), max(t), 1e-5, "a turn of the hue keeps the value");
        assertEquals(min(p), min(t), 1e-5, "and the saturation");
        float[] q = pixel(pale, i);
        if (max(q) < 1 && min(q) > 0) {
          assertEquals(luma(p), luma(q), 1e-5, "saturation keeps the luma");
        }
        float[] d = pixel(dark, i);
        if (max(d) < 1) {
          factor = factor == 0 ? d[0] / p[0] : factor;
          assertEquals(factor, d[1] / p[1], 1e-4);
        }
      }
      assertTrue(factor >= 0.5 && factor <= 1.5, "factor " + factor);
    }
  }

  private static float[] pixel(float[] p, int i) {
    return new float[] {p[i], p[36 + i], p[72 + i]};
  }

  private static float max(float[] p) {
    return Math.max(p[0], Math.max(p[1], p[2]));
  }

  private static float min(float[] p) {
    return Math.min(p[0], Math.min(p[1], p[2]));
  }

  private static double luma(float[] p) {
    return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
  }

  @Test
  void jitterKeepsWithinTheRangeAndLeavesGreyGrey() {
    Tensor grey = Tensor.zeros(1, 3, 2, 2).fill(0.6f);
    for (long seed = 0; seed < 50; seed++) {
      float[] result = apply(new ColorJitter(0.9, 0.9, 0.9, 0.5), grey, seed);
      for (float v : result) {
        assertTrue(v >= 0 && v <= 1);
        assertEquals(result[0], v, 1e-6);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new ColorJitter(0, 0, 0, 0.6));
    assertThrows(
        IllegalArgumentException.class,
        () -> apply(new ColorJitter(0, 0, 0, 0), Tensor.zeros(1, 1, 2, 2), 1));
  }

  @Test
  void lightingHasTheCovarianceOfTheColours() {
    // Colours along (1, 2, 2) / 3 only, with standard deviation 3.
    Covariance colors = new Covariance(3);
    colors.add(1, 2, 2);
    colors.add(-1, -2, -2);
    PcaLighting lighting = PcaLighting.of(colors, 0.5);
    Covariance added = new Covariance(3);
    Tensor black = Tensor.zeros(1, 3, 2, 2);
    for (long seed = 0; seed < 4000; seed++) {
      float[] p = apply(lighting, black, seed);
      assertEquals(p[0], p[3]);
      added.add(p[0], p[4], p[8]);
    }
    double[][] m = added.matrix();
    // 0.25 times the colours' own; the standard error of a variance of 1 from 4,000 is 0.022.
    assertEquals(0.25, m[0][0], 0.03);
    assertEquals(0.5, m[0][1], 0.06);
    assertEquals(1, m[1][2], 0.12);
    assertThrows(IllegalArgumentException.class, () -> PcaLighting.of(new Covariance(2), 0.1));
  }

  @Test
  void cutoutFillsOneSquareThatMayReachOut() {
    Tensor ones = Tensor.zeros(1, 3, 6, 6).fill(1);
    Set<Integer> sizes = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      float[] result = apply(new Cutout(3, -2), ones, seed);
      int holes = 0;
      for (int i = 0; i < 36; i++) {
        assertEquals(result[i], result[36 + i]);
        assertTrue(result[i] == 1 || result[i] == -2);
        holes += result[i] == -2 ? 1 : 0;
      }
      sizes.add(holes);
    }
    // 9 inside, 6 at an edge, 4 at a corner.
    assertEquals(Set.of(4, 6, 9), sizes);
    assertThrows(IllegalArgumentException.class, () -> new Cutout(0, 0));
  }

  @Test
  void tenCropsAreCornersCentreAndTheirMirrorImages() {
    float[] values = new float[5 * 7];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Tensor crops = new TenCrop(3, 4).crops(Tensor.of(Shape.of(1, 1, 5, 7), values));
    assertEquals(Shape.of(TenCrop.COUNT, 1, 3, 4), crops.shape());
    int[] first = {0, 3, 14, 17, 8};
    for (int i = 0; i < 5; i++) {
      for (int k = 0; k < 12; k++) {
        int y = k / 4;
        int x = k % 4;
        assertEquals(first[i] + 7 * y + x, crops.get(12 * i + k));
        assertEquals(first[i] + 7 * y + 3 - x, crops.get(12 * (5 + i) + k));
      }
    }
    assertThrows(
        IllegalArgumentException.class, () -> new TenCrop(6, 4).crops(Tensor.zeros(1, 1, 5, 7)));
  }

  @Test
  void oneChangeDoesNotAlterWhatTheNextOneDraws() {
    Tensor picture = noise(6, 6, 7);
    Change flip = new HorizontalFlip(0.5);
    // The first asks five times, or once: the flip that follows must be the same.
    Change asksOften =
        (p, random) -> {
          for (int i = 0; i < 5; i++) {
            random.nextInt();
          }
          return p;
        };
    for (long seed = 0; seed < 50; seed++) {
      assertArrayEquals(
          apply(Change.all(Change.none(), flip), picture, seed),
          apply(Change.all(asksOften, flip), picture, seed));
    }
    assertFalse(
        Arrays.equals(
            apply(Change.all(new PaddedCrop(2), flip), picture, 1),
            apply(Change.all(new PaddedCrop(2), flip), picture, 2)));
  }
}
