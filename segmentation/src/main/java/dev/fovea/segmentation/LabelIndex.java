package dev.fovea.segmentation;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The distinct positive labels of a map in ascending order, and the way back from a label to its
 * rank. Labels of foreign files can be any positive int, so a table as long as the largest label is
 * only used where the map itself is as long.
 */
final class LabelIndex {
  private final int[] distinct;
  private final int[] rankOfLabel;

  LabelIndex(int[] labels) {
    int max = 0;
    for (int label : labels) {
      max = Math.max(max, label);
    }
    if (max <= Math.max(labels.length, 1 << 16)) {
      BitSet present = new BitSet(max + 1);
      for (int label : labels) {
        present.set(label);
      }
      present.clear(0);
      distinct = present.stream().toArray();
      rankOfLabel = new int[max + 1];
      for (int i = 0; i < distinct.length; i++) {
        rankOfLabel[distinct[i]] = i + 1;
      }
    } else {
      distinct = Arrays.stream(labels).filter(label -> label > 0).sorted().distinct().toArray();
      rankOfLabel = null;
    }
  }

  /** Number of distinct positive labels. */
  int count() {
    return distinct.length;
  }

  /** The label of rank {@code rank}, {@code 1 <= rank <= count()}. */
  int label(int rank) {
    return distinct[rank - 1];
  }

  /** Rank of a label of the map: 0 for background, else 1..count() in ascending label order. */
  int rank(int label) {
    if (label == 0) {
      return 0;
    }
    return rankOfLabel != null ? rankOfLabel[label] : Arrays.binarySearch(distinct, label) + 1;
  }
}
