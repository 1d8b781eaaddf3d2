package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.BitSet;

/** Pooling of regions of interest. Thread-safe. */
final class RegionPooling {

  private static final BitSet NONE = new BitSet();

  private final Parallel parallel;

  RegionPooling(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Where the samples of the bins lie along one dimension: two neighbours and their weights. */
  private record Samples(int perBin, int[] low, int[] high, float[] weight) {

    static Samples of(RoiWindow g, float from, float to, int bins, int size) {
      float bin = g.extent(from, to) / bins;
      int n = g.count(bin);
      Samples s = new Samples(n, new int[n * bins], new int[n * bins], new float[n * bins]);
      for (int i = 0; i < n * bins; i++) {
        float at = g.start(from) + i / n * bin + (i % n + 0.5f) * bin / n;
        s.place(i, at, size);
      }
      return s;
    }

    boolean outside() {
      return Arrays.stream(low).allMatch(i -> i < 0);
    }

    private void place(int i, float at, int size) {
      // Beyond one pixel outside of the image a sample counts as zero.
      if (!(at >= -1 && at <= size)) {
        low[i] = -1;
        return;
      }
      float inside = Math.min(Math.max(at, 0), size - 1);
      low[i] = (int) inside;
      high[i] = Math.min(low[i] + 1, size - 1);
      weight[i] = inside - low[i];
    }
  }

  /** The samples of one region. */
  private static final class Region {
    final int image;
    final int width;
    final Samples rows;
    final Samples columns;

    Region(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y, int r) {
      int at = rois.offset() + 4 * r;
      float[] box = rois.array();
      image = imageOf(batch.array()[batch.offset() + r], x);
      width = x.shape().dim(3);
      rows = Samples.of(g, box[at + 1], box[at + 3], y.shape().dim(2), x.shape().dim(2));
      columns = Samples.of(g, box[at], box[at + 2], y.shape().dim(3), width);
    }

    int count() {
      return rows.perBin * columns.perBin;
    }

    /** Whether no sample lies in the image: of a pyramid, a region belongs to one level only. */
    boolean outside() {
      return rows.outside() || columns.outside();
    }

    /** The sum of a bin's samples. */
    float sum(float[] plane, int from, int binY, int binX) {
      float sum = 0;
      for (int i = binY * rows.perBin; i < (binY + 1) * rows.perBin; i++) {
        if (rows.low[i] >= 0) {
          float v = rows.weight[i];
          int top = from + rows.low[i] * width;
          int bottom = from + rows.high[i] * width;
          for (int j = binX * columns.perBin; j < (binX + 1) * columns.perBin; j++) {
            if (columns.low[j] >= 0) {
              sum += (1 - v) * inRow(plane, top, j) + v * inRow(plane, bottom, j);
            }
          }
        }
      }
      return sum;
    }

    /** Adds {@code d} to each of a bin's samples. */
    void spreadAll(float d, float[] plane, int to, int binY, int binX) {
      for (int i = binY * rows.perBin; i < (binY + 1) * rows.perBin; i++) {
        for (int j = binX * columns.perBin; j < (binX + 1) * columns.perBin; j++) {
          spread(d, plane, to, i, j);
        }
      }
    }

    // Sample k of a bin, by its indices along rows and columns.
    private int row(int bin, int k) {
      return bin * rows.perBin + k / columns.perBin;
    }

    private int column(int bin, int k) {
      return bin * columns.perBin + k % columns.perBin;
    }

    float value(float[] plane, int from, int row, int column) {
      if (rows.low[row] < 0 || columns.low[column] < 0) {
        return 0;
      }
      float v = rows.weight[row];
      int top = from + rows.low[row] * width;
      int bottom = from + rows.high[row] * width;
      return (1 - v) * inRow(plane, top, column) + v * inRow(plane, bottom, column);
    }

    private float inRow(float[] plane, int row, int column) {
      float u = columns.weight[column];
      return (1 - u) * plane[row + columns.low[column]] + u * plane[row + columns.high[column]];
    }

    void spread(float d, float[] plane, int to, int row, int column) {
      if (rows.low[row] < 0 || columns.low[column] < 0) {
        return;
      }
      float v = rows.weight[row];
      spreadInRow((1 - v) * d, plane, to + rows.low[row] * width, column);
      spreadInRow(v * d, plane, to + rows.high[row] * width, column);
    }

    private void spreadInRow(float d, float[] plane, int row, int column) {
      float u = columns.weight[column];
      plane[row + columns.low[column]] += (1 - u) * d;
      plane[row + columns.high[column]] += u * d;
    }

    /** The sample of a bin with the largest value, the first of equal ones; -1 if there is none. */
    int best(float[] plane, int from, int binY, int binX) {
      int best = -1;
      float max = 0;
      for (int k = 0; k < count(); k++) {
        float v = value(plane, from, row(binY, k), column(binX, k));
        if (best < 0 || v > max) {
          best = k;
          max = v;
        }
      }
      return best;
    }
  }

  private static int imageOf(float index, Tensor x) {
    int image = (int) index;
    if (image != index || image < 0 || image >= x.shape().dim(0)) {
      throw new IllegalArgumentException(
          "region of interest: expected the index of one of "
              + x.shape().dim(0)
              + " images, found "
              + index);
    }
    return image;
  }

  private static Region[] regions(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y) {
    Region[] all = new Region[y.shape().dim(0)];
    for (int r = 0; r < all.length; r++) {
      all[r] = new Region(g, x, rois, batch, y, r);
    }
    return all;
  }

  /** What is done with a bin of a region in one channel. */
  private interface Bin {
    void accept(int region, int plane, int binY, int binX, int at);
  }

  // By channels: regions of one image overlap, channels do not.
  private void bins(Tensor x, Tensor y, int[] images, BitSet skipped, Bin body) {
    int channels = y.shape().dim(1);
    int height = y.shape().dim(2);
    int width = y.shape().dim(3);
    int size = x.shape().dim(2) * x.shape().dim(3);
    parallel.run(
        channels,
        c -> {
          for (int r = skipped.nextClearBit(0);
              r < images.length;
              r = skipped.nextClearBit(r + 1)) {
            int plane = (images[r] * channels + c) * size;
            for (int b = 0; b < height * width; b++) {
              int at = (r * channels + c) * height * width + b;
              body.accept(r, plane, b / width, b % width, at);
            }
          }
        });
  }

  private static int[] images(Region[] regions) {
    int[] images = new int[regions.length];
    for (int r = 0; r < images.length; r++) {
      images[r] = regions[r].image;
    }
    return images;
  }

  private static BitSet outside(Region[] regions) {
    BitSet set = new BitSet();
    for (int r = 0; r < regions.length; r++) {
      set.set(r, regions[r].outside());
    }
    return set;
  }

  void align(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor y) {
    Region[] regions = regions(g, x, rois, batch, y);
    BitSet outside = outside(regions);
    int size = y.shape().size(1, 4);
    outside.stream()
        .map(r -> y.offset() + r * size)
        .forEach(from -> Arrays.fill(y.array(), from, from + size, 0));
    bins(
        x,
        y,
        images(regions),
        outside,
        (r, plane, binY, binX, at) ->
            y.array()[y.offset() + at] =
                pooled(g, regions[r], x.array(), x.offset() + plane, binY, binX));
  }

  private static float pooled(RoiWindow g, Region r, float[] x, int plane, int binY, int binX) {
    if (g.maximum()) {
      int k = r.best(x, plane, binY, binX);
      return k < 0 ? 0 : r.value(x, plane, r.row(binY, k), r.column(binX, k));
    }
    return r.sum(x, plane, binY, binX) / Math.max(1, r.count());
  }

  void alignBackward(RoiWindow g, Tensor x, Tensor rois, Tensor batch, Tensor dy, Tensor dx) {
    Region[] regions = regions(g, x, rois, batch, dy);
    bins(
        x,
        dy,
        images(regions),
        outside(regions),
        (index, plane, binY, binX, at) -> {
          Region r = regions[index];
          float d = dy.array()[dy.offset() + at];
          int to = dx.offset() + plane;
          if (!g.maximum()) {
            r.spreadAll(d / Math.max(1, r.count()), dx.array(), to, binY, binX);
          } else if (r.count() > 0) {
            int k = r.best(x.array(), x.offset() + plane, binY, binX);
            r.spread(d, dx.array(), to, r.row(binY, k), r.column(binX, k));
          }
        });
  }

  void max(float scale, Tensor x, Tensor rois, Tensor y) {
    bins(
        x,
        y,
        imagesOf(x, rois),
        NONE,
        (r, plane, binY, binX, at) -> {
          int best = argmax(scale, x, rois, y, r, plane, binY, binX);
          y.array()[y.offset() + at] = best < 0 ? 0 : x.array()[x.offset() + best];
        });
  }

  void maxBackward(float scale, Tensor x, Tensor rois, Tensor dy, Tensor dx) {
    bins(
        x,
        dy,
        imagesOf(x, rois),
        NONE,
        (r, plane, binY, binX, at) -> {
          int best = argmax(scale, x, rois, dy, r, plane, binY, binX);
          if (best >= 0) {
            dx.array()[dx.offset() + best] += dy.array()[dy.offset() + at];
          }
        });
  }

  private static int[] imagesOf(Tensor x, Tensor rois) {
    int[] images = new int[rois.shape().dim(0)];
    for (int r = 0; r < images.length; r++) {
      images[r] = imageOf(rois.array()[rois.offset() + 5 * r], x);
    }
    return images;
  }

  // Index in x of the largest element of a bin; -1 if the bin is empty.
  private static int argmax(
      float scale, Tensor x, Tensor rois, Tensor y, int r, int plane, int binY, int binX) {
    int box = rois.offset() + 5 * r + 1;
    int width = x.shape().dim(3);
    int[] rows = bin(scale, rois.array(), box + 1, binY, y.shape().dim(2), x.shape().dim(2));
    int[] columns = bin(scale, rois.array(), box, binX, y.shape().dim(3), width);
    int best = -1;
    for (int i = rows[0]; i < rows[1]; i++) {
      for (int j = columns[0]; j < columns[1]; j++) {
        int at = plane + i * width + j;
        if (best < 0 || x.array()[x.offset() + at] > x.array()[x.offset() + best]) {
          best = at;
        }
      }
    }
    return best;
  }

  // First and one past the last pixel of a bin, cut to the image.
  private static int[] bin(float scale, float[] box, int at, int bin, int bins, int size) {
    long from = Math.round((double) (box[at] * scale));
    long to = Math.round((double) (box[at + 2] * scale));
    float extent = (float) Math.max(to - from + 1, 1) / bins;
    long first = (long) Math.floor(bin * extent) + from;
    long end = (long) Math.ceil((bin + 1) * extent) + from;
    return new int[] {
      (int) Math.min(Math.max(first, 0), size), (int) Math.min(Math.max(end, 0), size)
    };
  }
}
