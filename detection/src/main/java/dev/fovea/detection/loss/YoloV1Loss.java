package dev.fovea.detection.loss;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;
import java.util.List;

/**
 * The loss of the first YOLO (Redmon et al. 2016, "You Only Look Once", equation 3), a sum of
 * squares over a grid of S x S cells with B boxes and C class scores each.
 *
 * <p>A prediction is {@code [S, S, B * 5 + C]}: row, column, then for each box x, y in the cell
 * from 0 to 1, width and height in parts of the picture, and a confidence, then the class scores.
 * Of the boxes of a cell with an object, that with the largest IoU is responsible for it, of equal
 * ones the first: its confidence has to be that IoU, which counts as a constant in the gradient.
 * Every other confidence has to be 0. Immutable and thread-safe.
 *
 * @param cells rows and columns of the grid, S
 * @param boxes boxes of a cell, B
 * @param classes class scores of a cell, C
 * @param coordinates weight of positions and sizes, 5 in the paper
 * @param noObject weight of the confidences that have to be 0, 0.5 in the paper
 */
public record YoloV1Loss(int cells, int boxes, int classes, double coordinates, double noObject) {
  private static final int BOX_NUMBERS = 5;
  private static final int CONFIDENCE = 4;

  /**
   * An object, in the cell where its centre is; the format is that of a predicted box.
   *
   * @param row of the cell
   * @param column of the cell
   * @param x of the centre in the cell, 0 to 1
   * @param y of the centre in the cell, 0 to 1
   * @param width in parts of the picture
   * @param height in parts of the picture
   * @param label of its class
   */
  public record Target(
      int row, int column, double x, double y, double width, double height, int label) {}

  /**
   * The sums of squares, without their weights.
   *
   * @param position of x and y
   * @param size of the square roots of widths and heights
   * @param object of confidences where an object is
   * @param noObject of all other confidences
   * @param classes of class scores where an object is
   */
  public record Parts(
      double position, double size, double object, double noObject, double classes) {}

  /** Checks the numbers. */
  public YoloV1Loss {
    if (cells < 1 || boxes < 1 || classes < 1 || !(coordinates >= 0) || !(noObject >= 0)) {
      throw new IllegalArgumentException(
          "YOLO loss: found %d cells, %d boxes, %d classes, weights %s and %s, expected above 0"
              .formatted(cells, boxes, classes, coordinates, noObject));
    }
  }

  /** The loss with the weights of the paper. */
  public static YoloV1Loss of(int cells, int boxes, int classes) {
    return new YoloV1Loss(cells, boxes, classes, 5, 0.5);
  }

  /** Numbers of a prediction for one picture. */
  public int size() {
    return cells * cells * cellSize();
  }

  private int cellSize() {
    return boxes * BOX_NUMBERS + classes;
  }

  /** The loss made of its parts. */
  public double total(Parts parts) {
    return coordinates * (parts.position() + parts.size())
        + parts.object()
        + noObject * parts.noObject()
        + parts.classes();
  }

  /**
   * The parts of the loss of a prediction, and its gradient. Widths and heights should be above 0:
   * below, they count as {@code 1e-6} and do not move.
   *
   * @param prediction numbers of one picture; not changed
   * @param targets its objects, at most one in a cell
   * @param gradient the derivatives of the total are added to it; null for none
   * @throws IllegalArgumentException if a length is another, or a target is not in the grid
   */
  public Parts evaluate(double[] prediction, List<Target> targets, double[] gradient) {
    if (prediction.length != size() || (gradient != null && gradient.length != size())) {
      throw new IllegalArgumentException(
          "YOLO loss: found " + prediction.length + " numbers, expected " + size());
    }
    Sums sums = new Sums(prediction, gradient == null ? new double[size()] : gradient);
    Target[] inCell = new Target[cells * cells];
    for (Target target : targets) {
      inCell[cell(target)] = target;
    }
    for (int cell = 0; cell < inCell.length; cell++) {
      sums.addCell(cell * cellSize(), inCell[cell]);
    }
    return new Parts(sums.position, sums.size, sums.object, sums.nothing, sums.classes);
  }

  private int cell(Target target) {
    if (target.row() < 0
        || target.row() >= cells
        || target.column() < 0
        || target.column() >= cells
        || target.label() < 0
        || target.label() >= classes) {
      throw new IllegalArgumentException(
          "YOLO loss: found "
              + target
              + ", expected one of "
              + cells
              + " cells and "
              + classes
              + " classes");
    }
    return target.row() * cells + target.column();
  }

  /** The sums while they grow. */
  private final class Sums {
    private static final double LEAST = 1e-6;

    private final double[] p;
    private final double[] gradient;
    double position;
    double size;
    double object;
    double nothing;
    double classes;

    Sums(double[] prediction, double[] gradient) {
      p = prediction;
      this.gradient = gradient;
    }

    void addCell(int at, Target target) {
      int responsible = target == null ? -1 : responsible(at, target);
      for (int b = 0; b < boxes; b++) {
        int box = at + b * BOX_NUMBERS;
        if (b == responsible) {
          addBox(box, target);
        } else {
          nothing += square(box + CONFIDENCE, 0, noObject);
        }
      }
      for (int c = 0; target != null && c < YoloV1Loss.this.classes; c++) {
        classes += square(at + boxes * BOX_NUMBERS + c, c == target.label() ? 1 : 0, 1);
      }
    }

    private void addBox(int box, Target target) {
      position += square(box, target.x(), coordinates) + square(box + 1, target.y(), coordinates);
      size += root(box + 2, target.width()) + root(box + 3, target.height());
      object += square(box + CONFIDENCE, iou(box, target), 1);
    }

    private int responsible(int at, Target target) {
      int best = 0;
      for (int b = 1; b < boxes; b++) {
        if (iou(at + b * BOX_NUMBERS, target) > iou(at + best * BOX_NUMBERS, target)) {
          best = b;
        }
      }
      return best;
    }

    /**
     * Both are in the same cell, so its place in the picture does not matter, but its size does.
     */
    private double iou(int box, Target target) {
      return Overlap.IOU.of(
          Box.ofCentre(p[box] / cells, p[box + 1] / cells, p[box + 2], p[box + 3]),
          Box.ofCentre(target.x() / cells, target.y() / cells, target.width(), target.height()));
    }

    private double square(int at, double target, double weight) {
      double difference = p[at] - target;
      gradient[at] += 2 * weight * difference;
      return difference * difference;
    }

    private double root(int at, double target) {
      double root = Math.sqrt(Math.max(p[at], LEAST));
      double difference = root - Math.sqrt(target);
      // Of (sqrt(w) - t)^2 by w; the factors 2 cancel.
      gradient[at] += p[at] > LEAST ? coordinates * difference / root : 0;
      return difference * difference;
    }
  }
}
