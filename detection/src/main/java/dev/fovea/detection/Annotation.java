package dev.fovea.detection;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.mask.Mask;
import java.util.Optional;

/**
 * A true object in a picture. Immutable and thread-safe.
 *
 * @param label index of its class
 * @param box where it is, in pixels
 * @param mask its pixels, if they are known
 * @param difficult hard to recognise, as Pascal VOC marks it: neither to be found nor a mistake
 * @param crowd many objects under one box, as COCO marks it: any number of finds in it is no
 *     mistake
 * @param area in square pixels, which decides whether it counts as small, medium or large
 */
public record Annotation(
    int label, Box box, Optional<Mask> mask, boolean difficult, boolean crowd, double area) {

  /** Checks the label and the area. */
  public Annotation {
    if (label < 0 || !(area >= 0)) {
      throw new IllegalArgumentException(
          "annotation: found label " + label + " and area " + area + ", expected 0 or more");
    }
  }

  /** An object with a box alone. */
  public static Annotation of(int label, Box box) {
    return new Annotation(label, box, Optional.empty(), false, false, box.area());
  }

  /**
   * An object with a mask.
   *
   * @param crowd whether it is a crowd
   */
  public static Annotation of(int label, Box box, Mask mask, boolean crowd) {
    return new Annotation(label, box, Optional.of(mask), false, crowd, mask.toRle().area());
  }

  /** The same of another class. */
  public Annotation withLabel(int newLabel) {
    return new Annotation(newLabel, box, mask, difficult, crowd, area);
  }

  /** The same, marked as difficult or not. */
  public Annotation withDifficult(boolean isDifficult) {
    return new Annotation(label, box, mask, isDifficult, crowd, area);
  }
}
