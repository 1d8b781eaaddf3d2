package dev.fovea.segmentation;

import java.util.Arrays;

/**
 * How many pixels every pair of a true and a predicted object has in common. Objects are numbered
 * by rank in ascending label order, from 1; rank 0 is the background. Only pairs that occur are
 * kept.
 */
final class OverlapTable {
  private final long[] truthArea;
  private final long[] predictedArea;
  private final long[] pairs;
  private final int[] counts;

  OverlapTable(LabelMap truth, LabelMap predicted) {
    Grids.requireSameSize(truth, predicted);
    LabelIndex truthIndex = new LabelIndex(truth.labels());
    LabelIndex predictedIndex = new LabelIndex(predicted.labels());
    truthArea = new long[truthIndex.count() + 1];
    predictedArea = new long[predictedIndex.count() + 1];
    long[] keys = new long[truth.labels().length];
    for (int i = 0; i < keys.length; i++) {
      int t = truthIndex.rank(truth.labels()[i]);
      int p = predictedIndex.rank(predicted.labels()[i]);
      truthArea[t]++;
      predictedArea[p]++;
      keys[i] = (long) t << 32 | p;
    }
    Arrays.sort(keys);
    pairs = Arrays.stream(keys).distinct().toArray();
    counts = new int[pairs.length];
    for (int i = 0, pair = 0; i < keys.length; i++) {
      if (keys[i] != pairs[pair]) {
        pair++;
      }
      counts[pair]++;
    }
  }

  /** Number of true objects. */
  int truthObjects() {
    return truthArea.length - 1;
  }

  /** Number of predicted objects. */
  int predictedObjects() {
    return predictedArea.length - 1;
  }

  /** Number of pairs that share a pixel, those with the background included. */
  int size() {
    return pairs.length;
  }

  /** Rank of the true object of a pair; pairs are ordered by it, then by the predicted one. */
  int truth(int pair) {
    return (int) (pairs[pair] >>> 32);
  }

  /** Rank of the predicted object of a pair. */
  int predicted(int pair) {
    return (int) pairs[pair];
  }

  /** Number of pixels that the two of a pair share. */
  int count(int pair) {
    return counts[pair];
  }

  /** Area of a true object in pixels. */
  long truthArea(int rank) {
    return truthArea[rank];
  }

  /** Area of a predicted object in pixels. */
  long predictedArea(int rank) {
    return predictedArea[rank];
  }

  /** Intersection over union of a pair. */
  double iou(int pair) {
    long union = truthArea[truth(pair)] + predictedArea[predicted(pair)] - counts[pair];
    return (double) counts[pair] / union;
  }
}
