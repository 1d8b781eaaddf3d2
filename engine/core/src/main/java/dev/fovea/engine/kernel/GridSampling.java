package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/** Reads images at real coordinates, and makes grids of coordinates. Thread-safe. */
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
            int from = x.offset() + (image + c) * s.height * s.width;
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
              int to = dx.offset() + (image + c) * s.height * s.width;
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
    final int height;
    final int width;
    final int rows;
    final int points;

    Sizes(Sampling g, Tensor x, Tensor grid) {
      Shape image = x.shape();
      sampling = g;
      batch = image.dim(0);
      channels = image.dim(1);
      height = image.dim(2);
      width = image.dim(3);
      rows = grid.shape().dim(1);
      points = rows * grid.shape().dim(2);
    }
  }

  /** Neighbours and weights for all points of one image, along rows and along columns. */
  private static final class Locations {
    final Sizes s;
    final int n;
    final int[] y;
    final int[] x;
    final float[] wy;
    final float[] wx;
    final float[] slopeY;
    final float[] slopeX;

    Locations(Sizes s, Tensor grid, int image) {
      this.s = s;
      n = s.sampling.neighbours();
      int size = s.points * n;
      y = new int[size];
      x = new int[size];
      wy = new float[size];
      wx = new float[size];
      slopeY = new float[size];
      slopeX = new float[size];
      int from = grid.offset() + image * s.points * 2;
      for (int p = 0; p < s.points; p++) {
        locate(grid.array()[from + 2 * p], s.width, p, x, wx, slopeX);
        locate(grid.array()[from + 2 * p + 1], s.height, p, y, wy, slopeY);
      }
    }

    private void locate(
        float normalised, int size, int p, int[] index, float[] weight, float[] slope) {
      Sampling g = s.sampling;
      float pixel = g.pixel(normalised, size);
      int first = g.first(pixel);
      for (int t = 0; t < n; t++) {
        // What is far outside, or NaN, must not overflow: it is outside all the same.
        int neighbour = Math.min(Math.max(first, -FAR), FAR) + t;
        index[p * n + t] = g.inside(neighbour, size);
        weight[p * n + t] = g.weight(pixel, first + t);
        slope[p * n + t] = g.weightSlope(pixel, first + t) * g.pixelSlope(size);
      }
    }

    float value(float[] image, int from, int p) {
      return dot(image, from, p, wy, wx);
    }

    // The sum over the neighbours with given weights along rows and along columns.
    private float dot(float[] image, int from, int p, float[] alongY, float[] alongX) {
      float sum = 0;
      for (int i = p * n; i < p * n + n; i++) {
        if (y[i] < 0) {
          continue;
        }
        int row = from + y[i] * s.width;
        float inRow = 0;
        for (int j = p * n; j < p * n + n; j++) {
          inRow += x[j] < 0 ? 0 : alongX[j] * image[row + x[j]];
        }
        sum += alongY[i] * inRow;
      }
      return sum;
    }

    void spread(float d, float[] image, int to, int p) {
      for (int i = p * n; i < p * n + n; i++) {
        for (int j = p * n; j < p * n + n; j++) {
          if (y[i] >= 0 && x[j] >= 0) {
            image[to + y[i] * s.width + x[j]] += wy[i] * wx[j] * d;
          }
        }
      }
    }

    /** Adds to the gradients of the coordinates in one row of the grid. */
    void coordinates(Tensor image, Tensor dy, Tensor dgrid, int batch, int row) {
      int columns = s.points / s.rows;
      for (int p = row * columns; p < (row + 1) * columns; p++) {
        float sumX = 0;
        float sumY = 0;
        for (int c = 0; c < s.channels; c++) {
          int plane = batch * s.channels + c;
          int from = image.offset() + plane * s.height * s.width;
          float d = dy.array()[dy.offset() + plane * s.points + p];
          sumX += d * dot(image.array(), from, p, wy, slopeX);
          sumY += d * dot(image.array(), from, p, slopeY, wx);
        }
        int to = dgrid.offset() + (batch * s.points + p) * 2;
        dgrid.array()[to] += sumX;
        dgrid.array()[to + 1] += sumY;
      }
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
