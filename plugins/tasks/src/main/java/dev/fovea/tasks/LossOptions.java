package dev.fovea.tasks;

import dev.fovea.engine.train.Loss;
import dev.fovea.engine.zoo.ClassificationLoss;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * By which loss a classifier is trained.
 *
 * @param kind which one
 * @param smoothing label smoothing; 0 for none
 */
public record LossOptions(ClassificationLoss kind, double smoothing) {
  private static final String LOSS = "loss";
  private static final String SMOOTHING = "label_smoothing";
  private static final double MOST_SMOOTHING = 0.99;

  static List<Parameter> declare() {
    return List.of(
        Parameter.choice(
            "Loss",
            ClassificationLoss.names(),
            "What the training makes small. Probabilities are those of a cross-entropy; with others"
                + " only their order counts."),
        Parameter.number(
            "Label_smoothing (share)",
            0,
            MOST_SMOOTHING,
            0,
            "Share of each target that goes to all classes alike; 0.1 as a rule, 0 for none."));
  }

  /**
   * As given.
   *
   * @throws IllegalArgumentException if the loss does not take the targets that are asked for
   */
  static LossOptions bind(Arguments a, SampleOptions samples) {
    LossOptions options =
        new LossOptions(ClassificationLoss.named(a.text(LOSS)), a.number(SMOOTHING));
    boolean mixed = samples.mixup() > 0 || samples.cutmix() > 0;
    if (!options.kind().takesShares() && (mixed || options.smoothing() > 0)) {
      throw new IllegalArgumentException(
          LOSS
              + ": found "
              + options.kind().text()
              + " with "
              + (mixed ? "mixup or cutmix" : "label smoothing")
              + ", expected "
              + ClassificationLoss.CROSS_ENTROPY.text());
    }
    return options;
  }

  /** Of class scores. */
  Loss loss() {
    return kind.loss(smoothing);
  }

  /** What differs from the plain cross-entropy, as attributes of a model card. */
  Map<String, String> provenance() {
    Map<String, String> given = new TreeMap<>();
    if (kind != ClassificationLoss.CROSS_ENTROPY) {
      given.put(LOSS, kind.text());
    }
    if (smoothing > 0) {
      given.put(SMOOTHING, Double.toString(smoothing));
    }
    return given;
  }
}
