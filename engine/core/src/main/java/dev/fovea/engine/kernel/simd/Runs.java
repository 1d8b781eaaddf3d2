package dev.fovea.engine.kernel.simd;

/**
 * Cuts a row of pixels into the numbers that the tiles of {@link PixelTiles} take, with as little
 * time lost in small ones as can be.
 */
final class Runs {

  // At most 24 sums in 32 registers: with 28 of them, C2 keeps one in memory, and each product
  // waits
  // for the one before to get there and back.
  private static final int[] SIZES =
      Lanes.MANY_REGISTERS ? new int[] {12, 10, 8, 7, 6, 4, 2, 1} : new int[] {6, 4, 2, 1};
  // Of a tile in units of a pixel: what it costs beside its products, and what any tile costs, as
  // the latency of a product hides behind eight others.
  private static final double OVERHEAD = 0.5;
  private static final double LEAST = 4;
  private static final int TABLE = 64;
  private static final int[] FIRST = firsts();

  private Runs() {}

  private static int[] firsts() {
    int[] first = new int[TABLE];
    double[] cost = new double[TABLE];
    for (int n = 1; n < TABLE; n++) {
      cost[n] = Double.MAX_VALUE;
      for (int size : SIZES) {
        if (size <= n) {
          double c = cost[n - size] + Math.max(size, LEAST) + OVERHEAD;
          if (c < cost[n]) {
            cost[n] = c;
            first[n] = size;
          }
        }
      }
    }
    return first;
  }

  /** The size of the next tile when {@code n > 0} pixels are left. */
  static int next(int n) {
    return n < TABLE ? FIRST[n] : SIZES[0];
  }
}
