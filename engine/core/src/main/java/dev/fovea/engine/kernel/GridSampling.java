package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Reads images and volumes at real coordinates, and makes grids of coordinates. Thread-safe. */
final class GridSampling {

  private static final int FAR = 1 << 29;

  private final Parallel parallel;

  GridSampling(Parallel parallel) {
    this.parallel = parallel;
  }

  void forward(Sampling g, Tensor x, Tensor grid, Tensor y) {
    Sizes s = new Sizes(g, x, grid);
    for (int n = 0; n < s.batch; n++) {
      Locations at = new Locations(s, grid, n);
      int image = n * s.channels;
      parallel.run(
          s.channels,
          c -> {
            int from = x.offset() + (image + c) * s.pixels;
            int to = y.offset() + (image + c) * s.points;
            for (int p = 0; p < s.points; p++) {
              y.array()[to + p] = at.value(x.array(), from, p);
            }
          });
    }
  }

  void backward(Sampling g, Tensor x, Tensor grid, Tensor dy, Tensor dx, Tensor dgrid) {
    Sizes s = new Sizes(g, x, grid);
    for (int n = 0; n < s.batch; n++) {
      Locations at = new Locations(s, grid, n);
      int image = n * s.channels;
      if (dx != null) {
        parallel.run(
            s.channels,
            c -> {
              int to = dx.offset() + (image + c) * s.pixels;
              int from = dy.offset() + (image + c) * s.points;
              for (int p = 0; p < s.points; p++) {
                at.spread(dy.array()[from + p], dx.array(), to, p);
              }
            });
      }
      if (dgrid != null) {
        int first = n;
        parallel.run(s.rows, row -> at.coordinates(x, dy, dgrid, first, row));
      }
    }
  }

  /** Extents that all of a call have in common. */
  private static final class Sizes {
    final Sampling sampling;
    final int batch;
    final int channels;
    final int dimensions;

    /** Along x, y and z; an image has one plane. */
    final int[] extents;

    final int pixels;
    final int rows;
    final int points;

    Sizes(Sampling g, Tensor x, Tensor grid) {
      Volume image = Volume.of(x);
      sampling = g;
      batch = x.shape().dim(0);
      channels = x.shape().dim(1);
      dimensions = grid.shape().dim(-1);
      extents = new int[] {image.width(), image.height(), image.depth()};
      pixels = image.size();
      rows = grid.shape().dim(1);
      points = grid.shape().size(1, dimensions + 1);
    }
  }

  /** Neighbours and weights for all points of one image, along x, y and z. */
  private static final class Locations {
    final Sizes s;

    /** Numbers of neighbours along each dimension. */
    final int[] n = {1, 1, 1};

    final int[][] at = new int[3][];
    final float[][] weights = new float[3][];
    final float[][] slopes = new float[3][];

    Locations(Sizes s, Tensor grid, int image) {
      this.s = s;
      for (int d = 0; d < at.length; d++) {
        n[d] = d < s.dimensions ? s.sampling.neighbours() : 1;
        at[d] = new int[s.points * n[d]];
        weights[d] = new float[s.points * n[d]];
        slopes[d] = new float[s.points * n[d]];
        if (d >= s.dimensions) {
          // The only plane of an image.
          Arrays.fill(weights[d], 1);
          continue;
        }
        int from = grid.offset() + image * s.points * s.dimensions + d;
        for (int p = 0; p < s.points; p++) {
          locate(grid.array()[from + p * s.dimensions], d, p);
        }
      }
    }

    private void locate(float normalised, int d, int p) {
      Sampling g = s.sampling;
      int size = s.extents[d];
      float pixel = g.pixel(normalised, size);
      int first = g.first(pixel);
      for (int t = 0; t < n[d]; t++) {
        // What is far outside, or NaN, must not overflow: it is outside all the same.
        int neighbour = Math.min(Math.max(first, -FAR), FAR) + t;
        at[d][p * n[d] + t] = g.inside(neighbour, size);
        weights[d][p * n[d] + t] = g.weight(pixel, first + t);
        slopes[d][p * n[d] + t] = g.weightSlope(pixel, first + t) * g.pixelSlope(size);
      }
    }

    float value(float[] image, int from, int p) {
      return dot(image, from, p, weights[0], weights[1], weights[2]);
    }

    // The sum over the neighbours with given weights along x, y and z.
    private float dot(float[] image, int from, int p, float[] wx, float[] wy, float[] wz) {
      float sum = 0;
      for (int k = p * n[2]; k < p * n[2] + n[2]; k++) {
        if (at[2][k] >= 0) {
          int plane = from + at[2][k] * s.extents[1] * s.extents[0];
          sum += wz[k] * inPlane(image, plane, p, wx, wy);
        }
      }
      return sum;
    }

    private float inPlane(float[] image, int from, int p, float[] wx, float[] wy) {
      int[] x = at[0];
      int[] y = at[1];
      float sum = 0;
      for (int i = p * n[1]; i < p * n[1] + n[1]; i++) {
        if (y[i] < 0) {
          continue;
        }
        int row = from + y[i] * s.extents[0];
        float inRow = 0;
        for (int j = p * n[0]; j < p * n[0] + n[0]; j++) {
          inRow += x[j] < 0 ? 0 : wx[j] * image[row + x[j]];
        }
        sum += wy[i] * inRow;
      }
      return sum;
    }

    void spread(float d, float[] image, int to, int p) {
      for (int k = p * n[2]; k < p * n[2] + n[2]; k++) {
        if (at[2][k] >= 0) {
          int plane = to + at[2][k] * s.extents[1] * s.extents[0];
          spreadInPlane(weights[2][k] * d, image, plane, p);
        }
      }
    }

    private void spreadInPlane(float d, float[] image, int to, int p) {
      int[] x = at[0];
      int[] y = at[1];
      for (int i = p * n[1]; i < p * n[1] + n[1]; i++) {
        for (int j = p * n[0]; j < p * n[0] + n[0]; j++) {
          if (y[i] >= 0 && x[j] >= 0) {
            image[to + y[i] * s.extents[0] + x[j]] += weights[1][i] * weights[0][j] * d;
          }
        }
      }
    }

    /** Adds to the gradients of the coordinates in one row of the grid. */
    void coordinates(Tensor image, Tensor dy, Tensor dgrid, int batch, int row) {
      int columns = s.points / s.rows;
      float[] sums = new float[s.dimensions];
      for (int p = row * columns; p < (row + 1) * columns; p++) {
        Arrays.fill(sums, 0);
        for (int c = 0; c < s.channels; c++) {
          int plane = batch * s.channels + c;
          int from = image.offset() + plane * s.pixels;
          float d = dy.array()[dy.offset() + plane * s.points + p];
          for (int k = 0; k < s.dimensions; k++) {
            sums[k] += d * slope(image.array(), from, p, k);
          }
        }
        int to = dgrid.offset() + (batch * s.points + p) * s.dimensions;
        for (int k = 0; k < s.dimensions; k++) {
          dgrid.array()[to + k] += sums[k];
        }
      }
    }

    /** Derivative of the value at a point by its coordinate k. */
    private float slope(float[] image, int from, int p, int k) {
      return dot(
          image,
          from,
          p,
          k == 0 ? slopes[0] : weights[0],
          k == 1 ? slopes[1] : weights[1],
          k == 2 ? slopes[2] : weights[2]);
    }
  }

  void affine(boolean alignCorners, Tensor theta, Tensor grid) {
    grid(
        alignCorners,
        theta,
        grid,
        (row, at, base) -> {
          float sum = theta.array()[row + base.length];
          for (int k = 0; k < base.length; k++) {
            sum += theta.array()[row + k] * base[k];
          }
          grid.array()[at] = sum;
        });
  }

  void affineBackward(boolean alignCorners, Tensor dgrid, Tensor dtheta) {
    double[] sums = new double[dtheta.size()];
    grid(
        alignCorners,
        dtheta,
        dgrid,
        (row, at, base) -> {
          int first = row - dtheta.offset();
          float d = dgrid.array()[at];
          for (int k = 0; k < base.length; k++) {
            sums[first + k] += d * base[k];
          }
          sums[first + base.length] += d;
        });
    for (int i = 0; i < sums.length; i++) {
      dtheta.array()[dtheta.offset() + i] += (float) sums[i];
    }
  }

  /** What is done with a coordinate of a grid. */
  private interface Coordinate {
    /**
     * A coordinate.
     *
     * @param row where the row of theta that gives it begins
     * @param at where it stands
     * @param base the coordinates of the point in the output, innermost dimension first
     */
    void accept(int row, int at, float[] base);
  }

  private static void grid(boolean alignCorners, Tensor theta, Tensor grid, Coordinate body) {
    int n = theta.shape().dim(1);
    int points = grid.shape().size(1, n + 1);
    float[] base = new float[n];
    for (int p = 0; p < grid.shape().dim(0) * points; p++) {
      int rest = p % points;
      for (int k = 0; k < n; k++) {
        int size = grid.shape().dim(n - k);
        base[k] = normalised(alignCorners, rest % size, size);
        rest /= size;
      }
      for (int k = 0; k < n; k++) {
        int row = theta.offset() + (p / points * n + k) * (n + 1);
        body.accept(row, grid.offset() + p * n + k, base);
      }
    }
  }

  private static float normalised(boolean alignCorners, int i, int size) {
    if (alignCorners) {
      return size == 1 ? -1 : 2f * i / (size - 1) - 1;
    }
    return (2f * i + 1) / size - 1;
  }
}
