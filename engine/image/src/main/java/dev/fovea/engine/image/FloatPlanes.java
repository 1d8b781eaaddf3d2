package dev.fovea.engine.image;

import java.util.Arrays;

/**
 * A picture as float planes on its way through several transforms, so that only the end result is
 * rounded. No transform modifies its planes; one that changes nothing gives the same ones back.
 */
record FloatPlanes(int width, int height, float[][] planes) {

  static FloatPlanes of(Image image) {
    float[][] planes = new float[image.channels()][];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = image.plane(c);
    }
    return new FloatPlanes(image.width(), image.height(), planes);
  }

  /** As an image; integer types are rounded and clamped. */
  Image toImage(SampleType type, Calibration calibration) {
    Plane[] stored = new Plane[planes.length];
    for (int c = 0; c < stored.length; c++) {
      stored[c] = Plane.store(type, planes[c], 0, planes[c].length);
    }
    return Image.ofPlanes(width, height, stored).withCalibration(calibration);
  }

  /** Fills one plane of another size from a plane of this one. */
  private interface Fill {
    void fill(float[] source, float[] target);
  }

  private FloatPlanes each(int newWidth, int newHeight, Fill fill) {
    float[][] targets = new float[planes.length][Math.multiplyExact(newWidth, newHeight)];
    for (int c = 0; c < planes.length; c++) {
      fill.fill(planes[c], targets[c]);
    }
    return new FloatPlanes(newWidth, newHeight, targets);
  }

  FloatPlanes resize(int newWidth, int newHeight, Resampling resampling) {
    return resize(newWidth, newHeight, 0, 0, newWidth, newHeight, resampling);
  }

  /**
   * The {@code cutWidth x cutHeight} pixels at {@code (x0, y0)} of the picture in another size. The
   * rest of that is never computed: a narrow picture that has to cover a square may be huge in it.
   */
  FloatPlanes resize(
      int newWidth,
      int newHeight,
      int x0,
      int y0,
      int cutWidth,
      int cutHeight,
      Resampling resampling) {
    if (newWidth == width && newHeight == height) {
      return crop(x0, y0, cutWidth, cutHeight);
    }
    AxisWeights horizontal = AxisWeights.of(width, newWidth, x0, cutWidth, resampling);
    AxisWeights vertical = AxisWeights.of(height, newHeight, y0, cutHeight, resampling);
    int top = vertical.begin();
    float[] narrow = new float[Math.multiplyExact(cutWidth, vertical.end() - top)];
    double[] sums = new double[cutWidth];
    return each(
        cutWidth,
        cutHeight,
        (source, target) -> {
          for (int y = top; y < vertical.end(); y++) {
            for (int x = 0; x < cutWidth; x++) {
              double sum = 0;
              int at = y * width + horizontal.first()[x];
              for (float weight : horizontal.weights()[x]) {
                sum += (double) weight * source[at++];
              }
              narrow[(y - top) * cutWidth + x] = (float) sum;
            }
          }
          for (int y = 0; y < cutHeight; y++) {
            Arrays.fill(sums, 0);
            int at = (vertical.first()[y] - top) * cutWidth;
            for (float weight : vertical.weights()[y]) {
              for (int x = 0; x < cutWidth; x++) {
                sums[x] += (double) weight * narrow[at++];
              }
            }
            for (int x = 0; x < cutWidth; x++) {
              target[y * cutWidth + x] = (float) sums[x];
            }
          }
        });
  }

  FloatPlanes crop(int x0, int y0, int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    return each(
        newWidth,
        newHeight,
        (source, target) -> {
          for (int y = 0; y < newHeight; y++) {
            System.arraycopy(source, (y0 + y) * width + x0, target, y * newWidth, newWidth);
          }
        });
  }

  /** Puts the picture at {@code (left, top)} of a larger one that is {@code fill} elsewhere. */
  FloatPlanes padConstant(int left, int top, int newWidth, int newHeight, float fill) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    return each(
        newWidth,
        newHeight,
        (source, target) -> {
          Arrays.fill(target, fill);
          for (int y = 0; y < height; y++) {
            System.arraycopy(source, y * width, target, (top + y) * newWidth + left, width);
          }
        });
  }

  /** Samples at {@code map} of every output pixel centre. */
  FloatPlanes warp(int newWidth, int newHeight, Affine map, Resampling resampling, Border border) {
    return each(
        newWidth,
        newHeight,
        (source, target) -> {
          for (int y = 0, i = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
              double sx = map.x(x + 0.5, y + 0.5) - 0.5;
              double sy = map.y(x + 0.5, y + 0.5) - 0.5;
              target[i++] =
                  resampling == Resampling.NEAREST
                      ? border.sample(source, width, height, nearest(sx), nearest(sy))
                      : bilinear(source, sx, sy, border);
            }
          }
        });
  }

  /** The pixel whose centre is nearest to a coordinate counted in pixel centres. */
  static int nearest(double at) {
    return (int) Math.floor(at + 0.5);
  }

  private float bilinear(float[] source, double sx, double sy, Border border) {
    int x = (int) Math.floor(sx);
    int y = (int) Math.floor(sy);
    double right = sx - x;
    double below = sy - y;
    double upper = (1 - right) * border.sample(source, width, height, x, y);
    double lower = 0;
    // Neighbours of weight zero are left out: they may be NaN or infinite.
    if (right > 0) {
      upper += right * border.sample(source, width, height, x + 1, y);
    }
    if (below > 0) {
      lower = (1 - right) * border.sample(source, width, height, x, y + 1);
      if (right > 0) {
        lower += right * border.sample(source, width, height, x + 1, y + 1);
      }
    }
    return (float) ((1 - below) * upper + below * lower);
  }
}
