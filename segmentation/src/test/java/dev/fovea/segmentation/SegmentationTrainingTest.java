package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.data.SegmentationDataset;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often images are drawn in an epoch, and that patches and labels belong together. */
class SegmentationTrainingTest {
  private static final int SIDE = 16;

  /** Grey images, then coloured ones; noise, seeded by the index. */
  private record Mixed(int grey, int colored) implements SegmentationDataset {
    @Override
    public int size() {
      return grey + colored;
    }

    @Override
    public String name(int i) {
      return "noise " + i;
    }

    @Override
    public Image image(int i) {
      Random random = new Random(i);
      byte[][] planes = new byte[3][SIDE * SIDE];
      for (byte[] plane : planes) {
        random.nextBytes(plane);
      }
      return i < grey
          ? Image.ofUint8(SIDE, SIDE, planes[0])
          : Image.ofUint8(SIDE, SIDE, planes[0], planes[1], planes[2]);
    }

    @Override
    public Sample sample(int i) {
      int[] labels = new int[SIDE * SIDE];
      for (int y = 3; y < 12; y++) {
        java.util.Arrays.fill(labels, y * SIDE + 3, y * SIDE + 12, 1);
      }
      return new Sample(image(i), labels);
    }
  }

  private static SegmentationTraining training(int grey, int colored, int patch)
      throws IOException {
    return new SegmentationTraining(
        new Mixed(grey, colored), SegmenterRecipe.PREPROCESSING, patch, Augmentation.NONE, 10, 1);
  }

  /** Samples of an epoch by kind: grey, coloured. */
  private static int[] drawn(SegmentationTraining data) {
    int[] drawn = new int[2];
    int pixels = SIDE * SIDE;
    Tensor input = Tensor.zeros(3, SIDE, SIDE);
    for (int i = 0; i < data.size(); i++) {
      data.sample(i, 1, input, Tensor.zeros(SIDE, SIDE), Tensor.zeros(SIDE, SIDE));
      boolean colored = false;
      for (int k = 0; k < pixels; k++) {
        colored |= input.get(k) != input.get(pixels + k);
      }
      drawn[colored ? 1 : 0]++;
    }
    return drawn;
  }

  @Test
  void theRarerKindIsRepeatedUntilItIsAQuarter() throws IOException {
    assertArrayEquals(new int[] {6, 2}, drawn(training(6, 1, SIDE)));
    assertArrayEquals(new int[] {2, 6}, drawn(training(1, 6, SIDE)));
    assertArrayEquals(new int[] {9, 4}, drawn(training(9, 2, SIDE)));
  }

  @Test
  void repeatsAreBounded() throws IOException {
    assertArrayEquals(
        new int[] {40, SegmentationTraining.MAX_REPEATS}, drawn(training(40, 1, SIDE)));
  }

  @Test
  void aShareThatIsLargeEnoughIsLeftAsItIs() throws IOException {
    assertArrayEquals(new int[] {3, 1}, drawn(training(3, 1, SIDE)));
    assertArrayEquals(new int[] {5, 0}, drawn(training(5, 0, SIDE)));
    assertArrayEquals(new int[] {0, 5}, drawn(training(0, 5, SIDE)));
  }

  @Test
  void largeImagesGiveSeveralPatches() throws IOException {
    assertEquals(3 * SegmentationTraining.MAX_PATCHES, training(3, 0, SIDE / 2).size());
    assertEquals(3 * SegmentationTraining.MAX_PATCHES, training(3, 0, SIDE / 4).size());
  }

  @Test
  void targetsAreTheClassesOfTheLabels() throws IOException {
    Tensor target = Tensor.zeros(SIDE, SIDE);
    Tensor weight = Tensor.zeros(SIDE, SIDE);
    training(1, 0, SIDE).sample(0, 1, Tensor.zeros(3, SIDE, SIDE), target, weight);
    LabelMap labels = LabelMap.of(SIDE, SIDE, new Mixed(1, 0).sample(0).labels());
    int[] classes = ClassMaps.classes(labels, ClassMaps.DEFAULT_RIM);
    for (int i = 0; i < classes.length; i++) {
      assertEquals(classes[i], target.get(i));
      assertEquals(1, weight.get(i), 1e-6, "one object has no gap to another");
    }
  }
}
