package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AxisTilesTest {

  /** Whatever the sizes: every output pixel comes from one run, from within its usable part. */
  @Test
  void everyPixelIsGivenOnce() {
    long seed = Long.getLong("fovea.test.seed", 20261121);
    SplittableRandom random = new SplittableRandom(seed);
    int laid = 0;
    for (int i = 0; i < 20_000; i++) {
      int length = 1 + random.nextInt(400);
      int step = 1 + random.nextInt(20);
      AxisSize size =
          random.nextInt(4) == 0
              ? new AxisSize.Fixed(1 + random.nextInt(200))
              : new AxisSize.Stepped(1 + random.nextInt(60), step);
      double[] factors = {1, 2, 0.5, 0.25, 1.5, 1 / 3.0};
      double factor = factors[random.nextInt(factors.length)];
      OutputGrid grid = OutputGrid.of("y", factor, 2 * (random.nextInt(9) - 4), random.nextInt(20));
      int most = 20 + random.nextInt(200);
      AxisTiles tiles;
      try {
        tiles = AxisTiles.of("raw.y", length, size, List.of(grid), most);
      } catch (IllegalArgumentException e) {
        assertTrue(size instanceof AxisSize.Fixed, e.getMessage());
        assertTrue(e.getMessage().contains("expected more for a halo"), e.getMessage());
        continue;
      }
      laid++;
      String replay =
          "seed " + seed + ", case " + i + ": " + length + " " + size + " " + grid + " " + most;
      check(tiles, grid, replay);
    }
    assertTrue(laid > 10_000, laid + " laid");
  }

  private static void check(AxisTiles tiles, OutputGrid grid, String replay) {
    int next = 0;
    int given = grid.scaled(tiles.extent()) + grid.offset();
    for (int t = 0; t < tiles.count(); t++) {
      assertEquals(next, tiles.from(t, grid), replay);
      next = tiles.to(t, grid);
      assertTrue(next >= tiles.from(t, grid), replay);
      if (next > tiles.from(t, grid)) {
        assertTrue(tiles.within(t, grid, tiles.from(t, grid)) >= grid.halo(), replay);
        assertTrue(tiles.within(t, grid, next - 1) < given - grid.halo(), replay);
      }
      assertEquals(tiles.extent(), tiles.coordinates(t).length, replay);
    }
    assertEquals(tiles.outputLength(grid), next, replay);
  }

  @Test
  void aSmallImageIsOneRun() {
    OutputGrid grid = OutputGrid.of("y", 1, 0, 0);
    AxisTiles tiles = AxisTiles.of("raw.y", 50, new AxisSize.Stepped(16, 16), List.of(grid), 512);
    assertEquals(1, tiles.count());
    assertEquals(64, tiles.extent());
    assertEquals(0, tiles.start(0));
  }

  @Test
  void aHaloReachesBeyondTheImage() {
    OutputGrid grid = OutputGrid.of("y", 1, 0, 10);
    AxisTiles tiles = AxisTiles.of("raw.y", 50, new AxisSize.Stepped(16, 16), List.of(grid), 512);
    assertEquals(-16, tiles.start(0));
    assertEquals(96, tiles.extent());
  }

  /** Mirrored without the last pixel twice, and again where little is there. */
  @Test
  void coordinatesAreMirrored() {
    OutputGrid grid = OutputGrid.of("y", 1, 0, 2);
    AxisTiles tiles = AxisTiles.of("raw.y", 3, new AxisSize.Stepped(1, 1), List.of(grid), 512);
    assertArrayEquals(new int[] {2, 1, 0, 1, 2, 1, 0}, tiles.coordinates(0));
    AxisTiles one = AxisTiles.of("raw.y", 1, new AxisSize.Stepped(1, 1), List.of(grid), 512);
    assertArrayEquals(new int[5], one.coordinates(0));
  }

  @Test
  void whatCannotBeLaid() {
    OutputGrid grid = OutputGrid.of("y", 1, 0, 40);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> AxisTiles.of("raw.y", 500, new AxisSize.Fixed(64), List.of(grid), 512));
    assertEquals(
        "raw.y: found tiles of 64 pixels, expected more for a halo of 40 pixels on either side",
        e.getMessage());
    List<OutputGrid> odd = List.of(OutputGrid.of("y", 1 / 63.0, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> AxisTiles.of("raw.y", 500, new AxisSize.Stepped(9, 65536), odd, 512));
    assertThrows(IllegalArgumentException.class, () -> OutputGrid.of("y", 1, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> OutputGrid.of("y", Math.PI, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> AxisTiles.of("raw.y", 9, new AxisSize.FromData(1), List.of(grid), 512));
  }
}
