package dev.fovea.segmentation;

/** Where the tiles of one axis begin, and how much each counts at every coordinate. */
final class TileAxis {
  private final int length;
  private final int extent;
  private final int[] starts;
  private final float[][] weights;

  /**
   * Lays tiles along an axis.
   *
   * @param length pixels of the image on this axis
   * @param tile pixels of a tile, a multiple of {@code multiple}
   * @param overlap least pixels that neighbours share, at most {@code tile - multiple}
   * @param multiple what extent and start of a tile are multiples of
   */
  TileAxis(int length, int tile, int overlap, int multiple) {
    this.length = length;
    if (length <= tile) {
      extent = (length + multiple - 1) / multiple * multiple;
      starts = new int[1];
    } else {
      extent = tile;
      // In units of the multiple: tiles that start on it pool the same pixels together as the
      // whole image would.
      int last = (length - tile + multiple - 1) / multiple;
      int step = (tile - overlap) / multiple;
      starts = new int[1 + (last + step - 1) / step];
      for (int i = 1; i < starts.length; i++) {
        // Spread evenly; the last tile reaches the end of the image, or just beyond.
        starts[i] = (int) ((long) i * last / (starts.length - 1)) * multiple;
      }
    }
    weights = normalised(overlap);
  }

  /** Number of tiles. */
  int count() {
    return starts.length;
  }

  /** Pixels of every tile on this axis; beyond the image where that is smaller. */
  int extent() {
    return extent;
  }

  /** First coordinate of a tile. */
  int start(int tile) {
    return starts[tile];
  }

  /** Pixels of a tile that lie in the image. */
  int used(int tile) {
    return Math.min(extent, length - starts[tile]);
  }

  /** Share of a tile in the result at {@code start(tile) + i}; all shares there sum to one. */
  float weight(int tile, int i) {
    return weights[tile][i];
  }

  private float[][] normalised(int overlap) {
    double[] sum = new double[length];
    for (int t = 0; t < starts.length; t++) {
      for (int i = 0; i < used(t); i++) {
        sum[starts[t] + i] += ramp(t, i, overlap);
      }
    }
    float[][] shares = new float[starts.length][];
    for (int t = 0; t < starts.length; t++) {
      shares[t] = new float[used(t)];
      for (int i = 0; i < shares[t].length; i++) {
        shares[t][i] = (float) (ramp(t, i, overlap) / sum[starts[t] + i]);
      }
    }
    return shares;
  }

  /** Raised cosine over the overlap towards each neighbour, 1 elsewhere; never 0. */
  private double ramp(int tile, int i, int overlap) {
    int fromNeighbour = Integer.MAX_VALUE;
    if (tile > 0) {
      fromNeighbour = i;
    }
    if (tile < starts.length - 1) {
      fromNeighbour = Math.min(fromNeighbour, extent - 1 - i);
    }
    if (fromNeighbour >= overlap) {
      return 1;
    }
    double sine = Math.sin(Math.PI / 2 * (fromNeighbour + 0.5) / overlap);
    return sine * sine;
  }

  /**
   * The coordinate in [0, length) that stands for one beyond the image: mirrored at the last pixel,
   * which is not repeated, and back and forth where the image is shorter than the padding.
   */
  int reflect(int coordinate) {
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int folded = Math.floorMod(coordinate, period);
    return folded < length ? folded : period - folded;
  }
}
