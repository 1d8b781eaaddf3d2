package dev.fovea.detection.box;

import dev.fovea.engine.kernel.GreedyNms;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Non-maximum suppression: of boxes that overlap, only the one with the best score stays. The rule
 * is that of {@link GreedyNms}, which says what becomes of equal scores and thresholds; corners may
 * be given in any order.
 *
 * <p>Immutable and thread-safe.
 *
 * @param iou boxes that overlap more exclude each other, 0 to 1
 * @param score only boxes with a larger score count
 * @param most boxes kept at most, of each group
 */
public record Nms(double iou, double score, int most) {

  /** Checks the numbers. */
  public Nms {
    new GreedyNms(most, (float) iou, (float) score, false);
  }

  /** Suppression that keeps as many boxes as there are, whatever their scores. */
  public static Nms of(double iou) {
    return new Nms(iou, Double.NEGATIVE_INFINITY, Integer.MAX_VALUE);
  }

  /**
   * Suppression among all boxes.
   *
   * @param scores one for each box
   * @return indices of the boxes that stay, by falling score
   * @throws IllegalArgumentException if the lengths differ
   */
  public int[] select(List<Box> boxes, float[] scores) {
    requireAsMany("scores", scores.length, boxes.size());
    if (boxes.isEmpty()) {
      return new int[0];
    }
    float[] corners = new float[boxes.size() * GreedyNms.COORDINATES];
    for (int i = 0; i < boxes.size(); i++) {
      double[] box = boxes.get(i).xyxy();
      for (int c = 0; c < GreedyNms.COORDINATES; c++) {
        corners[i * GreedyNms.COORDINATES + c] = (float) box[c];
      }
    }
    return new GreedyNms(most, (float) iou, (float) score, false)
        .select(
            Tensor.of(Shape.of(scores.length, GreedyNms.COORDINATES), corners),
            Tensor.of(Shape.of(scores.length), scores.clone()));
  }

  /**
   * Suppression within groups: boxes of different groups, which are classes, images of a batch or
   * levels of a pyramid, do not exclude each other.
   *
   * @param scores one for each box
   * @param groups the group of each box
   * @return indices of the boxes that stay, of all groups together, by falling score; of equal
   *     scores the lower index first
   * @throws IllegalArgumentException if the lengths differ
   */
  public int[] selectWithin(List<Box> boxes, float[] scores, int[] groups) {
    requireAsMany("scores", scores.length, boxes.size());
    requireAsMany("groups", groups.length, boxes.size());
    Map<Integer, int[]> members = new TreeMap<>();
    for (int group : groups) {
      members.computeIfAbsent(
          group, g -> IntStream.range(0, groups.length).filter(i -> groups[i] == g).toArray());
    }
    return members.values().stream()
        .flatMapToInt(indices -> Arrays.stream(selectAmong(indices, boxes, scores)))
        .boxed()
        .sorted(byFallingScore(scores))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int[] selectAmong(int[] indices, List<Box> boxes, float[] scores) {
    float[] theirs = new float[indices.length];
    for (int i = 0; i < theirs.length; i++) {
      theirs[i] = scores[indices[i]];
    }
    int[] kept = select(Arrays.stream(indices).mapToObj(boxes::get).toList(), theirs);
    return Arrays.stream(kept).map(i -> indices[i]).toArray();
  }

  private static Comparator<Integer> byFallingScore(float[] scores) {
    return Comparator.<Integer>comparingDouble(i -> -scores[i]).thenComparing(i -> i);
  }

  static void requireAsMany(String what, int found, int boxes) {
    if (found != boxes) {
      throw new IllegalArgumentException(
          "non-maximum suppression: found " + found + " " + what + ", expected " + boxes);
    }
  }
}
