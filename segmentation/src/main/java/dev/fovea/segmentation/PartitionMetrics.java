package dev.fovea.segmentation;

/**
 * Agreement of two partitions of one picture: adapted Rand error and variation of information, as
 * in Arganda-Carreras et al., Crowdsourcing the creation of image segmentation algorithms for
 * connectomics, 2015.
 */
public final class PartitionMetrics {
  private PartitionMetrics() {}

  /**
   * Variation of information, in bits.
   *
   * @param split H(predicted | truth): high if true objects are split
   * @param merge H(truth | predicted): high if true objects are merged
   */
  public record VariationOfInformation(double split, double merge) {
    /**
     * Returns the sum of both parts.
     *
     * @return the variation of information
     */
    public double total() {
      return split + merge;
    }
  }

  /**
   * Computes {@code 1 - S / (alpha T + (1 - alpha) P)} over ordered pairs of different pixels: S
   * pairs lie in one true and in one predicted object, T in one true, P in one predicted object.
   * Pixels of the true background are left out; the predicted background counts as an object.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects; not changed
   * @param alpha weight of the true pairs in [0, 1]; 0.5 makes the usual error, 1 - F-score
   * @return the error in [0, 1]; 0 if no pair is left to judge by
   * @throws IllegalArgumentException if the sizes differ or {@code alpha} is out of range
   */
  public static double adaptedRandError(LabelMap truth, LabelMap predicted, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is " + alpha + ", expected 0 to 1");
    }
    OverlapTable overlaps = new OverlapTable(truth, predicted);
    long[] predictedArea = new long[overlaps.predictedObjects() + 1];
    double shared = 0;
    for (int pair = 0; pair < overlaps.size(); pair++) {
      if (overlaps.truth(pair) != 0) {
        predictedArea[overlaps.predicted(pair)] += overlaps.count(pair);
        shared += orderedPairs(overlaps.count(pair));
      }
    }
    double truthPairs = 0;
    for (int t = 1; t <= overlaps.truthObjects(); t++) {
      truthPairs += orderedPairs(overlaps.truthArea(t));
    }
    double predictedPairs = 0;
    for (long area : predictedArea) {
      predictedPairs += orderedPairs(area);
    }
    double denominator = alpha * truthPairs + (1 - alpha) * predictedPairs;
    return denominator == 0 ? 0 : 1 - shared / denominator;
  }

  /**
   * Computes the variation of information. The background counts as an object on both sides.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects; not changed
   * @return both conditional entropies in bits
   * @throws IllegalArgumentException if the sizes differ
   */
  public static VariationOfInformation variationOfInformation(LabelMap truth, LabelMap predicted) {
    OverlapTable overlaps = new OverlapTable(truth, predicted);
    double split = 0;
    double merge = 0;
    for (int pair = 0; pair < overlaps.size(); pair++) {
      double both = overlaps.count(pair);
      split += both * log2(overlaps.truthArea(overlaps.truth(pair)) / both);
      merge += both * log2(overlaps.predictedArea(overlaps.predicted(pair)) / both);
    }
    double pixels = truth.labels().length;
    return new VariationOfInformation(split / pixels, merge / pixels);
  }

  private static double orderedPairs(double n) {
    return n * (n - 1);
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
