package dev.fovea.detection;

import dev.fovea.detection.box.Box;
import dev.fovea.engine.image.Geometry;

/**
 * How a network sees a picture: resized, padded or cut. Immutable and thread-safe.
 *
 * @param geometry from the picture to the network's input
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 */
public record Frame(Geometry geometry, int width, int height) {

  /** A picture that is the input itself. */
  public static Frame of(int width, int height) {
    return new Frame(Geometry.IDENTITY, width, height);
  }

  /** A box of the input in pixels of the picture, cut at its edges; may be empty. */
  public Box toPicture(Box box) {
    return new Box(
            geometry.toSourceX(box.x1()),
            geometry.toSourceY(box.y1()),
            geometry.toSourceX(box.x2()),
            geometry.toSourceY(box.y2()))
        .clip(width, height);
  }

  /** A box of the picture in pixels of the input. */
  public Box toInput(Box box) {
    return new Box(
        geometry.toTargetX(box.x1()),
        geometry.toTargetY(box.y1()),
        geometry.toTargetX(box.x2()),
        geometry.toTargetY(box.y2()));
  }
}
