package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/** What the changes have in common. */
final class Pictures {
  private Pictures() {}

  /**
   * Checks that a tensor is one picture.
   *
   * @throws IllegalArgumentException unless it is {@code [1, C, H, W]}
   */
  static void require(Tensor picture, String by) {
    Shape s = picture.shape();
    if (s.rank() != 4 || s.dim(0) != 1) {
      throw new IllegalArgumentException(by + ": found shape " + s + ", expected [1, C, H, W]");
    }
  }

  /**
   * Checks that a tensor is one picture in colour.
   *
   * @throws IllegalArgumentException unless it is {@code [1, 3, H, W]}
   */
  static void requireColor(Tensor picture, String by) {
    require(picture, by);
    if (picture.shape().dim(1) != 3) {
      throw new IllegalArgumentException(
          by + ": found shape " + picture.shape() + ", expected [1, 3, H, W]");
    }
  }

  static void requireShare(double value, String what) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + ": found " + value + ", expected 0 to 1");
    }
  }

  /** The {@code height x width} pixels at row {@code top}, column {@code left}; 0 outside. */
  static Tensor window(Tensor picture, int top, int left, int height, int width) {
    Shape s = picture.shape();
    int h = s.dim(2);
    int w = s.dim(3);
    Tensor result = Tensor.zeros(1, s.dim(1), height, width);
    int from = Math.max(0, -left);
    int to = Math.min(width, w - left);
    for (int c = 0; c < s.dim(1); c++) {
      for (int y = Math.max(0, -top); y < Math.min(height, h - top) && from < to; y++) {
        System.arraycopy(
            picture.array(),
            picture.offset() + (c * h + top + y) * w + left + from,
            result.array(),
            (c * height + y) * width + from,
            to - from);
      }
    }
    return result;
  }

  /** The picture mirrored left to right. */
  static Tensor mirrored(Tensor picture) {
    int width = picture.shape().dim(3);
    Tensor result = Tensor.zeros(picture.shape());
    for (int i = 0; i < result.size(); i++) {
      int x = i % width;
      result.array()[i] = picture.array()[picture.offset() + i - x + width - 1 - x];
    }
    return result;
  }

  /** A number between {@code -range} and {@code range}. */
  static double symmetric(java.util.SplittableRandom random, double range) {
    return range * (2 * random.nextDouble() - 1);
  }
}
