package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Augmentation.Draw;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final Augmentation FLIPS = new Augmentation(true, 0, 1, 1, 0, 0, 0, 0, 0);
  private static final Augmentation ALL =
      new Augmentation(true, 30, 0.8, 1.25, 0.1, 0.2, 0.3, 0.4, 0.05);

  /** Every pixel has a number of its own, exact in float. */
  private static Tensor numbered(int height, int width) {
    float[] values = new float[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.of(Shape.of(1, 1, height, width), values);
  }

  private static int[] labels(Tensor tensor) {
    int[] labels = new int[tensor.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) tensor.get(i);
    }
    return labels;
  }

  @Test
  void nothingLeavesAPictureOfTheSameSizeAsItIs() {
    Tensor source = numbered(5, 7);
    for (long seed = 0; seed < 20; seed++) {
      Draw draw = Augmentation.NONE.draw(seed);
      assertArrayEquals(source.toArray(), draw.image(source, 5, 7).toArray());
    }
  }

  @Test
  void partsOfAPictureAreExactAndAllOfThemOccur() {
    Tensor source = numbered(6, 5);
    Set<Float> corners = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      Tensor part = Augmentation.NONE.draw(seed).image(source, 3, 4);
      float corner = part.get(0);
      corners.add(corner);
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          assertEquals(corner + 5 * y + x, part.get(4 * y + x));
        }
      }
    }
    assertEquals(4 * 2, corners.size());
  }

  @Test
  void flipsAreExactAndAllEightOccurAlsoWithOddSizes() {
    Tensor source = numbered(4, 4);
    Set<String> seen = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      seen.add(Arrays.toString(FLIPS.draw(seed).image(source, 4, 4).toArray()));
    }
    Image image = Image.fromTensor(source);
    Set<String> expected = new HashSet<>();
    for (Orientation orientation : Orientation.values()) {
      expected.add(Arrays.toString(orientation.apply(image).plane(0)));
    }
    assertEquals(expected, seen);
    // A quarter turn of a 3 x 4 part of a 9 x 9 picture takes a 4 x 3 part, at whole pixels.
    for (long seed = 0; seed < 50; seed++) {
      for (float value : FLIPS.draw(seed).image(numbered(9, 9), 3, 4).toArray()) {
        assertEquals(Math.rint(value), value);
      }
    }
  }

  @Test
  void labelsFollowThePicture() {
    // Of a picture that is its own label map, smooth enough for bilinear and nearest to agree.
    int side = 64;
    float[] values = new float[side * side];
    int[] labels = new int[side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i % side + i / side * 2) / 256;
      labels[i] = i % side + i / side * 2;
    }
    Tensor source = Tensor.of(Shape.of(1, 1, side, side), values);
    Augmentation geometry = new Augmentation(true, 30, 0.8, 1.25, 0.1, 0, 0, 0, 0);
    for (long seed = 0; seed < 40; seed++) {
      Draw draw = geometry.draw(seed);
      float[] picture = draw.image(source, 20, 24).toArray();
      int[] label = draw.labels(labels, side, side, 20, 24);
      for (int i = 0; i < label.length; i++) {
        // Nearest is at most half a pixel off in each axis: 0.5 + 2 * 0.5.
        assertEquals(label[i], picture[i] * 256, 1.51, "seed " + seed);
      }
    }
  }

  @Test
  void equalSeedsGiveEqualResultsAndDrawsCanBeUsedAgain() {
    Tensor source = numbered(16, 16);
    Draw draw = ALL.draw(11);
    float[] first = draw.image(source, 8, 8).toArray();
    assertArrayEquals(first, draw.image(source, 8, 8).toArray());
    assertArrayEquals(first, ALL.draw(11).image(source, 8, 8).toArray());
    assertFalse(Arrays.equals(first, ALL.draw(12).image(source, 8, 8).toArray()));
    assertArrayEquals(numbered(16, 16).toArray(), source.toArray());
  }

  @Test
  void photometryLeavesLabelsAlone() {
    int[] labels = labels(numbered(8, 8));
    Augmentation photometric = new Augmentation(false, 0, 1, 1, 0, 0.5, 0.5, 0.5, 0.2);
    assertArrayEquals(labels, photometric.draw(3).labels(labels, 8, 8, 8, 8));
    Tensor grey = Tensor.zeros(1, 2, 8, 8).fill(0.5f);
    Tensor changed = photometric.draw(3).image(grey, 8, 8);
    assertFalse(Arrays.equals(grey.toArray(), changed.toArray()));
    // Independent noise in each channel.
    assertTrue(changed.get(0) != changed.get(64));
  }

  @Test
  void colorMultipliesEachChannelByAFactorOfItsOwn() {
    Augmentation color = new Augmentation(false, 0, 1, 1, 0, 0, 0, 0, 0, 0.3);
    Tensor grey = Tensor.zeros(1, 3, 4, 4).fill(0.5f);
    double sum = 0;
    double least = 1;
    double most = 1;
    int draws = 400;
    for (long seed = 0; seed < draws; seed++) {
      float[] changed = color.draw(seed).image(grey, 4, 4).toArray();
      for (int c = 0; c < 3; c++) {
        double factor = changed[16 * c] / 0.5;
        for (int i = 0; i < 16; i++) {
          assertEquals(changed[16 * c], changed[16 * c + i]);
        }
        sum += factor;
        least = Math.min(least, factor);
        most = Math.max(most, factor);
      }
      assertTrue(changed[0] != changed[16] && changed[16] != changed[32], "seed " + seed);
    }
    assertTrue(least >= 0.7 - 1e-6 && least < 0.71, "smallest factor " + least);
    assertTrue(most <= 1.3 + 1e-6 && most > 1.29, "largest factor " + most);
    // Uniform: standard error of the mean of 1,200 is 0.3 / sqrt(3 * 1200) = 0.005.
    assertEquals(1, sum / (3 * draws), 0.02);
  }

  @Test
  void colorChangesNothingElseThatIsDrawn() {
    Augmentation geometry = new Augmentation(true, 30, 0.8, 1.25, 0.1, 0, 0, 0, 0);
    Augmentation both = new Augmentation(true, 30, 0.8, 1.25, 0.1, 0, 0, 0, 0, 0.4);
    Tensor source = numbered(16, 16);
    int[] labels = labels(source);
    for (long seed = 0; seed < 20; seed++) {
      float[] plain = geometry.draw(seed).image(source, 9, 9).toArray();
      float[] colored = both.draw(seed).image(source, 9, 9).toArray();
      float factor = colored[40] / plain[40];
      for (int i = 0; i < plain.length; i++) {
        assertEquals(plain[i] * factor, colored[i], 1e-3);
      }
      assertArrayEquals(
          geometry.draw(seed).labels(labels, 16, 16, 9, 9),
          both.draw(seed).labels(labels, 16, 16, 9, 9));
    }
  }

  @Test
  void smallPicturesAreMirrored() {
    int[] part = Augmentation.NONE.draw(1).labels(new int[] {1, 2, 3}, 1, 3, 3, 7);
    assertArrayEquals(new int[] {3, 2, 1, 2, 3, 2, 1}, Arrays.copyOfRange(part, 0, 7));
  }

  @Test
  void rangesAreChecked() {
    assertThrows(
        IllegalArgumentException.class, () -> new Augmentation(true, -1, 1, 1, 0, 0, 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Augmentation(true, 0, 0, 1, 0, 0, 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Augmentation(true, 0, 2, 1, 0, 0, 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Augmentation.NONE.draw(1).image(Tensor.zeros(2, 1, 4, 4), 2, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> Augmentation.NONE.draw(1).labels(new int[3], 2, 2, 2, 2));
  }
}
