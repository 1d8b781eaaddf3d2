package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.RoiWindow;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Regions of interest against published numbers. The first two cases and the empty region are those
 * of detectron2's tests/layers/test_roi_align.py; the others follow from the same rule, evaluated
 * in double precision by an independent program.
 */
class RegionPoolingTest {

  static Stream<Backend> backends() {
    return Stream.concat(Stream.of(new ReferenceBackend()), tuned());
  }

  static Stream<Backend> tuned() {
    return TestBackends.available().stream();
  }

  private static Tensor ramp() {
    Tensor t = Tensor.zeros(1, 1, 5, 5);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i;
    }
    return t;
  }

  // (3 y^2 + 5 x + 2 x y) mod 11.
  private static Tensor pattern() {
    Tensor t = Tensor.zeros(1, 1, 8, 8);
    for (int i = 0; i < t.size(); i++) {
      int y = i / 8;
      int x = i % 8;
      t.array()[i] = (3 * y * y + 5 * x + 2 * x * y) % 11;
    }
    return t;
  }

  private static float[] align(
      Kernels kernels, RoiWindow window, Tensor x, int size, float... box) {
    Tensor y = Tensor.zeros(1, 1, size, size);
    kernels.roiAlign(window, x, Tensor.of(Shape.of(1, 4), box), Tensor.zeros(1), y);
    return y.toArray();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void publishedNumbers(Backend backend) {
    Kernels k = backend.kernels(1);
    float[] aligned = {
      4.5f, 5, 5.5f, 6, 7, 7.5f, 8, 8.5f, 9.5f, 10, 10.5f, 11, 12, 12.5f, 13, 13.5f
    };
    float[] legacy = aligned.clone();
    for (int i = 0; i < legacy.length; i++) {
      legacy[i] += 3;
    }
    assertArrayEquals(
        aligned, align(k, new RoiWindow(1, 0, true, false), ramp(), 4, 1, 1, 3, 3), 1e-6f);
    assertArrayEquals(
        legacy, align(k, new RoiWindow(1, 0, false, false), ramp(), 4, 1, 1, 3, 3), 1e-6f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void fractionsAndBorders(Backend backend) {
    Kernels k = backend.kernels(1);
    assertArrayEquals(
        new float[] {
          7.788333333333f, 5.3875f, 4.16f,
          5.697291666667f, 5.864791666667f, 4.031666666667f,
          5.046458333333f, 7.731875f, 3.996041666667f
        },
        align(k, new RoiWindow(1, 2, true, false), pattern(), 3, 0.7f, 1.3f, 6.1f, 5.9f),
        2e-5f);
    assertArrayEquals(
        new float[] {
          7.755f, 5.135208333333f, 2.776666666667f,
          6.32f, 5.675f, 4.04f,
          5.505625f, 5.811041666667f, 3.966875f
        },
        align(k, new RoiWindow(1, 2, false, false), pattern(), 3, 0.7f, 1.3f, 6.1f, 5.9f),
        2e-5f);
    assertArrayEquals(
        new float[] {
          0,
          1.875f,
          3.421296296296f,
          0.6f,
          5.411111111111f,
          5.542592592593f,
          0.683333333333f,
          5.927777777778f,
          5.70162037037f
        },
        align(k, new RoiWindow(1, 0, true, false), pattern(), 3, -2, -1, 4.5f, 3.2f),
        2e-5f);
    assertArrayEquals(
        new float[] {
          2.34503600823f, 5.094907407407f, 0, 5.515946502058f, 5.578703703704f, 0, 0, 0, 0
        },
        align(k, new RoiWindow(1, 3, false, false), pattern(), 3, 5.5f, 4.25f, 9, 9.5f),
        2e-5f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aBoxOfTwiceTheCoordinatesAtHalfTheScaleIsTheSame(Backend backend) {
    Kernels k = backend.kernels(1);
    assertArrayEquals(
        align(k, new RoiWindow(1, 2, true, false), pattern(), 3, 0.7f, 1.3f, 6.1f, 5.9f),
        align(k, new RoiWindow(0.5f, 2, true, false), pattern(), 3, 1.4f, 2.6f, 12.2f, 11.8f),
        1e-5f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anEmptyRegionIsZeroAndHasNoGradient(Backend backend) {
    Kernels k = backend.kernels(1);
    RoiWindow window = new RoiWindow(1, 0, true, false);
    assertArrayEquals(new float[49], align(k, window, ramp(), 7, 3, 4, 5, 4));
    Tensor dx = Tensor.zeros(1, 1, 5, 5);
    Tensor box = Tensor.of(Shape.of(1, 4), 3, 4, 5, 4);
    k.roiAlignBackward(window, ramp(), box, Tensor.zeros(1), Tensor.zeros(1, 1, 7, 7).fill(1), dx);
    assertArrayEquals(new float[25], dx.toArray());
    Tensor none = Tensor.zeros(0, 1, 7, 7);
    k.roiAlign(window, ramp(), Tensor.zeros(0, 4), Tensor.zeros(0), none);
    assertEquals(0, none.size());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theMaximumOfTheSamplesTakesTheGradient(Backend backend) {
    Kernels k = backend.kernels(1);
    RoiWindow window = new RoiWindow(1, 2, false, true);
    // Samples at 1.25 and 1.75 along both dimensions of the ramp: the last one is the largest.
    float[] box = {1, 1, 2, 2};
    assertArrayEquals(new float[] {5 * 1.75f + 1.75f}, align(k, window, ramp(), 1, box), 1e-6f);
    Tensor dx = Tensor.zeros(1, 1, 5, 5);
    k.roiAlignBackward(
        window,
        ramp(),
        Tensor.of(Shape.of(1, 4), box),
        Tensor.zeros(1),
        Tensor.zeros(1, 1, 1, 1).fill(16),
        dx);
    float[] expected = new float[25];
    expected[6] = 1;
    expected[7] = 3;
    expected[11] = 3;
    expected[12] = 9;
    assertArrayEquals(expected, dx.toArray(), 1e-5f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void maximumPoolingRoundsToPixels(Backend backend) {
    Kernels k = backend.kernels(1);
    // Image 1 of two; 1.4 and 3.4 round to 1 and 3: three pixels, in bins of one and a half.
    Tensor x = Tensor.zeros(2, 1, 5, 5);
    System.arraycopy(ramp().array(), 0, x.array(), 25, 25);
    Tensor rois = Tensor.of(Shape.of(2, 5), 1, 1.4f, 1.4f, 3.4f, 3.4f, 1, 9, 9, 12, 12);
    Tensor y = Tensor.zeros(2, 1, 2, 2).fill(Float.NaN);
    k.roiMaxPool(1, x, rois, y);
    assertArrayEquals(new float[] {12, 13, 17, 18, 0, 0, 0, 0}, y.toArray());
    Tensor dx = Tensor.zeros(2, 1, 5, 5);
    k.roiMaxPoolBackward(1, x, rois, Tensor.zeros(2, 1, 2, 2).fill(2), dx);
    float[] expected = new float[50];
    for (int at : new int[] {12, 13, 17, 18}) {
      expected[25 + at] = 2;
    }
    assertArrayEquals(expected, dx.toArray());
  }

  @ParameterizedTest
  @MethodSource("tuned")
  void anImageThatIsNotThereIsRefused(Backend backend) {
    Kernels k = backend.kernels(1);
    Tensor box = Tensor.of(Shape.of(1, 4), 1, 1, 3, 3);
    Tensor y = Tensor.zeros(1, 1, 2, 2);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    k.roiAlign(
                        new RoiWindow(1, 0, true, false), ramp(), box, Tensor.zeros(1).fill(1), y))
            .getMessage();
    assertTrue(message.contains("one of 1 images, found 1.0"), message);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void unpoolingPutsTheMaximaBack(Backend backend) {
    Kernels k = backend.kernels(1);
    Tensor x = Tensor.of(Shape.of(1, 1, 2, 2), 5, 6, 7, 8);
    Tensor indices = Tensor.of(Shape.of(1, 1, 2, 2), 0, 3, 3, 8);
    Tensor y = Tensor.zeros(1, 1, 3, 3).fill(Float.NaN);
    k.maxUnpool(x, indices, y);
    assertArrayEquals(new float[] {5, 0, 0, 7, 0, 0, 0, 0, 8}, y.toArray());
    // The element that another one covers has no gradient.
    Tensor dx = Tensor.zeros(1, 1, 2, 2);
    k.maxUnpoolBackward(Tensor.zeros(1, 1, 3, 3).fill(1), indices, dx);
    assertArrayEquals(new float[] {1, 0, 1, 1}, dx.toArray());
  }
}
