package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Tensor;

/**
 * Ten looks at one picture for testing: its four corners and its centre, and their mirror images.
 * The mean of the ten predictions is better than one. Krizhevsky et al., NIPS 2012, 4.1.
 *
 * @param height rows of a crop
 * @param width columns of a crop
 */
public record TenCrop(int height, int width) {

  /** Number of crops. */
  public static final int COUNT = 10;

  /**
   * The crops of a picture as one batch: upper left, upper right, lower left, lower right, centre,
   * then the same mirrored.
   *
   * @param picture {@code [1, C, H, W]}, at least as large as a crop; not modified
   * @return {@code [10, C, height, width]}
   * @throws IllegalArgumentException if the picture is smaller than a crop
   */
  public Tensor crops(Tensor picture) {
    Pictures.require(picture, "ten crops");
    int bottom = picture.shape().dim(2) - height;
    int right = picture.shape().dim(3) - width;
    if (bottom < 0 || right < 0) {
      throw new IllegalArgumentException(
          "ten crops: found a picture "
              + picture.shape()
              + ", expected at least "
              + height
              + " x "
              + width);
    }
    int[][] places = {{0, 0}, {0, right}, {bottom, 0}, {bottom, right}, {bottom / 2, right / 2}};
    Tensor crops = Tensor.zeros(COUNT, picture.shape().dim(1), height, width);
    for (int i = 0; i < places.length; i++) {
      Tensor crop = Pictures.window(picture, places[i][0], places[i][1], height, width);
      crops.slice(i, i + 1).copyFrom(crop);
      crops.slice(places.length + i, places.length + i + 1).copyFrom(Pictures.mirrored(crop));
    }
    return crops;
  }
}
