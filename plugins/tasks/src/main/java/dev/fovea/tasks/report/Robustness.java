package dev.fovea.tasks.report;

import dev.fovea.engine.image.Image;
import java.util.List;

/**
 * How a classifier stands attacks.
 *
 * @param norm in which epsilon is measured
 * @param images number of pictures
 * @param classes of the model
 * @param curve for each attack a point for each epsilon
 * @param seconds that the measurement took
 */
public record Robustness(
    String norm, int images, List<String> classes, List<Point> curve, double seconds) {

  /** Copies the lists. */
  public Robustness {
    classes = List.copyOf(classes);
    curve = List.copyOf(curve);
  }

  /**
   * A picture before and after an attack.
   *
   * @param label what it is
   * @param told what it is told to be after the attack
   */
  public record Shot(Image original, Image adversarial, String label, String told) {}

  /**
   * A point of the curve of an attack.
   *
   * @param attack its name
   * @param epsilon radius of its ball
   * @param accuracy share of the pictures that are still told right
   * @param perClass the same for each class of the model; NaN for one without pictures
   * @param shots some pictures
   */
  public record Point(
      String attack, double epsilon, double accuracy, List<Double> perClass, List<Shot> shots) {
    /** Copies the lists. */
    public Point {
      perClass = List.copyOf(perClass);
      shots = List.copyOf(shots);
    }
  }
}
