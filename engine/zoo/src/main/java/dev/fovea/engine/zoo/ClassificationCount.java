package dev.fovea.engine.zoo;

import dev.fovea.engine.tensor.Tensor;
import java.util.Map;

/** Counts right answers. Not thread-safe. */
final class ClassificationCount {

  private int correct;
  private int amongFive;
  private int all;

  /**
   * Counts one answer.
   *
   * @param scores one for each class, the highest is the answer
   */
  void add(Tensor scores, int label) {
    int rank = rank(scores, label);
    correct += rank == 0 ? 1 : 0;
    amongFive += rank < 5 ? 1 : 0;
    all++;
  }

  /** Shares {@code accuracy} and {@code top5} of the answers counted, both in 0..1. */
  Map<String, Double> figures() {
    return Map.of("accuracy", (double) correct / all, "top5", (double) amongFive / all);
  }

  /**
   * How many classes are more likely than the right one; equal ones of lower index count too, and
   * so do scores that are no numbers: a network that gives nothing else is never right.
   */
  private static int rank(Tensor scores, int label) {
    int rank = 0;
    float right = scores.get(label);
    for (int c = 0; c < scores.size(); c++) {
      float score = scores.get(c);
      boolean behind = c == label || score < right || (c > label && score == right);
      rank += behind ? 0 : 1;
    }
    return rank;
  }
}
