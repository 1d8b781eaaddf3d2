package dev.fovea.detection.box;

import java.util.ArrayList;
import java.util.List;

/**
 * Soft non-maximum suppression: boxes that overlap with a better one are not dropped, their scores
 * fall (Bodla et al. 2017, "Soft-NMS: Improving Object Detection With One Line of Code").
 *
 * <p>The box with the best score is taken, of equal ones that with the lower index; the scores of
 * all others are multiplied by {@link Decay}; then the next best is taken, until none has the least
 * score. Time: quadratic in the boxes. Immutable and thread-safe.
 *
 * @param decay how the scores fall
 * @param parameter for {@link Decay#LINEAR} the IoU above which they do, 0 to 1; for {@link
 *     Decay#GAUSSIAN} the variance sigma, above 0
 * @param least boxes whose score falls below are dropped
 */
public record SoftNms(Decay decay, double parameter, double least) {

  /** How the score of a box falls that overlaps with a better one. */
  public enum Decay {
    /** By {@code 1 - IoU} where the IoU is above the threshold. */
    LINEAR {
      @Override
      double factor(double iou, double threshold) {
        return iou > threshold ? 1 - iou : 1;
      }
    },

    /** By {@code exp(-IoU^2 / sigma)}, without a threshold. */
    GAUSSIAN {
      @Override
      double factor(double iou, double sigma) {
        return Math.exp(-iou * iou / sigma);
      }
    };

    abstract double factor(double iou, double parameter);
  }

  /**
   * A box that stays.
   *
   * @param index which box
   * @param score what its score fell to
   */
  public record Kept(int index, double score) {}

  /** Checks the numbers. */
  public SoftNms {
    boolean good =
        decay == Decay.LINEAR ? parameter >= 0 && parameter <= 1 : parameter > 0 && parameter < 1e9;
    if (!good || Double.isNaN(least)) {
      throw new IllegalArgumentException(
          "soft non-maximum suppression, "
              + decay
              + ": found parameter "
              + parameter
              + " and least score "
              + least
              + ", expected an IoU from 0 to 1 or a sigma above 0, and a number");
    }
  }

  /**
   * Applies it to the boxes of one class in one image.
   *
   * @param scores one for each box; not changed
   * @return the boxes that stay, in the order in which they were taken
   * @throws IllegalArgumentException if the lengths differ
   */
  public List<Kept> select(List<Box> boxes, double[] scores) {
    Nms.requireAsMany("scores", scores.length, boxes.size());
    double[] left = scores.clone();
    boolean[] taken = new boolean[left.length];
    List<Kept> kept = new ArrayList<>();
    for (int best = best(left, taken); best >= 0; best = best(left, taken)) {
      taken[best] = true;
      kept.add(new Kept(best, left[best]));
      for (int i = 0; i < left.length; i++) {
        if (!taken[i]) {
          left[i] *= decay.factor(Overlap.IOU.of(boxes.get(best), boxes.get(i)), parameter);
        }
      }
    }
    return kept;
  }

  /** The best box that is not taken and has the least score; -1 for none. */
  private int best(double[] scores, boolean[] taken) {
    int best = -1;
    for (int i = 0; i < scores.length; i++) {
      if (!taken[i] && scores[i] >= least && (best < 0 || scores[i] > scores[best])) {
        best = i;
      }
    }
    return best;
  }
}
