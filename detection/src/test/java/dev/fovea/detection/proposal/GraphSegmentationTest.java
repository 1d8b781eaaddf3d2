package dev.fovea.detection.proposal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphSegmentationTest {

  /** Worked out by hand from the rule of Felzenszwalb and Huttenlocher 2004. */
  @ParameterizedTest
  @CsvSource({
    "0, 01234567",
    "0.5, 01234567",
    "1, 00011223",
    "2, 00011222",
    "20, 00011222",
    "40, 00000111",
    "60, 00000000"
  })
  void chain(double k, String labels) {
    float[] values = {0, 1, 2, 10, 11, 30, 31, 33};
    int[] found = new GraphSegmentation(k, 0, 0).segment(new float[][] {values}, values.length);
    assertArrayEquals(labels.chars().map(c -> c - '0').toArray(), found);
  }

  private static final int WIDTH = 21;

  /** Quadrants of 10 rows and 10 or 11 columns, as in scikit-image's tests. */
  private static float[] quadrants(float a, float b, float c, float d) {
    float[] plane = new float[20 * WIDTH];
    for (int i = 0; i < plane.length; i++) {
      boolean right = i % WIDTH >= 10;
      plane[i] = i / WIDTH < 10 ? (right ? b : a) : (right ? d : c);
    }
    return plane;
  }

  private static void assertQuadrants(int[] labels) {
    assertEquals(3, Arrays.stream(labels).max().orElseThrow());
    for (int i = 0; i < labels.length; i++) {
      assertEquals((i / WIDTH < 10 ? 0 : 2) + (i % WIDTH < 10 ? 0 : 1), labels[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1 / 255.0, 1, 10})
  void flatQuadrants(double k) {
    GraphSegmentation segmentation = new GraphSegmentation(k, 0, 0);
    assertQuadrants(segmentation.segment(new float[][] {quadrants(0, 0.2f, 0.4f, 0.6f)}, WIDTH));
    assertQuadrants(
        segmentation.segment(
            new float[][] {quadrants(1, 0, 0, 0), quadrants(0, 0, 1, 0), quadrants(0, 0, 0, 1)},
            WIDTH));
  }

  @Test
  void largeScaleJoinsAll() {
    int[] labels =
        new GraphSegmentation(50, 0, 0)
            .segment(new float[][] {quadrants(0, 0.2f, 0.4f, 0.6f)}, WIDTH);
    assertEquals(0, Arrays.stream(labels).max().orElseThrow());
  }

  @Test
  void smallRegionsGoToTheirNearest() {
    float[][] picture = {{0, 0.3f, 0.7f, 1}};
    assertArrayEquals(new int[] {0, 0, 1, 1}, new GraphSegmentation(0, 0, 2).segment(picture, 2));
  }

  @Test
  void noRegionIsTooSmall() {
    SplittableRandom random = new SplittableRandom(7);
    float[] noise = new float[40 * 30];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextInt(256);
    }
    int[] labels = new GraphSegmentation(20, 0.8, 25).segment(new float[][] {noise}, 40);
    int[] sizes = new int[Arrays.stream(labels).max().orElseThrow() + 1];
    for (int label : labels) {
      sizes[label]++;
    }
    assertTrue(sizes.length > 1 && Arrays.stream(sizes).allMatch(s -> s >= 25));
  }

  @Test
  void refusesWhatIsNoPicture() {
    GraphSegmentation segmentation = new GraphSegmentation(1, 0, 0);
    assertThrows(
        IllegalArgumentException.class, () -> segmentation.segment(new float[][] {{1, 2, 3}}, 2));
    assertThrows(IllegalArgumentException.class, () -> segmentation.segment(new float[0][], 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> segmentation.segment(new float[][] {{1, Float.NaN}}, 2));
    assertThrows(IllegalArgumentException.class, () -> new GraphSegmentation(-1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new GraphSegmentation(1, Double.NaN, 0));
  }
}
