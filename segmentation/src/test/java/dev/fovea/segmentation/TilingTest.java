package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 200",
    "31, 1",
    "32, 32",
    "33, 31",
    "63, 65",
    "64, 64",
    "65, 64",
    "97, 129",
    "1000, 37",
    "37, 1000"
  })
  void identityGivesBackTheImage(int width, int height) {
    Random random = TestMaps.random(71);
    for (Tiling tiling :
        List.of(
            new Tiling(64, 16, 16),
            new Tiling(32, 16, 1),
            new Tiling(48, 0, 8),
            new Tiling(16, 0, 16))) {
      Planes image = Planes.random(random, 3, width, height);
      ClassProbabilities result = tiling.run(image, 3, input -> input.copy(), Progress.NONE);
      for (int c = 0; c < 3; c++) {
        assertArrayEquals(image.planes[c], result.plane(c), 1e-6f);
      }
    }
  }

  @Test
  void bandsComeOnceAndFromTopToBottom() {
    Planes image = Planes.random(TestMaps.random(72), 1, 20, 333);
    List<Integer> starts = new ArrayList<>();
    int[] next = {0};
    float[] joined = new float[20 * 333];
    new Tiling(32, 8, 8)
        .run(
            image,
            1,
            input -> input,
            (y, rows, planes) -> {
              assertEquals(next[0], y);
              assertTrue(rows > 0 && rows <= 32);
              System.arraycopy(planes[0], 0, joined, y * 20, rows * 20);
              next[0] += rows;
              starts.add(y);
            },
            Progress.NONE);
    assertEquals(333, next[0]);
    assertEquals(new Tiling(32, 8, 8).count(20, 333), starts.size());
    assertArrayEquals(image.planes[0], joined, 1e-6f);
  }

  @Test
  void networkSeesTilesOfTheRightSizeOnly() {
    List<String> shapes = new ArrayList<>();
    new Tiling(64, 16, 16)
        .run(
            Planes.random(TestMaps.random(73), 2, 100, 21),
            2,
            input -> {
              shapes.add(input.shape().toString());
              return input;
            },
            Progress.NONE);
    assertEquals(List.of("[1, 2, 32, 64]", "[1, 2, 32, 64]"), shapes);
  }

  @Test
  void paddingReflectsWithoutRepeatingTheLastPixel() {
    Planes image = new Planes(3, 2, new float[] {1, 2, 3, 4, 5, 6});
    float[][] seen = new float[1][];
    new Tiling(8, 0, 8)
        .run(
            image,
            1,
            input -> {
              seen[0] = input.toArray();
              return input;
            },
            Progress.NONE);
    float[] first = {1, 2, 3, 2, 1, 2, 3, 2};
    float[] second = {4, 5, 6, 5, 4, 5, 6, 5};
    for (int y = 0; y < 8; y++) {
      assertArrayEquals(y % 2 == 0 ? first : second, Arrays.copyOfRange(seen[0], y * 8, y * 8 + 8));
    }
  }

  @Test
  void stepBetweenTilesIsSmoothedAway() {
    // A network that gives its own number makes the hardest possible seam.
    int[] call = {0};
    ClassProbabilities result =
        new Tiling(64, 32, 32)
            .run(
                Planes.random(TestMaps.random(74), 1, 96, 32),
                1,
                input -> Tensor.zeros(1, 1, 32, 64).fill(call[0]++),
                Progress.NONE);
    float[] row = result.plane(0);
    for (int x = 0; x < 95; x++) {
      assertTrue(row[x + 1] >= row[x] && row[x + 1] - row[x] < 0.06, "step at " + x);
    }
    assertEquals(0, row[0]);
    assertEquals(1, row[95]);
  }

  @Test
  void progressCountsEveryTileAndMayCancel() {
    Tiling tiling = new Tiling(32, 8, 8);
    Planes image = Planes.random(TestMaps.random(75), 1, 100, 70);
    List<Integer> steps = new ArrayList<>();
    tiling.run(
        image,
        1,
        input -> input,
        (done, total) -> {
          assertEquals(tiling.count(100, 70), total);
          steps.add(done);
        });
    assertEquals(tiling.count(100, 70), steps.size());
    int[] calls = {0};
    assertThrows(
        CancellationException.class,
        () ->
            tiling.run(
                image,
                1,
                input -> {
                  calls[0]++;
                  return input;
                },
                (done, total) -> {
                  if (done == 3) {
                    throw new CancellationException();
                  }
                }));
    assertEquals(3, calls[0]);
  }

  @Test
  void neighboursShareTheOverlapEverywhere() {
    for (int length = 1; length < 400; length++) {
      TileAxis axis = new TileAxis(length, 48, 20, 8);
      assertEquals(0, axis.start(0));
      assertEquals(length, axis.start(axis.count() - 1) + axis.used(axis.count() - 1));
      assertTrue(axis.start(axis.count() - 1) + axis.extent() - length < 8);
      double[] sum = new double[length];
      for (int t = 0; t < axis.count(); t++) {
        if (t > 0) {
          assertTrue(axis.start(t - 1) + 48 - axis.start(t) >= 20);
          assertEquals(0, axis.start(t) % 8);
        }
        for (int i = 0; i < axis.used(t); i++) {
          assertTrue(axis.weight(t, i) > 0);
          sum[axis.start(t) + i] += axis.weight(t, i);
        }
      }
      for (double s : sum) {
        assertEquals(1, s, 2e-7);
      }
    }
  }

  @Test
  void refusesBadNumbersAndBadNetworks() {
    assertThrows(IllegalArgumentException.class, () -> new Tiling(30, 0, 16));
    assertThrows(IllegalArgumentException.class, () -> new Tiling(0, 0, 16));
    assertThrows(IllegalArgumentException.class, () -> new Tiling(1 << 20, 0, 16));
    assertThrows(IllegalArgumentException.class, () -> new Tiling(32, 17, 16));
    assertThrows(IllegalArgumentException.class, () -> new Tiling(16, 1, 16));
    assertThrows(IllegalArgumentException.class, () -> new Tiling(32, -1, 16));
    assertThrows(IllegalArgumentException.class, () -> new Tiling(32, 0, 0));
    Planes image = Planes.random(TestMaps.random(76), 1, 10, 10);
    assertEquals(
        "network gave [1, 1, 16, 16] for a tile, expected [1, 3, 16, 16]",
        assertThrows(
                IllegalStateException.class,
                () -> new Tiling(16, 0, 16).run(image, 3, input -> input, Progress.NONE))
            .getMessage());
  }

  /** An image in memory. */
  private static final class Planes implements Tiling.Source {
    final float[][] planes;
    private final int width;
    private final int height;

    Planes(int width, int height, float[]... planes) {
      this.width = width;
      this.height = height;
      this.planes = planes;
    }

    static Planes random(Random random, int channels, int width, int height) {
      float[][] planes = new float[channels][width * height];
      for (float[] plane : planes) {
        for (int i = 0; i < plane.length; i++) {
          plane[i] = random.nextFloat();
        }
      }
      return new Planes(width, height, planes);
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public int height() {
      return height;
    }

    @Override
    public int channels() {
      return planes.length;
    }

    @Override
    public void read(int channel, int y, int x, int count, float[] into, int offset) {
      System.arraycopy(planes[channel], y * width + x, into, offset, count);
    }
  }
}
