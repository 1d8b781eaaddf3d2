package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Greedy non-maximum suppression: of boxes that overlap, only the one with the best score stays.
 *
 * <p>The boxes of one class in one image are taken by falling score, of equal scores the one of the
 * lower index first. A box is kept unless its intersection over union (IoU) with a box kept before
 * is larger than the threshold. The IoU is computed in float32, so that one which is exactly the
 * threshold keeps the box; boxes without area overlap with nothing. A box of which the score or a
 * coordinate is NaN is never kept.
 *
 * <p>Time: {@code n log n} for the order, then at most {@code n} times the number of boxes kept.
 * Immutable and thread-safe.
 *
 * @param most boxes kept at most, for each class and image; 0 for none
 * @param iou threshold of the IoU, 0 to 1; boxes that overlap more exclude each other
 * @param score only boxes with a larger score count; negative infinity for all
 * @param centres whether a box is {@code [x centre, y centre, width, height]}, else two opposite
 *     corners {@code [y1, x1, y2, x2]}, in any order; x and y may be exchanged
 */
public record GreedyNms(int most, float iou, float score, boolean centres) {

  /** Numbers that describe a box. */
  public static final int COORDINATES = 4;

  /** Checks the numbers. */
  public GreedyNms {
    if (most < 0 || !(iou >= 0 && iou <= 1) || Float.isNaN(score)) {
      throw new IllegalArgumentException(
          "non-maximum suppression: expected a number of boxes >= 0, an IoU threshold from 0 to 1"
              + " and a score threshold, found "
              + most
              + ", "
              + iou
              + " and "
              + score);
    }
  }

  /**
   * Suppression of boxes given by corners, as many kept as there are, whatever their scores.
   *
   * @param iou threshold of the IoU
   */
  public static GreedyNms corners(float iou) {
    return new GreedyNms(Integer.MAX_VALUE, iou, Float.NEGATIVE_INFINITY, false);
  }

  /**
   * The boxes of one class in one image that stay.
   *
   * @param boxes host tensor {@code [B, 4]}
   * @param scores host tensor {@code [B]}
   * @return their indices by falling score
   * @throws IllegalArgumentException for other shapes
   */
  public int[] select(Tensor boxes, Tensor scores) {
    int n = scores.size();
    if (!boxes.shape().equals(Shape.of(n, COORDINATES)) || scores.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "non-maximum suppression: expected boxes [B, 4] and scores [B], found "
              + boxes.shape()
              + " and "
              + scores.shape());
    }
    long[] order = candidates(scores);
    Kept kept = new Kept(Math.min(most, order.length));
    float[] box = new float[COORDINATES];
    for (int i = 0; i < order.length && kept.count < kept.index.length; i++) {
      int index = (int) order[i];
      corners(boxes.array(), boxes.offset() + index * COORDINATES, box);
      kept.addUnlessOverlapped(index, box);
    }
    return Arrays.copyOf(kept.index, kept.count);
  }

  /** Keys of the boxes whose score counts, best first; the index is the lower half of a key. */
  private long[] candidates(Tensor scores) {
    long[] keys = new long[scores.size()];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      float s = scores.array()[scores.offset() + i];
      // NaN is not larger than anything.
      if (s > score) {
        keys[n++] = Indexed.key(s, i, true, false);
      }
    }
    Arrays.sort(keys, 0, n);
    return Arrays.copyOf(keys, n);
  }

  /** Lower and upper ends of a box along both axes: {@code [a1, b1, a2, b2]}. */
  private void corners(float[] from, int at, float[] box) {
    for (int axis = 0; axis < 2; axis++) {
      float p = from[at + axis];
      float q = from[at + axis + 2];
      box[axis] = centres ? p - q / 2 : Math.min(p, q);
      box[axis + 2] = centres ? p + q / 2 : Math.max(p, q);
    }
  }

  /** The boxes kept so far, coordinate by coordinate. */
  private final class Kept {
    final int[] index;
    final float[][] ends;
    final float[] area;
    int count;

    Kept(int most) {
      index = new int[most];
      ends = new float[COORDINATES][most];
      area = new float[most];
    }

    void addUnlessOverlapped(int i, float[] box) {
      float size = (box[2] - box[0]) * (box[3] - box[1]);
      if (Float.isNaN(size) || overlapped(box, size)) {
        return;
      }
      index[count] = i;
      for (int c = 0; c < COORDINATES; c++) {
        ends[c][count] = box[c];
      }
      area[count++] = size;
    }

    private boolean overlapped(float[] box, float size) {
      for (int k = 0; k < count; k++) {
        float a = Math.min(box[2], ends[2][k]) - Math.max(box[0], ends[0][k]);
        float b = Math.min(box[3], ends[3][k]) - Math.max(box[1], ends[1][k]);
        if (a > 0 && b > 0 && size > 0 && area[k] > 0) {
          float common = a * b;
          if (common / (size + area[k] - common) > iou) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
