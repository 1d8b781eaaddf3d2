package dev.fovea.detection.box;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says which true box each anchor has to find (Ren et al. 2015, "Faster R-CNN").
 *
 * <p>An anchor belongs to the true box with which its overlap is largest, of equal ones the first.
 * It is positive if that overlap is at least {@code high}, negative below {@code low}, and ignored
 * in between. With {@code lowQuality}, for each true box also those anchors are positive whose
 * overlap is the largest that the box has with any, so that no true box is without: what such an
 * anchor belongs to is not changed by that. Immutable and thread-safe.
 *
 * @param low anchors below are negative
 * @param high anchors from here on are positive
 * @param lowQuality whether the best anchors of a true box are positive in any case
 */
public record Matcher(double low, double high, boolean lowQuality) {
  /** Region proposal networks: 0.3, 0.7 and low quality. */
  public static final Matcher PROPOSALS = new Matcher(0.3, 0.7, true);

  /** Heads on proposals: 0.5. */
  public static final Matcher HEADS = new Matcher(0.5, 0.5, false);

  /** RetinaNet: 0.4, 0.5 and low quality. */
  public static final Matcher RETINA_NET = new Matcher(0.4, 0.5, true);

  /** What an anchor counts as. */
  public enum Label {
    /** Background. */
    NEGATIVE,
    /** Neither; takes no part in the loss. */
    IGNORED,
    /** Has to find its true box. */
    POSITIVE
  }

  /** What every anchor counts as, and the true box it belongs to. Immutable. */
  public static final class Matches {
    private final int[] truth;
    private final Label[] labels;

    private Matches(int[] truth, Label[] labels) {
      this.truth = truth;
      this.labels = labels;
    }

    /** Number of anchors. */
    public int size() {
      return truth.length;
    }

    /** Index of the true box that overlaps most with an anchor, whatever its label; -1 for none. */
    public int truth(int anchor) {
      return truth[anchor];
    }

    /** What an anchor counts as. */
    public Label label(int anchor) {
      return labels[anchor];
    }

    /** Indices of the anchors with a label, ascending. */
    public int[] with(Label label) {
      return IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
    }
  }

  /** Checks the thresholds. */
  public Matcher {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "matcher: found thresholds " + low + " and " + high + ", expected low <= high");
    }
  }

  /** Matches anchors to true boxes by their IoU. */
  public Matches match(List<Box> truth, List<Box> anchors) {
    return match(Overlap.IOU.matrix(truth, anchors), anchors.size());
  }

  /**
   * Matches anchors to true boxes.
   *
   * @param overlaps {@code [true boxes][anchors]}; without true boxes, all anchors are negative
   * @param anchors number of anchors
   * @throws IllegalArgumentException if a row has another length
   */
  public Matches match(double[][] overlaps, int anchors) {
    requireRows(overlaps, anchors);
    int[] truth = new int[anchors];
    Label[] labels = new Label[anchors];
    for (int anchor = 0; anchor < anchors; anchor++) {
      truth[anchor] = best(overlaps, anchor);
      labels[anchor] = truth[anchor] < 0 ? Label.NEGATIVE : label(overlaps[truth[anchor]][anchor]);
    }
    if (lowQuality) {
      for (double[] row : overlaps) {
        addBest(row, labels);
      }
    }
    return new Matches(truth, labels);
  }

  private static void requireRows(double[][] overlaps, int anchors) {
    for (double[] row : overlaps) {
      if (row.length != anchors) {
        throw new IllegalArgumentException(
            "matcher: found a row of " + row.length + " overlaps, expected " + anchors);
      }
    }
  }

  /**
   * Makes the best anchors of a true box positive, but not for an overlap of 0: then all those that
   * do not touch the box would be.
   */
  private static void addBest(double[] row, Label[] labels) {
    double largest = Arrays.stream(row).max().orElse(0);
    for (int anchor = 0; anchor < row.length; anchor++) {
      if (row[anchor] == largest && largest > 0) {
        labels[anchor] = Label.POSITIVE;
      }
    }
  }

  private static int best(double[][] overlaps, int anchor) {
    int best = -1;
    for (int t = 0; t < overlaps.length; t++) {
      if (best < 0 || overlaps[t][anchor] > overlaps[best][anchor]) {
        best = t;
      }
    }
    return best;
  }

  private Label label(double overlap) {
    if (overlap >= high) {
      return Label.POSITIVE;
    }
    return overlap < low ? Label.NEGATIVE : Label.IGNORED;
  }
}
