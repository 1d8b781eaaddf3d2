package dev.fovea.segmentation;

/**
 * Agreement of classes pixel by pixel, from a confusion matrix that is filled image by image (Long,
 * Shelhamer and Darrell, Fully Convolutional Networks, 2015, section 5). With {@code n_ij} pixels
 * of class i predicted as class j, {@code t_i = sum_j n_ij} and {@code p_i = sum_j n_ji}:
 *
 * <ul>
 *   <li>pixel accuracy: {@code sum_i n_ii / sum_i t_i}
 *   <li>accuracy of class i: {@code n_ii / t_i}
 *   <li>IoU of class i: {@code n_ii / (t_i + p_i - n_ii)}
 *   <li>Dice of class i: {@code 2 n_ii / (t_i + p_i)}
 * </ul>
 *
 * <p>What has a zero denominator is NaN and left out of the means: a class that occurs neither in
 * truth nor in prediction has no IoU. Not thread-safe.
 */
public final class SegmentationMetrics {
  /** True class of pixels that do not count, as in Pascal VOC. */
  public static final int IGNORED = 255;

  private final int classes;
  private final long[][] confusion;

  /**
   * Starts with no pixel.
   *
   * @param classes number of classes, 1 to 255
   * @throws IllegalArgumentException if the number is out of range
   */
  public SegmentationMetrics(int classes) {
    if (classes < 1 || classes > IGNORED) {
      throw new IllegalArgumentException(
          "number of classes is " + classes + ", expected 1 to " + IGNORED);
    }
    this.classes = classes;
    this.confusion = new long[classes][classes];
  }

  /**
   * Counts the pixels of one image.
   *
   * @param truth true classes, {@link #IGNORED} where unknown; not changed
   * @param predicted predicted classes of the same pixels; not changed
   * @throws IllegalArgumentException if the lengths differ or a class is out of range; nothing is
   *     counted then
   */
  public void add(int[] truth, int[] predicted) {
    if (truth.length != predicted.length) {
      throw new IllegalArgumentException(
          "prediction has " + predicted.length + " pixels, expected " + truth.length);
    }
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] != IGNORED) {
        requireClass("true", truth[i], i);
        requireClass("predicted", predicted[i], i);
      }
    }
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] != IGNORED) {
        confusion[truth[i]][predicted[i]]++;
      }
    }
  }

  private void requireClass(String what, int value, int pixel) {
    if (value < 0 || value >= classes) {
      throw new IllegalArgumentException(
          what + " class of pixel " + pixel + " is " + value + ", expected 0 to " + (classes - 1));
    }
  }

  /**
   * Returns the number of pixels of one true class that were predicted as another.
   *
   * @param truth true class
   * @param predicted predicted class
   * @return number of pixels so far
   */
  public long count(int truth, int predicted) {
    return confusion[truth][predicted];
  }

  /**
   * Returns the share of pixels that are right.
   *
   * @return pixel accuracy, NaN without pixels
   */
  public double pixelAccuracy() {
    long right = 0;
    for (int c = 0; c < classes; c++) {
      right += confusion[c][c];
    }
    return (double) right / total();
  }

  /**
   * Returns the mean over the classes of the share of their pixels that is right.
   *
   * @return mean accuracy, NaN without pixels
   */
  public double meanAccuracy() {
    double[] accuracy = new double[classes];
    for (int c = 0; c < classes; c++) {
      accuracy[c] = (double) confusion[c][c] / truePixels(c);
    }
    return meanOfNumbers(accuracy);
  }

  /**
   * Returns the intersection over union of one class.
   *
   * @param index class index
   * @return IoU, NaN if the class occurs neither in truth nor in prediction
   */
  public double iou(int index) {
    long both = confusion[index][index];
    return (double) both / (truePixels(index) + predictedPixels(index) - both);
  }

  /**
   * Returns the Dice coefficient of one class.
   *
   * @param index class index
   * @return Dice, NaN if the class occurs neither in truth nor in prediction
   */
  public double dice(int index) {
    return 2.0 * confusion[index][index] / (truePixels(index) + predictedPixels(index));
  }

  /**
   * Returns the mean IoU of the classes that occur.
   *
   * @return mean IoU, NaN without pixels
   */
  public double meanIou() {
    double[] iou = new double[classes];
    for (int c = 0; c < classes; c++) {
      iou[c] = iou(c);
    }
    return meanOfNumbers(iou);
  }

  /**
   * Returns the mean IoU of the classes that occur, each weighted by its true pixels.
   *
   * @return frequency weighted IoU, NaN without pixels
   */
  public double frequencyWeightedIou() {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      long pixels = truePixels(c);
      sum += pixels == 0 ? 0 : pixels * iou(c);
    }
    return sum / total();
  }

  /**
   * Computes the Dice coefficient of the foreground of one image, all objects taken together:
   * {@code 2 |T and P| / (|T| + |P|)}.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects; not changed
   * @return Dice in [0, 1]; 1 if both are empty, since they agree
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double foregroundDice(LabelMap truth, LabelMap predicted) {
    double dice = foreground(truth, predicted).dice(1);
    return Double.isNaN(dice) ? 1 : dice;
  }

  /**
   * Computes the intersection over union of the foreground of one image, all objects taken
   * together.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects; not changed
   * @return IoU in [0, 1]; 1 if both are empty, since they agree
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double foregroundIou(LabelMap truth, LabelMap predicted) {
    double iou = foreground(truth, predicted).iou(1);
    return Double.isNaN(iou) ? 1 : iou;
  }

  private static SegmentationMetrics foreground(LabelMap truth, LabelMap predicted) {
    Grids.requireSameSize(truth, predicted);
    SegmentationMetrics metrics = new SegmentationMetrics(2);
    for (int i = 0; i < truth.labels().length; i++) {
      metrics.confusion[Integer.signum(truth.labels()[i])][Integer.signum(predicted.labels()[i])]++;
    }
    return metrics;
  }

  private long truePixels(int index) {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += confusion[index][c];
    }
    return sum;
  }

  private long predictedPixels(int index) {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += confusion[c][index];
    }
    return sum;
  }

  private double total() {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += truePixels(c);
    }
    return sum;
  }

  private static double meanOfNumbers(double[] values) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return sum / count;
  }
}
