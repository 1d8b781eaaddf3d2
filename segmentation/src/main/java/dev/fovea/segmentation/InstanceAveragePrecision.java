package dev.fovea.segmentation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Average precision of instances as the 2018 Data Science Bowl defines it.
 *
 * <p>In one image, true and predicted objects are paired greedily: the pair of highest intersection
 * over union first, each object at most once; of equal pairs the one of the lower true label, then
 * of the lower predicted label. At a threshold t a pair counts if its IoU is <b>above</b> t; then,
 * with TP such pairs, FP predicted objects without and FN true objects without,
 *
 * <pre>AP(t) = TP / (TP + FP + FN)</pre>
 *
 * <p>An image without true and without predicted objects has AP(t) = 1. The figures of a set are
 * means over its images, so an image with few objects weighs as much as one with many; {@link
 * #meanAveragePrecision()} is the mean over the thresholds 0.50, 0.55, ..., 0.90. (This is not the
 * area under a precision-recall curve that detection calls by the same name: no scores take part.)
 *
 * <p>Not thread-safe.
 */
public final class InstanceAveragePrecision {
  /** IoU thresholds 0.50, 0.55, ..., 0.90, each the double nearest to the decimal. */
  public static final List<Double> THRESHOLDS =
      IntStream.rangeClosed(10, 18).mapToObj(i -> i / 20.0).toList();

  private final double[] sums = new double[THRESHOLDS.size()];
  private int images;

  /**
   * Scores one image and takes it into the means.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects; not changed
   * @return the score of this image alone
   * @throws IllegalArgumentException if the sizes differ
   */
  public Score add(LabelMap truth, LabelMap predicted) {
    Score score = score(truth, predicted);
    for (int t = 0; t < sums.length; t++) {
      sums[t] += score.averagePrecision(THRESHOLDS.get(t));
    }
    images++;
    return score;
  }

  /**
   * Returns how many images were added.
   *
   * @return number of images
   */
  public int images() {
    return images;
  }

  /**
   * Returns the mean over the images at one threshold.
   *
   * @param threshold one of {@link #THRESHOLDS}
   * @return mean AP(threshold), NaN without images
   * @throws IllegalArgumentException if the threshold is not one of the list
   */
  public double averagePrecision(double threshold) {
    int t = THRESHOLDS.indexOf(threshold);
    if (t < 0) {
      throw new IllegalArgumentException(
          "threshold is " + threshold + ", expected one of " + THRESHOLDS);
    }
    return sums[t] / images;
  }

  /**
   * Returns the mean over all thresholds of the mean over the images.
   *
   * @return the mean, NaN without images
   */
  public double meanAveragePrecision() {
    return Arrays.stream(sums).sum() / sums.length / images;
  }

  /**
   * Pairs the objects of one image.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects; not changed
   * @return the score of the image
   * @throws IllegalArgumentException if the sizes differ
   */
  public static Score score(LabelMap truth, LabelMap predicted) {
    OverlapTable overlaps = new OverlapTable(truth, predicted);
    boolean[] truthTaken = new boolean[overlaps.truthObjects() + 1];
    boolean[] predictedTaken = new boolean[overlaps.predictedObjects() + 1];
    // Pairs come in ascending label order and the sort is stable, which settles ties.
    List<Integer> bestFirst =
        IntStream.range(0, overlaps.size())
            .filter(pair -> overlaps.truth(pair) != 0 && overlaps.predicted(pair) != 0)
            .boxed()
            .sorted(Comparator.comparingDouble(overlaps::iou).reversed())
            .toList();
    DoubleStream.Builder matched = DoubleStream.builder();
    for (int pair : bestFirst) {
      int t = overlaps.truth(pair);
      int p = overlaps.predicted(pair);
      if (!truthTaken[t] && !predictedTaken[p]) {
        truthTaken[t] = true;
        predictedTaken[p] = true;
        matched.add(overlaps.iou(pair));
      }
    }
    return new Score(
        overlaps.truthObjects(), overlaps.predictedObjects(), matched.build().toArray());
  }

  /** The pairs of one image. Immutable. */
  public static final class Score {
    private final int truthObjects;
    private final int predictedObjects;
    private final double[] matched;

    private Score(int truthObjects, int predictedObjects, double[] matched) {
      this.truthObjects = truthObjects;
      this.predictedObjects = predictedObjects;
      this.matched = matched;
    }

    /**
     * Returns the number of pairs with an IoU above a threshold.
     *
     * @param threshold IoU in [0, 1)
     * @return TP
     */
    public int truePositives(double threshold) {
      return (int) Arrays.stream(matched).filter(iou -> iou > threshold).count();
    }

    /**
     * Returns the number of predicted objects without such a pair.
     *
     * @param threshold IoU in [0, 1)
     * @return FP
     */
    public int falsePositives(double threshold) {
      return predictedObjects - truePositives(threshold);
    }

    /**
     * Returns the number of true objects without such a pair.
     *
     * @param threshold IoU in [0, 1)
     * @return FN
     */
    public int falseNegatives(double threshold) {
      return truthObjects - truePositives(threshold);
    }

    /**
     * Returns TP / (TP + FP + FN), 1 if there is no object at all.
     *
     * @param threshold IoU in [0, 1)
     * @return AP(threshold)
     */
    public double averagePrecision(double threshold) {
      int truePositives = truePositives(threshold);
      int all = truthObjects + predictedObjects - truePositives;
      return all == 0 ? 1 : (double) truePositives / all;
    }
  }
}
