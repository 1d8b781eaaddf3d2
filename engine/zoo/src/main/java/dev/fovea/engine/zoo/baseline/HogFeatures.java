package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.image.Image;

/**
 * Histograms of oriented gradients: for each cell of pixels and each range of orientations the mean
 * magnitude of the gradients that point there. Dalal and Triggs, CVPR 2005, in the plain form that
 * CS231n uses: forward differences of the grey image (0.299 R + 0.587 G + 0.114 B, on the scale
 * 0..255), no interpolation between bins, no normalisation of blocks.
 *
 * <p>Orientations are unsigned: a gradient and its opposite share a bin of {@code 180 /
 * orientations} degrees; bin 0 begins at -90 degrees. Pixels beyond the last whole cell do not
 * count. The numbers run over rows of cells, cells of a row, orientations.
 *
 * @param orientations number of bins
 * @param cell side of a cell in pixels
 */
public record HogFeatures(int orientations, int cell) implements FeatureExtractor {

  /** The course's choice: 9 orientations, cells of 8 x 8 pixels. */
  public static final HogFeatures DEFAULT = new HogFeatures(9, 8);

  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  /** Checks that both are positive. */
  public HogFeatures {
    if (orientations < 1 || cell < 1) {
      throw new IllegalArgumentException(
          "HOG: found " + orientations + " orientations, cell " + cell + ", expected 1 or more");
    }
  }

  @Override
  public float[] features(Image image) {
    int width = image.width();
    int cellsX = width / cell;
    int cellsY = image.height() / cell;
    float[] grey = grey(image);
    float[] histogram = new float[cellsY * cellsX * orientations];
    for (int y = 0; y < cellsY * cell; y++) {
      for (int x = 0; x < cellsX * cell; x++) {
        int i = y * width + x;
        float dx = x + 1 < width ? grey[i + 1] - grey[i] : 0;
        float dy = y + 1 < image.height() ? grey[i + width] - grey[i] : 0;
        int place = (y / cell * cellsX + x / cell) * orientations;
        histogram[place + bin(dx, dy)] += (float) Math.sqrt(dx * dx + dy * dy) / (cell * cell);
      }
    }
    return histogram;
  }

  private static float[] grey(Image image) {
    float scale = 255 / image.maxValue();
    float[] grey = new float[image.width() * image.height()];
    boolean colored = image.channels() == 3;
    for (int c = 0; c < (colored ? 3 : 1); c++) {
      float[] plane = image.plane(c);
      float weight = colored ? LUMA[c] * scale : scale;
      for (int i = 0; i < grey.length; i++) {
        grey[i] += weight * plane[i];
      }
    }
    return grey;
  }

  private int bin(float dx, float dy) {
    // Half a turn is added, or taken away, to bring every angle into -90 .. 90 degrees.
    double angle = dx < 0 ? StrictMath.atan2(-dy, -dx) : StrictMath.atan2(dy, dx);
    int bin = (int) ((angle / Math.PI + 0.5) * orientations);
    // Straight up is straight down.
    return bin == orientations ? 0 : bin;
  }
}
