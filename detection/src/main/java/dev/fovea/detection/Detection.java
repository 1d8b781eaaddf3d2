package dev.fovea.detection;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.mask.RleMask;
import java.util.Optional;

/**
 * An object that was found in a picture. Immutable and thread-safe.
 *
 * @param label index of its class
 * @param score how sure the detector is; larger is surer
 * @param box where it is, in pixels
 * @param mask its pixels, if the detector says
 */
public record Detection(int label, double score, Box box, Optional<RleMask> mask) {

  /** Checks the label and the score. */
  public Detection {
    if (label < 0 || Double.isNaN(score)) {
      throw new IllegalArgumentException(
          "detection: found label " + label + " and score " + score + ", expected 0 or more");
    }
  }

  /** A find with a box alone. */
  public static Detection of(int label, double score, Box box) {
    return new Detection(label, score, box, Optional.empty());
  }

  /** A find with a mask; the box is that around it. */
  public static Detection of(int label, double score, RleMask mask) {
    return new Detection(label, score, mask.box(), Optional.of(mask));
  }
}
