package dev.fovea.detection.onestage;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says which cells have to find which true box, by how well they do already (Feng et al., "TOOD:
 * Task-aligned one-stage object detection", ICCV 2021).
 *
 * <p>Of the cells whose centre lies inside a true box, those with the largest alignment {@code t =
 * s^alpha u^beta} are positive, with the score s that the cell gives the right class and the IoU u
 * of its box. A cell chosen by several true boxes belongs to that with the largest u. What the cell
 * has to say is {@code t / max t * max u}, maxima over the positive cells of its true box: the best
 * cell has to say how well its box fits, the others less. Immutable and thread-safe.
 *
 * @param most cells of a true box at most
 * @param alpha exponent of the score
 * @param beta exponent of the overlap
 */
public record TaskAlignedAssigner(int most, double alpha, double beta) implements CellAssigner {
  /** Ten cells, exponents 0.5 and 6. */
  public static final TaskAlignedAssigner DEFAULT = new TaskAlignedAssigner(10, 0.5, 6);

  /** Checks the numbers. */
  public TaskAlignedAssigner {
    if (most < 1 || !(alpha >= 0 && beta >= 0)) {
      throw new IllegalArgumentException(
          "assigner: found at most %d cells, exponents %s and %s, expected 1 or more, 0 or more"
              .formatted(most, alpha, beta));
    }
  }

  @Override
  public Assignment assign(
      List<Box> boxes, double[] centres, Scores scores, List<Box> truth, int[] labels) {
    int cells = boxes.size();
    int[] of = new int[cells];
    double[] alignment = new double[cells];
    double[] overlap = new double[cells];
    Arrays.fill(of, -1);
    for (int t = 0; t < truth.size(); t++) {
      choose(t, boxes, centres, scores, truth.get(t), labels[t], of, alignment, overlap);
    }
    double[] best = new double[truth.size()];
    double[] fit = new double[truth.size()];
    for (int c = 0; c < cells; c++) {
      if (of[c] >= 0) {
        best[of[c]] = Math.max(best[of[c]], alignment[c]);
        fit[of[c]] = Math.max(fit[of[c]], overlap[c]);
      }
    }
    double[] score = new double[cells];
    for (int c = 0; c < cells; c++) {
      score[c] = of[c] < 0 || best[of[c]] == 0 ? 0 : alignment[c] / best[of[c]] * fit[of[c]];
    }
    return new Assignment(of, score);
  }

  private void choose(
      int t,
      List<Box> boxes,
      double[] centres,
      Scores scores,
      Box truth,
      int label,
      int[] of,
      double[] alignment,
      double[] overlap) {
    int[] inside =
        IntStream.range(0, boxes.size())
            .filter(c -> contains(truth, centres[2 * c], centres[2 * c + 1]))
            .toArray();
    double[] u = new double[inside.length];
    double[] a = new double[inside.length];
    for (int i = 0; i < inside.length; i++) {
      u[i] = Overlap.IOU.of(boxes.get(inside[i]), truth);
      a[i] = Math.pow(scores.of(inside[i], label), alpha) * Math.pow(u[i], beta);
    }
    IntStream.range(0, inside.length)
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(i -> -a[i]).thenComparing(i -> i))
        .limit(most)
        .forEach(
            i -> {
              int c = inside[i];
              if (of[c] < 0 || u[i] > overlap[c]) {
                of[c] = t;
                alignment[c] = a[i];
                overlap[c] = u[i];
              }
            });
  }

  private static boolean contains(Box box, double x, double y) {
    return x > box.x1() && x < box.x2() && y > box.y1() && y < box.y2();
  }
}
