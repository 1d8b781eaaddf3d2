package dev.fovea.engine.zoo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Orientation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeaturesTest {

  private static Image grey(int width, int height, java.util.function.IntBinaryOperator value) {
    byte[] p = new byte[width * height];
    for (int i = 0; i < p.length; i++) {
      p[i] = (byte) value.applyAsInt(i % width, i / width);
    }
    return Image.ofUint8(width, height, p);
  }

  @Test
  void aRampPutsItsSlopeIntoOneBinOfEachCell() {
    // dx = 3 everywhere but in the last column: angle 0, the middle of nine bins from -90 degrees.
    float[] hog = HogFeatures.DEFAULT.features(grey(32, 32, (x, y) -> 3 * x));
    assertEquals(4 * 4 * 9, hog.length);
    for (int i = 0; i < hog.length; i++) {
      boolean last = i / 9 % 4 == 3;
      assertEquals(i % 9 == 4 ? (last ? 3 * 7 / 8f : 3) : 0, hog[i], 1e-5);
    }
  }

  @Test
  void aGradientAndItsOppositeShareABin() {
    Random random = new Random(3);
    int[] noise = random.ints(256, 0, 256).toArray();
    float[] bright = HogFeatures.DEFAULT.features(grey(16, 16, (x, y) -> noise[16 * y + x]));
    float[] dark = HogFeatures.DEFAULT.features(grey(16, 16, (x, y) -> 255 - noise[16 * y + x]));
    for (int i = 0; i < bright.length; i++) {
      assertEquals(bright[i], dark[i], 1e-4);
    }
  }

  @Test
  void magnitudesOfACellAddUpToTheMeanGradient() {
    Image image = grey(8, 8, (x, y) -> x * x + 5 * y);
    double sum = 0;
    for (float v : HogFeatures.DEFAULT.features(image)) {
      sum += v;
    }
    double expected = 0;
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        double dx = x < 7 ? 2 * x + 1 : 0;
        double dy = y < 7 ? 5 : 0;
        expected += Math.hypot(dx, dy) / 64;
      }
    }
    assertEquals(expected, sum, 1e-4);
  }

  @Test
  void orientationsTurnWithThePicture() {
    Image lying = grey(16, 16, (x, y) -> 9 * y);
    Image standing = Orientation.TRANSPOSE.apply(lying);
    HogFeatures hog = new HogFeatures(2, 16);
    float[] a = hog.features(lying);
    float[] b = hog.features(standing);
    assertEquals(a[0], b[1], 1e-4);
    assertEquals(a[1], b[0], 1e-4);
    assertTrue(a[0] > 0 && a[1] == 0, "a gradient straight down is at -90 degrees");
  }

  @Test
  void huesFallIntoTheirBins() {
    // Red, yellow, green, cyan, blue, magenta, white, black: hues 0, 1/6, ..., 5/6, none, none.
    byte f = (byte) 255;
    Image image =
        Image.ofUint8(
            8,
            1,
            new byte[] {f, f, 0, 0, 0, f, f, 0},
            new byte[] {0, f, f, f, 0, 0, f, 0},
            new byte[] {0, 0, 0, f, f, f, f, 0});
    assertArrayEquals(
        new float[] {3 / 8f, 1 / 8f, 1 / 8f, 1 / 8f, 1 / 8f, 1 / 8f},
        new HueHistogram(6).features(image));
    assertArrayEquals(new float[] {1, 0}, new HueHistogram(2).features(grey(2, 2, (x, y) -> x)));
  }

  @Test
  void featuresOfADataSetAreRowsWithTheirLabels() throws IOException {
    FeatureExtractor both = FeatureExtractor.pixels().and(new HueHistogram(1));
    LabelledVectors v = LabelledVectors.of(new Squares(4, 4), both, 2);
    assertEquals(Shape.of(3, 17), v.x().shape());
    assertArrayEquals(new int[] {0, 1, 0}, v.labels());
    assertEquals(2, v.x().get(2 * 17));
    assertEquals(1, v.x().get(17 + 16));
    assertEquals(2 / 3.0, v.accuracy(new int[] {0, 0, 0}), 1e-12);
    LabelledVectors chosen = v.rows(new int[] {1});
    assertArrayEquals(new int[] {1}, chosen.labels());
    assertEquals(1, chosen.x().get(0));
  }

  @Test
  void imagesOfSeveralSizesAreRefusedByName() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> LabelledVectors.of(new Squares(4, 5), FeatureExtractor.pixels(), 1));
    assertTrue(e.getMessage().startsWith("square 2: found 25 features, expected 16"));
  }

  /** Three images; the last may have another size. */
  private record Squares(int side, int lastSide) implements ClassificationDataset {
    @Override
    public int size() {
      return 3;
    }

    @Override
    public String name(int i) {
      return "square " + i;
    }

    @Override
    public Image image(int i) {
      int s = i == 2 ? lastSide : side;
      return grey(s, s, (x, y) -> i);
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b");
    }

    @Override
    public int label(int i) {
      return i % 2;
    }
  }

  @Test
  void standardizationUsesStatisticsOfTrainingOnly() {
    Tensor training = Tensor.of(Shape.of(2, 3), 1, 10, 5, 3, 30, 5);
    Tensor other = Tensor.of(Shape.of(1, 3), 4, 20, 6);
    assertArrayEquals(new float[] {2, 0, 1}, Standardization.fit(training).apply(other).toArray());
    assertArrayEquals(
        new float[] {1, 0, 0.5f}, Standardization.centering(training, 0.5).apply(other).toArray());
    assertThrows(
        IllegalArgumentException.class,
        () -> Standardization.fit(training).apply(Tensor.zeros(1, 2)));
  }
}
