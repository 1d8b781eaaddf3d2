package dev.fovea.segmentation;

/**
 * Probabilities of the classes of every pixel: one row-major float plane per class, as a network's
 * {@code [1, K, H, W]} output after softmax, but with no limit of 2^31 values for all planes
 * together.
 */
public final class ClassProbabilities {
  private final int width;
  private final int height;
  private final float[][] planes;

  /**
   * Wraps planes without copying them.
   *
   * @param width number of columns
   * @param height number of rows
   * @param planes one array of {@code width * height} values per class
   * @throws IllegalArgumentException if there is no plane or a length does not fit
   */
  public ClassProbabilities(int width, int height, float[]... planes) {
    if (planes.length == 0) {
      throw new IllegalArgumentException("there are 0 class planes, expected at least 1");
    }
    for (int c = 0; c < planes.length; c++) {
      Grids.requireLength("plane of class " + c, planes[c].length, width, height);
    }
    this.width = width;
    this.height = height;
    this.planes = planes.clone();
  }

  /**
   * Returns the number of columns.
   *
   * @return the width in pixels
   */
  public int width() {
    return width;
  }

  /**
   * Returns the number of rows.
   *
   * @return the height in pixels
   */
  public int height() {
    return height;
  }

  /**
   * Returns the number of classes.
   *
   * @return the number of planes
   */
  public int classes() {
    return planes.length;
  }

  /**
   * Returns the probabilities of one class, row-major; not a copy.
   *
   * @param index class index
   * @return the plane behind this object
   */
  public float[] plane(int index) {
    return planes[index];
  }

  /**
   * Finds the most probable class of every pixel; of equal ones the first.
   *
   * @return class indices, row-major
   */
  public int[] mostProbable() {
    int[] result = new int[planes[0].length];
    for (int c = 1; c < planes.length; c++) {
      for (int i = 0; i < result.length; i++) {
        if (planes[c][i] > planes[result[i]][i]) {
          result[i] = c;
        }
      }
    }
    return result;
  }
}
