package dev.fovea.detection.proposal;

import java.util.Arrays;

/**
 * Cuts a picture into regions of like pixels (Felzenszwalb and Huttenlocher 2004, "Efficient
 * graph-based image segmentation"). Pixels are joined to their eight neighbours by edges whose
 * weight is the Euclidean distance of their colours. In the order of rising weight {@code w}, an
 * edge makes one of its regions A and B if
 *
 * <pre>w &lt;= min(Int(A) + k / |A|, Int(B) + k / |B|)</pre>
 *
 * with {@code Int} the largest weight that was joined in a region: where a region is rough already,
 * more may come to it. Afterwards regions that are too small go to their nearest neighbour.
 *
 * <p>Equal weights are taken row by row, so one picture gives one result. Immutable and
 * thread-safe.
 *
 * @param k larger numbers give larger regions; in the units of the pixel values
 * @param sigma of the Gaussian that smooths the picture first, in pixels; 0 for none
 * @param smallest number of pixels that a region has at least
 */
public record GraphSegmentation(double k, double sigma, int smallest) {

  /** Steps from a pixel to those neighbours that do not come before it. */
  private static final int[][] NEIGHBOURS = {{1, 0}, {0, 1}, {1, 1}, {-1, 1}};

  private static final int INDEX_BITS = 32;

  /** Checks the numbers. */
  public GraphSegmentation {
    if (!(k >= 0) || !(sigma >= 0 && sigma <= Smoothing.LARGEST) || smallest < 0) {
      throw new IllegalArgumentException(
          "graph segmentation: found k %s, sigma %s, smallest region %d, expected numbers from 0"
              .formatted(k, sigma, smallest));
    }
  }

  /**
   * Segments a picture.
   *
   * @param planes channels, each row by row; not modified
   * @param width number of columns
   * @return the region of each pixel, row by row; regions are numbered from 0 in the order in which
   *     the rows meet them
   * @throws IllegalArgumentException if the planes are not whole rows, or hold a NaN or infinity
   */
  public int[] segment(float[][] planes, int width) {
    int pixels = planes.length == 0 ? 0 : planes[0].length;
    if (width < 1 || pixels < 1 || pixels % width != 0) {
      throw new IllegalArgumentException(
          "graph segmentation: found %d planes of %d values, expected rows of %d"
              .formatted(planes.length, pixels, width));
    }
    float[][] smooth =
        Arrays.stream(planes)
            .map(plane -> Smoothing.gaussian(plane, width, sigma))
            .toArray(float[][]::new);
    long[] edges = edges(smooth, width, pixels / width);
    Arrays.sort(edges);
    Forest forest = new Forest(pixels, k);
    for (long edge : edges) {
      forest.joinIfAlike(from(edge), to(edge, width), weight(edge));
    }
    for (long edge : edges) {
      forest.joinIfSmall(from(edge), to(edge, width), smallest);
    }
    return forest.labels();
  }

  /**
   * All edges: the bits of the weight, which sort like it as it is not negative, above four times
   * the pixel plus the direction.
   */
  private static long[] edges(float[][] planes, int width, int height) {
    long[] edges = new long[Math.multiplyExact(NEIGHBOURS.length, planes[0].length)];
    int n = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int d = 0; d < NEIGHBOURS.length; d++) {
          int toX = x + NEIGHBOURS[d][0];
          int toY = y + NEIGHBOURS[d][1];
          if (toX >= 0 && toX < width && toY < height) {
            float weight = distance(planes, y * width + x, toY * width + toX);
            long bits = Float.floatToIntBits(weight);
            edges[n++] = bits << INDEX_BITS | (long) NEIGHBOURS.length * (y * width + x) + d;
          }
        }
      }
    }
    return Arrays.copyOf(edges, n);
  }

  private static float distance(float[][] planes, int a, int b) {
    double squares = 0;
    for (float[] plane : planes) {
      double d = plane[a] - plane[b];
      squares += d * d;
    }
    if (!Double.isFinite(squares)) {
      throw new IllegalArgumentException(
          "graph segmentation: found a value at pixel " + a + " or " + b + " that is no number");
    }
    return (float) Math.sqrt(squares);
  }

  private static float weight(long edge) {
    return Float.intBitsToFloat((int) (edge >>> INDEX_BITS));
  }

  private static int from(long edge) {
    return (int) edge / NEIGHBOURS.length;
  }

  private static int to(long edge, int width) {
    int[] step = NEIGHBOURS[(int) edge % NEIGHBOURS.length];
    return from(edge) + step[1] * width + step[0];
  }

  /** Regions as trees of pixels. */
  private static final class Forest {
    private final int[] parent;
    private final int[] size;
    private final double[] threshold;
    private final double k;

    Forest(int pixels, double k) {
      this.k = k;
      parent = new int[pixels];
      size = new int[pixels];
      threshold = new double[pixels];
      for (int i = 0; i < pixels; i++) {
        parent[i] = i;
        size[i] = 1;
        threshold[i] = k;
      }
    }

    void joinIfAlike(int a, int b, double weight) {
      int rootA = root(a);
      int rootB = root(b);
      if (rootA != rootB && weight <= Math.min(threshold[rootA], threshold[rootB])) {
        int joined = join(rootA, rootB);
        // Weights rise, so this one is the largest in the region.
        threshold[joined] = weight + k / size[joined];
      }
    }

    void joinIfSmall(int a, int b, int smallest) {
      int rootA = root(a);
      int rootB = root(b);
      if (rootA != rootB && Math.min(size[rootA], size[rootB]) < smallest) {
        join(rootA, rootB);
      }
    }

    private int join(int rootA, int rootB) {
      int large = size[rootA] >= size[rootB] ? rootA : rootB;
      int small = large == rootA ? rootB : rootA;
      parent[small] = large;
      size[large] += size[small];
      return large;
    }

    private int root(int pixel) {
      int at = pixel;
      while (parent[at] != at) {
        // Halves the path for those who come later.
        parent[at] = parent[parent[at]];
        at = parent[at];
      }
      return at;
    }

    int[] labels() {
      int[] number = new int[parent.length];
      Arrays.fill(number, -1);
      int[] labels = new int[parent.length];
      int n = 0;
      for (int i = 0; i < labels.length; i++) {
        int root = root(i);
        if (number[root] < 0) {
          number[root] = n++;
        }
        labels[i] = number[root];
      }
      return labels;
    }
  }
}
