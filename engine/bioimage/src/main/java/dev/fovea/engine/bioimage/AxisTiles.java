package dev.fovea.engine.bioimage;

import java.util.List;

/**
 * The runs of a network along one axis of an image. All take the same extent, one that the network
 * allows, and start at multiples of its step, so that it pools together what it would pool in the
 * whole image.
 *
 * <p>Where outputs have a halo, runs reach beyond the image by it, and neighbours overlap by twice
 * as much; what each gives in its halo is cropped. A network whose description has no halo is
 * cropped where runs meet, too, because few networks see nothing but one pixel; but nothing is
 * added around the image.
 */
final class AxisTiles {
  /** Pixels that are cropped where runs meet if the description tells no halo. */
  private static final int UNTOLD_HALO = 32;

  private static final int MAX_TILES = 1 << 20;
  private static final int MAX_ALIGN = 1 << 16;

  private final int length;
  private final int extent;
  private final int first;
  private final int last;
  private final int step;
  private final int seam;
  private final int count;

  private AxisTiles(int length, int extent, int first, int last, int step, int seam, int count) {
    this.length = length;
    this.extent = extent;
    this.first = first;
    this.last = last;
    this.step = step;
    this.seam = seam;
    this.count = count;
  }

  /**
   * Lays runs along an axis.
   *
   * @param what for messages
   * @param length pixels of the image
   * @param size the extents that the network takes
   * @param grids of all outputs
   * @param most largest extent of a run, unless the network or the halo needs a larger one
   * @throws IllegalArgumentException if the network cannot be run so
   */
  static AxisTiles of(String what, int length, AxisSize size, List<OutputGrid> grids, int most) {
    int min;
    int grow;
    int align = 1;
    if (size instanceof AxisSize.Fixed fixed) {
      min = fixed.extent();
      grow = 0;
      // A network of one size does not tell by how much it pools; mostly by powers of two.
      align = Math.min(32, Integer.lowestOneBit(min));
    } else if (size instanceof AxisSize.Stepped stepped) {
      min = stepped.min();
      grow = stepped.step();
      align = grow;
    } else {
      throw new IllegalArgumentException(
          what + ": found the size " + size + ", expected a number, or min and step");
    }
    int lost = 0;
    for (OutputGrid grid : grids) {
      align = leastCommonMultiple(align, grid.denominator());
      lost = Math.max(lost, grid.margin());
      if (align > MAX_ALIGN) {
        throw new IllegalArgumentException(
            what + ": found scales and steps that meet every " + align + " pixels, expected fewer");
      }
    }
    int margin = roundUp(lost, align);
    int whole = smallest(min, grow, length + 2 * margin);
    if (whole >= length + 2 * margin && whole <= Math.max(most, min)) {
      return new AxisTiles(length, whole, -margin, -margin, align, margin, 1);
    }
    int largest = grow == 0 || min >= most ? min : min + (most - min) / grow * grow;
    largest = Math.max(largest, grow == 0 ? min : smallest(min, grow, 2 * margin + align));
    AxisTiles tiles = tiles(length, largest, margin, align);
    if (tiles == null) {
      throw new IllegalArgumentException(
          what
              + ": found tiles of "
              + largest
              + " pixels, expected more for a halo of "
              + lost
              + " pixels on either side");
    }
    // The same number of smaller runs does the same in less time.
    for (int e = largest - grow; grow > 0 && e >= min; e -= grow) {
      AxisTiles smaller = tiles(length, e, margin, align);
      if (smaller == null || smaller.count > tiles.count) {
        break;
      }
      tiles = smaller;
    }
    return tiles;
  }

  /** Runs of an extent; null if it is too small. */
  private static AxisTiles tiles(int length, int extent, int margin, int align) {
    int seam =
        margin > 0 ? margin : Math.min(roundUp(UNTOLD_HALO, align), extent / 4 / align * align);
    int stride = (extent - 2 * seam) / align * align;
    if (stride < align) {
      return null;
    }
    int last = roundUp(Math.max(0, length + 2 * margin - extent), align) - margin;
    long count = 1 + ((long) last + margin + stride - 1) / stride;
    if (count > MAX_TILES) {
      return null;
    }
    return new AxisTiles(length, extent, -margin, last, stride, seam, (int) count);
  }

  private static int smallest(int min, int grow, int wanted) {
    return grow == 0 || wanted <= min ? min : min + roundUp(wanted - min, grow);
  }

  private static int roundUp(int value, int multiple) {
    return Math.multiplyExact((value + multiple - 1) / multiple, multiple);
  }

  private static int leastCommonMultiple(int a, int b) {
    int x = a;
    int y = b;
    while (y != 0) {
      int rest = x % y;
      x = y;
      y = rest;
    }
    return Math.multiplyExact(a / x, b);
  }

  /** Number of runs. */
  int count() {
    return count;
  }

  /** Input pixels of each run. */
  int extent() {
    return extent;
  }

  /** First image coordinate of a run; below 0 where it begins before the image. */
  int start(int tile) {
    return Math.min(first + tile * step, last);
  }

  /** Output pixels of the whole image. */
  int outputLength(OutputGrid grid) {
    return grid.scaled(length);
  }

  /** First output pixel of the image that a run gives. */
  int from(int tile, OutputGrid grid) {
    return tile == 0 ? 0 : Math.min(outputLength(grid), grid.scaled(start(tile) + seam));
  }

  /** One after the last output pixel that a run gives: where the next one begins. */
  int to(int tile, OutputGrid grid) {
    return tile == count - 1 ? outputLength(grid) : from(tile + 1, grid);
  }

  /** Where in a run's output the pixel lies that is one of the image's output. */
  int within(int tile, OutputGrid grid, int pixel) {
    // Starts are multiples of the denominator, so this loses nothing, below 0 neither.
    return pixel - grid.scaled(start(tile)) + grid.offset() / 2;
  }

  /**
   * The image coordinates of a run's pixels: mirrored at the last pixel, which is not repeated, and
   * back and forth where the image is shorter than what is missing.
   */
  int[] coordinates(int tile) {
    int[] all = new int[extent];
    int period = Math.max(1, 2 * (length - 1));
    for (int i = 0; i < extent; i++) {
      int folded = Math.floorMod(start(tile) + i, period);
      all[i] = folded < length ? folded : period - folded;
    }
    return all;
  }
}
