package dev.fovea.detection;

import dev.fovea.engine.model.ModelCard;

/**
 * Which finds of a detector count. Immutable and thread-safe.
 *
 * @param score least score, 0 to 1
 * @param iou finds of a class that overlap more than this are taken for the same object: only the
 *     best one stays
 * @param most finds in a picture at most, the best ones
 */
public record Thresholds(double score, double iou, int most) {

  /** What detectors show unless somebody says otherwise. */
  public static final Thresholds DEFAULT = new Thresholds(0.25, 0.45, 300);

  /** For evaluation: nearly everything, as average precision looks at weak finds, too. */
  public static final Thresholds ALL = new Thresholds(0.001, 0.6, 300);

  private static final String SCORE = "score_threshold";
  private static final String IOU = "iou_threshold";

  /** Checks the ranges. */
  public Thresholds {
    if (!(score >= 0 && score <= 1 && iou >= 0 && iou <= 1 && most >= 1)) {
      throw new IllegalArgumentException(
          "thresholds: found score %s, IoU %s and at most %d, expected 0 to 1, 0 to 1 and 1 or more"
              .formatted(score, iou, most));
    }
  }

  /** A copy with another score. */
  public Thresholds withScore(double least) {
    return new Thresholds(least, iou, most);
  }

  /** A copy with another IoU. */
  public Thresholds withIou(double largest) {
    return new Thresholds(score, largest, most);
  }

  /**
   * Those that a card names, and the default for what it does not.
   *
   * @throws IllegalArgumentException if it names no numbers
   */
  public static Thresholds of(ModelCard card) {
    return new Thresholds(
        number(card, SCORE, DEFAULT.score), number(card, IOU, DEFAULT.iou), DEFAULT.most);
  }

  /** A card that names these. */
  public ModelCard writtenTo(ModelCard card) {
    return card.with(SCORE, Double.toString(score)).with(IOU, Double.toString(iou));
  }

  private static double number(ModelCard card, String key, double otherwise) {
    String text = card.attributes().get(key);
    try {
      return text == null ? otherwise : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "model card: found " + key + " '" + text + "', expected a number", e);
    }
  }
}
