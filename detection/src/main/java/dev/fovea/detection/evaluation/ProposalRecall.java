package dev.fovea.detection.evaluation;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How many true boxes are among the proposals of a picture, whatever their class: recall against
 * the number of proposals, and the mean over objects of the best overlap (Uijlings et al. 2013,
 * section 5). True boxes without area do not count. Not thread-safe.
 */
public final class ProposalRecall {
  /** Of each true box, the best overlap with the first proposals, by number of them. */
  private final List<double[]> best = new ArrayList<>();

  private int pictures;
  private long proposals;

  /** Without pictures yet. */
  public ProposalRecall() {}

  /**
   * Adds a picture.
   *
   * @param truth true boxes
   * @param ranked proposals, the best first
   */
  public void add(List<Box> truth, List<Box> ranked) {
    pictures++;
    proposals += ranked.size();
    for (Box box : truth) {
      if (!box.isEmpty()) {
        double[] running = new double[ranked.size() + 1];
        for (int i = 0; i < ranked.size(); i++) {
          running[i + 1] = Math.max(running[i], Overlap.IOU.of(box, ranked.get(i)));
        }
        best.add(running);
      }
    }
  }

  /** Number of true boxes so far. */
  public int objects() {
    return best.size();
  }

  /** Mean number of proposals of a picture, 0 without pictures. */
  public double proposalsPerPicture() {
    return pictures == 0 ? 0 : (double) proposals / pictures;
  }

  /**
   * Part of the true boxes that overlap with at least one of the first proposals enough.
   *
   * @param iou what is enough, 0 to 1
   * @param most number of proposals of each picture that are looked at
   * @return 0 to 1; -1 if there is no true box, as in COCO's figures
   */
  public double recall(double iou, int most) {
    return mean(most, overlap -> overlap >= iou ? 1 : 0);
  }

  /** Mean over the true boxes of the best overlap with the first proposals; -1 without any. */
  public double meanBestOverlap(int most) {
    return mean(most, overlap -> overlap);
  }

  private double mean(int most, DoubleUnaryOperator of) {
    return best.stream()
        .mapToDouble(b -> of.applyAsDouble(b[Math.min(most, b.length - 1)]))
        .average()
        .orElse(-1);
  }
}
