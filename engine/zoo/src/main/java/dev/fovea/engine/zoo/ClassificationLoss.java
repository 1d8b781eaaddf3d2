package dev.fovea.engine.zoo;

import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.MulticlassHinge;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.SoftmaxFocal;
import java.util.Arrays;
import java.util.List;

/** The losses by which a classifier can be trained. */
public enum ClassificationLoss {
  /** Of the softmax; the usual one. */
  CROSS_ENTROPY("cross-entropy"),
  /** That of a support vector machine, with a margin of 1. */
  HINGE("hinge"),
  /** Cross-entropy in which sure right answers hardly count; gamma is 2, as in the paper. */
  FOCAL("focal");

  private static final double GAMMA = 2;

  private final String text;

  ClassificationLoss(String text) {
    this.text = text;
  }

  /** Name as users type it. */
  public String text() {
    return text;
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(ClassificationLoss::text).toList();
  }

  /**
   * The loss of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ClassificationLoss named(String text) {
    return Arrays.stream(values())
        .filter(loss -> loss.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "loss: found '" + text + "', expected one of " + String.join(", ", names())));
  }

  /** Whether a target may be shares of the classes, as mixing and label smoothing make them. */
  public boolean takesShares() {
    return this == CROSS_ENTROPY;
  }

  /**
   * The loss of the scores {@code [N, classes]}.
   *
   * @param smoothing label smoothing in [0, 1); 0 for none
   * @throws IllegalArgumentException if there is to be smoothing and the loss has none
   */
  public Loss loss(double smoothing) {
    if (smoothing != 0 && !takesShares()) {
      throw new IllegalArgumentException(
          "label smoothing: found the loss '" + text + "', expected " + CROSS_ENTROPY.text);
    }
    return switch (this) {
      case CROSS_ENTROPY -> new SoftmaxCrossEntropy().withLabelSmoothing(smoothing);
      case HINGE -> new MulticlassHinge();
      case FOCAL -> new SoftmaxFocal(GAMMA);
    };
  }
}
