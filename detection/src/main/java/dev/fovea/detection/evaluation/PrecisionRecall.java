package dev.fovea.detection.evaluation;

import java.util.Arrays;

/**
 * Precision against recall of the finds of one class, from the surest to the least sure: after
 * each, {@code precision = right / (right + wrong)} and {@code recall = right / true objects}.
 * Immutable and thread-safe.
 */
public final class PrecisionRecall {
  private final double[] scores;
  private final double[] recall;
  private final double[] precision;

  private PrecisionRecall(double[] scores, double[] recall, double[] precision) {
    this.scores = scores;
    this.recall = recall;
    this.precision = precision;
  }

  /**
   * The curve of finds.
   *
   * @param scores of the finds, falling; copied
   * @param right whether each find is right
   * @param positives number of true objects, at least 1
   * @throws IllegalArgumentException if the lengths differ or there is no true object
   */
  public static PrecisionRecall of(double[] scores, boolean[] right, int positives) {
    if (scores.length != right.length || positives < 1) {
      throw new IllegalArgumentException(
          "curve: found %d scores, %d finds and %d true objects, expected as many, and at least 1"
              .formatted(scores.length, right.length, positives));
    }
    double[] recall = new double[right.length];
    double[] precision = new double[right.length];
    int hits = 0;
    for (int i = 0; i < right.length; i++) {
      hits += right[i] ? 1 : 0;
      recall[i] = (double) hits / positives;
      precision[i] = hits / (i + 1.0);
    }
    return new PrecisionRecall(scores.clone(), recall, precision);
  }

  /** Scores of the finds, a new array. */
  public double[] scores() {
    return scores.clone();
  }

  /** Recall after each find, a new array. */
  public double[] recall() {
    return recall.clone();
  }

  /** Precision after each find, a new array. */
  public double[] precision() {
    return precision.clone();
  }

  /** The recall of all finds together, 0 without any. */
  public double largestRecall() {
    return recall.length == 0 ? 0 : recall[recall.length - 1];
  }

  /**
   * The largest precision at or beyond each of evenly spaced recalls from 0 to 1; 0 where the
   * recall is not reached.
   *
   * @param points how many, at least 2: 11 in Pascal VOC 2007, 101 in COCO
   */
  public double[] sampled(int points) {
    double[] envelope = envelope();
    // As the programs that others are compared with: a factor, not a quotient, for each point.
    double step = 1.0 / (points - 1);
    double[] samples = new double[points];
    int at = 0;
    for (int p = 0; p < points; p++) {
      double least = p == points - 1 ? 1 : p * step;
      while (at < recall.length && recall[at] < least) {
        at++;
      }
      samples[p] = at < recall.length ? envelope[at] : 0;
    }
    return samples;
  }

  /** Average precision as the mean of {@link #sampled}. */
  public double averagePrecision(int points) {
    return Arrays.stream(sampled(points)).average().orElseThrow();
  }

  /**
   * Average precision as the area under the curve, with the precision at each recall replaced by
   * the largest at or beyond it: Pascal VOC from 2010 on.
   */
  public double areaUnderCurve() {
    double[] envelope = envelope();
    double area = 0;
    for (int i = 0; i < recall.length; i++) {
      area += (recall[i] - (i == 0 ? 0 : recall[i - 1])) * envelope[i];
    }
    return area;
  }

  private double[] envelope() {
    double[] envelope = precision.clone();
    for (int i = envelope.length - 2; i >= 0; i--) {
      envelope[i] = Math.max(envelope[i], envelope[i + 1]);
    }
    return envelope;
  }
}
