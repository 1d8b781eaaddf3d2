package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.data.SegmentationDataset;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class InstanceTuningTest {
  private static final int SIDE = 64;

  /** Parameters that take the halo of {@link Haloed} for an object, and its specks as well. */
  private static final Instances.Parameters POOR =
      new Instances.Parameters(0.5f, 0.4f, 1, 1, true, true);

  private static Segmenter segmenter() {
    return Segmenter.of(
            SegmenterTest.threshold(), SegmenterTest.card(Map.of()), SessionOptions.inference())
        .withParameters(POOR);
  }

  /**
   * Two squares of 10 x 10 pixels in dim halos of 20 x 20, which the network of {@link
   * SegmenterTest#threshold} takes for foreground with a probability of 0.57, and bright specks of
   * 2 x 2 that are no objects.
   */
  private record Haloed(int size) implements SegmentationDataset {
    @Override
    public String name(int i) {
      return "squares " + i;
    }

    @Override
    public Image image(int i) {
      return sample(i).image();
    }

    @Override
    public Sample sample(int i) {
      byte[] samples = new byte[SIDE * SIDE];
      int[] labels = new int[SIDE * SIDE];
      int shift = 2 * i;
      for (int label = 1; label <= 2; label++) {
        int at = 30 * (label - 1) + shift;
        square(at, 20, value -> samples[value] = 61);
        int object = label;
        square(
            at + 4,
            10,
            value -> {
              samples[value] = (byte) 200;
              labels[value] = object;
            });
        square(at + 22, 2, value -> samples[value] = (byte) 200);
      }
      return new Sample(Image.ofUint8(SIDE, SIDE, samples), labels);
    }

    private static void square(int at, int side, IntConsumer pixel) {
      for (int y = at; y < at + side; y++) {
        for (int x = at; x < at + side; x++) {
          pixel.accept(y * SIDE + x);
        }
      }
    }
  }

  @Test
  void findsThresholdsAndSizes() throws IOException {
    Segmenter segmenter = segmenter();
    SegmentationDataset data = new Haloed(3);
    assertEquals(0, ap50(segmenter, data), 1e-9);
    Instances.Parameters tuned = InstanceTuning.tune(segmenter, data, Progress.NONE);
    assertTrue(tuned.foregroundThreshold() > 0.58, tuned.toString());
    assertTrue(tuned.minArea() > 4 && tuned.minArea() < 100, tuned.toString());
    assertEquals(1, ap50(segmenter.withParameters(tuned), data), 1e-9);
  }

  private static double ap50(Segmenter segmenter, SegmentationDataset data) throws IOException {
    return SegmentationEvaluation.of(segmenter, data, Progress.NONE).figures().get("ap50");
  }

  @Test
  void whatIsBestAlreadyStays() throws IOException {
    Instances.Parameters good = new Instances.Parameters(0.45f, 0.65f, 5, 21, false, false);
    Segmenter segmenter = segmenter().withParameters(good);
    assertEquals(good, InstanceTuning.tune(segmenter, new Haloed(1), Progress.NONE));
  }

  @Test
  void withoutImagesNothingIsChosen() throws IOException {
    assertEquals(POOR, InstanceTuning.tune(segmenter(), new Haloed(0), Progress.NONE));
  }

  @Test
  void canBeCancelled() {
    Progress cancelling =
        (done, total) -> {
          assertEquals(6, total);
          if (done == 3) {
            throw new CancellationException();
          }
        };
    assertThrows(
        CancellationException.class,
        () -> InstanceTuning.tune(segmenter(), new Haloed(2), cancelling));
  }
}
