package dev.fovea.detection.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The finds of one class that count, of many pictures, each right or wrong, and the true objects.
 */
final class Ranking {

  /** A find that counts. */
  record Find(double score, boolean right) {}

  private Ranking() {}

  /** The curve of finds; equal scores stay in their order. None without true objects. */
  static Optional<PrecisionRecall> curve(List<Find> finds, int positives) {
    if (positives == 0) {
      return Optional.empty();
    }
    List<Find> sorted =
        finds.stream().sorted(Comparator.comparingDouble(Find::score).reversed()).toList();
    boolean[] right = new boolean[sorted.size()];
    IntStream.range(0, right.length).forEach(i -> right[i] = sorted.get(i).right());
    return Optional.of(
        PrecisionRecall.of(sorted.stream().mapToDouble(Find::score).toArray(), right, positives));
  }
}
