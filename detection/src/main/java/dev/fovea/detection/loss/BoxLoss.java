package dev.fovea.detection.loss;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;

/**
 * Losses of a predicted box against the true one, 1 minus an {@link Overlap}, and their derivatives
 * by the edges of the predicted box. Unlike the IoU itself, they fall when boxes that do not
 * overlap come nearer.
 *
 * <p>Where boxes just touch or edges are in the same place, the derivative is one from one side.
 * Thread-safe.
 */
public enum BoxLoss {
  /** {@code 1 - GIoU} (Rezatofighi et al. 2019). */
  GIOU(Overlap.GIOU) {
    @Override
    double derivative(Terms terms, int edge) {
      // 1 - (I / U - (C - U) / C) = 2 - I / U - U / C.
      return -terms.ofIou(edge)
          - quotientRule(
              terms.union, terms.ofUnion(edge), terms.enclosing, terms.ofEnclosing(edge));
    }
  },

  /** {@code 1 - DIoU} (Zheng et al. 2020). */
  DIOU(Overlap.DIOU) {
    @Override
    double derivative(Terms terms, int edge) {
      return -terms.ofIou(edge) + terms.ofDistance(edge);
    }
  },

  /**
   * {@code 1 - CIoU} (Zheng et al. 2020). As in the paper, the weight alpha of the difference of
   * shapes counts as a constant in the derivative.
   */
  CIOU(Overlap.CIOU) {
    @Override
    double derivative(Terms terms, int edge) {
      return -terms.ofIou(edge) + terms.ofDistance(edge) + terms.ofShape(edge);
    }
  };

  private static final int EDGES = 4;

  private final Overlap overlap;

  BoxLoss(Overlap overlap) {
    this.overlap = overlap;
  }

  /** The loss of one pair, 0 for equal boxes that have an area. */
  public double value(Box predicted, Box truth) {
    return 1 - overlap.of(predicted, truth);
  }

  /**
   * The derivatives of the loss by the edges of the predicted box.
   *
   * @return a new array, in the order {@code [x1, y1, x2, y2]}
   * @throws IllegalArgumentException if one of the boxes is empty
   */
  public double[] gradient(Box predicted, Box truth) {
    if (predicted.isEmpty() || truth.isEmpty()) {
      throw new IllegalArgumentException(
          "box loss: found " + predicted + " and " + truth + ", expected boxes with an area");
    }
    Terms terms = new Terms(predicted, truth);
    double[] gradient = new double[EDGES];
    for (int edge = 0; edge < EDGES; edge++) {
      gradient[edge] = derivative(terms, edge);
    }
    return gradient;
  }

  abstract double derivative(Terms terms, int edge);

  /** Derivative of {@code a / b}. */
  private static double quotientRule(double a, double ofA, double b, double ofB) {
    return (ofA * b - a * ofB) / (b * b);
  }

  /** What the losses are made of, and how it changes when an edge of the predicted box moves. */
  private static final class Terms {
    private final double[] p;
    private final double[] t;
    private final Box predicted;
    private final Box truth;
    private final Box around;
    private final double intersection;
    final double union;
    final double enclosing;

    Terms(Box predicted, Box truth) {
      this.predicted = predicted;
      this.truth = truth;
      p = predicted.xyxy();
      t = truth.xyxy();
      around = predicted.enclosing(truth);
      intersection = predicted.intersection(truth);
      union = predicted.area() + truth.area() - intersection;
      enclosing = around.area();
    }

    /** How a width or height changes with an edge: the far edges are those from 2 on. */
    private static int sign(int edge) {
      return edge < 2 ? -1 : 1;
    }

    /** Extent of a box across the axis of an edge. */
    private static double across(Box box, int edge) {
      return edge % 2 == 0 ? box.height() : box.width();
    }

    private double ofArea(int edge) {
      return sign(edge) * across(predicted, edge);
    }

    private double ofIntersection(int edge) {
      boolean bounds = edge < 2 ? p[edge] > t[edge] : p[edge] < t[edge];
      int other = (edge + 1) % 2;
      double height = Math.min(p[other + 2], t[other + 2]) - Math.max(p[other], t[other]);
      return bounds && intersection > 0 ? sign(edge) * height : 0;
    }

    double ofUnion(int edge) {
      return ofArea(edge) - ofIntersection(edge);
    }

    double ofIou(int edge) {
      return quotientRule(intersection, ofIntersection(edge), union, ofUnion(edge));
    }

    private boolean isOuter(int edge) {
      return edge < 2 ? p[edge] < t[edge] : p[edge] > t[edge];
    }

    double ofEnclosing(int edge) {
      return isOuter(edge) ? sign(edge) * across(around, edge) : 0;
    }

    /** Of the squared distance of the centres over the squared diagonal. */
    double ofDistance(int edge) {
      double dx = predicted.cx() - truth.cx();
      double dy = predicted.cy() - truth.cy();
      double along = edge % 2 == 0 ? around.width() : around.height();
      return quotientRule(
          dx * dx + dy * dy,
          edge % 2 == 0 ? dx : dy,
          around.width() * around.width() + around.height() * around.height(),
          isOuter(edge) ? 2 * sign(edge) * along : 0);
    }

    /** Of alpha v, with a constant alpha. */
    double ofShape(int edge) {
      double w = predicted.width();
      double h = predicted.height();
      double angle = Math.atan2(w, h) - Math.atan2(truth.width(), truth.height());
      double factor = 4 / (Math.PI * Math.PI);
      double v = factor * angle * angle;
      if (v == 0) {
        return 0;
      }
      double alpha = v / (1 - intersection / union + v);
      double ofAngle = (edge % 2 == 0 ? h : -w) / (w * w + h * h);
      return alpha * 2 * factor * angle * ofAngle * sign(edge);
    }
  }
}
