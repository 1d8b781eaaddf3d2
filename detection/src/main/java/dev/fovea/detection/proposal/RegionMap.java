package dev.fovea.detection.proposal;

import dev.fovea.detection.box.Box;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The regions that a picture was cut into, with their colours, textures and neighbours. */
final class RegionMap {
  private static final int COLOR_BINS = 25;
  private static final int TEXTURE_BINS = 10;
  private static final int ORIENTATIONS = 8;
  private static final double TEXTURE_SIGMA = 1;
  private static final float LARGEST_COLOR = 255;

  private final int[] labels;
  private final int width;
  private final int count;

  /**
   * Regions of a segmentation.
   *
   * @param labels region of each pixel from 0 on, row by row
   */
  RegionMap(int[] labels, int width) {
    this.labels = labels;
    this.width = width;
    this.count = Arrays.stream(labels).max().orElseThrow() + 1;
  }

  /** Which bin of which texture channel each pixel is in: a picture's textures, computed once. */
  record Textures(byte[][] bins) {

    /** Gaussian derivatives in eight directions of every channel, in ten steps to the largest. */
    static Textures of(float[][] planes, int width) {
      List<byte[]> bins = new ArrayList<>();
      for (float[] plane : planes) {
        float[] dx = Smoothing.derivativeX(plane, width, TEXTURE_SIGMA);
        float[] dy = Smoothing.derivativeY(plane, width, TEXTURE_SIGMA);
        float largest = 0;
        for (int i = 0; i < dx.length; i++) {
          largest = Math.max(largest, (float) Math.hypot(dx[i], dy[i]));
        }
        for (int o = 0; o < ORIENTATIONS; o++) {
          double angle = 2 * Math.PI * o / ORIENTATIONS;
          bins.add(bins(dx, dy, (float) Math.cos(angle), (float) Math.sin(angle), largest));
        }
      }
      return new Textures(bins.toArray(byte[][]::new));
    }

    /** What points against the direction is in the lowest bin. */
    private static byte[] bins(float[] dx, float[] dy, float cos, float sin, float largest) {
      byte[] bins = new byte[dx.length];
      float scale = largest > 0 ? TEXTURE_BINS / largest : 0;
      for (int i = 0; i < bins.length; i++) {
        bins[i] = (byte) bin((dx[i] * cos + dy[i] * sin) * scale, TEXTURE_BINS);
      }
      return bins;
    }
  }

  private static int bin(float at, int bins) {
    return Math.max(0, Math.min(bins - 1, (int) at));
  }

  /** The regions in the order of their numbers. */
  List<Region> regions(float[][] planes, Textures textures) {
    int[] sizes = new int[count];
    int[][] edges = new int[count][];
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      int x = i % width;
      int y = i / width;
      int[] e = edges[label];
      if (e == null) {
        edges[label] = new int[] {x, y, x + 1, y + 1};
      } else {
        e[0] = Math.min(e[0], x);
        e[2] = Math.max(e[2], x + 1);
        e[3] = y + 1;
      }
      sizes[label]++;
    }
    float[][] colors = new float[count][planes.length * COLOR_BINS];
    for (int c = 0; c < planes.length; c++) {
      for (int i = 0; i < labels.length; i++) {
        int bin = bin(planes[c][i] * COLOR_BINS / LARGEST_COLOR, COLOR_BINS);
        colors[labels[i]][c * COLOR_BINS + bin]++;
      }
    }
    int directions = textures.bins().length;
    float[][] gradients = new float[count][directions * TEXTURE_BINS];
    for (int d = 0; d < directions; d++) {
      byte[] bins = textures.bins()[d];
      for (int i = 0; i < labels.length; i++) {
        gradients[labels[i]][d * TEXTURE_BINS + bins[i]]++;
      }
    }
    return IntStream.range(0, count)
        .mapToObj(
            r ->
                new Region(
                    sizes[r],
                    new Box(edges[r][0], edges[r][1], edges[r][2], edges[r][3]),
                    shares(colors[r], sizes[r] * planes.length),
                    shares(gradients[r], sizes[r] * directions)))
        .toList();
  }

  private static float[] shares(float[] counts, float sum) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] /= sum;
    }
    return counts;
  }

  /** Pairs of regions that touch, the lower number first, each once, in ascending order. */
  List<int[]> neighbours() {
    long[] pairs = new long[2 * labels.length];
    int n = 0;
    for (int i = 0; i < labels.length; i++) {
      if (i % width + 1 < width && labels[i] != labels[i + 1]) {
        pairs[n++] = pair(labels[i], labels[i + 1]);
      }
      if (i + width < labels.length && labels[i] != labels[i + width]) {
        pairs[n++] = pair(labels[i], labels[i + width]);
      }
    }
    return Arrays.stream(pairs, 0, n)
        .sorted()
        .distinct()
        .mapToObj(p -> new int[] {(int) (p >>> Integer.SIZE), (int) p})
        .toList();
  }

  private static long pair(int a, int b) {
    return (long) Math.min(a, b) << Integer.SIZE | Math.max(a, b);
  }
}
