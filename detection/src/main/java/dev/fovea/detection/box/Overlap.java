package dev.fovea.detection.box;

import java.util.List;

/**
 * Measures of how much two boxes overlap. In the formulas, {@code I} and {@code U} are the areas of
 * intersection and union, {@code C} is the smallest box that encloses both.
 *
 * <p>A quotient of which the denominator is 0 counts as 0, so every measure of finite boxes is a
 * finite number. Thread-safe.
 */
public enum Overlap {
  /** Intersection over union, {@code I / U}, from 0 to 1. */
  IOU {
    @Override
    public double of(Box a, Box b) {
      double common = a.intersection(b);
      return quotient(common, a.area() + b.area() - common);
    }
  },

  /**
   * Intersection over the area of the second box, from 0 to 1; with a crowd as the first box, this
   * is what COCO takes in place of the intersection over union.
   */
  IOA {
    @Override
    public double of(Box a, Box b) {
      return quotient(a.intersection(b), b.area());
    }
  },

  /**
   * Generalized IoU, {@code IoU - (|C| - U) / |C|}, from -1 to 1 (Rezatofighi et al. 2019,
   * "Generalized Intersection over Union").
   */
  GIOU {
    @Override
    public double of(Box a, Box b) {
      double common = a.intersection(b);
      double union = a.area() + b.area() - common;
      double enclosing = a.enclosing(b).area();
      return quotient(common, union) - quotient(enclosing - union, enclosing);
    }
  },

  /**
   * Distance IoU, {@code IoU - d^2 / c^2}, with d between the centres and c the diagonal of C; from
   * -1 to 1 (Zheng et al. 2020, "Distance-IoU Loss").
   */
  DIOU {
    @Override
    public double of(Box a, Box b) {
      Box c = a.enclosing(b);
      double distance = square(a.cx() - b.cx()) + square(a.cy() - b.cy());
      return IOU.of(a, b) - quotient(distance, square(c.width()) + square(c.height()));
    }
  },

  /**
   * Complete IoU, {@code DIoU - alpha v} with {@code v = 4 / pi^2 (atan(w1 / h1) - atan(w2 /
   * h2))^2} and {@code alpha = v / (1 - IoU + v)}: shapes count, too (Zheng et al. 2020).
   */
  CIOU {
    @Override
    public double of(Box a, Box b) {
      double v = shapeDifference(a, b);
      return DIOU.of(a, b) - v * quotient(v, 1 - IOU.of(a, b) + v);
    }
  };

  /** The measure of one pair. */
  public abstract double of(Box a, Box b);

  /**
   * The measures of all pairs.
   *
   * @param rows boxes, the first of each pair
   * @param columns boxes, the second of each pair
   * @return a new array {@code [rows][columns]}
   */
  public double[][] matrix(List<Box> rows, List<Box> columns) {
    double[][] all = new double[rows.size()][columns.size()];
    for (int i = 0; i < all.length; i++) {
      for (int j = 0; j < all[i].length; j++) {
        all[i][j] = of(rows.get(i), columns.get(j));
      }
    }
    return all;
  }

  private static double shapeDifference(Box a, Box b) {
    double angle = Math.atan2(a.width(), a.height()) - Math.atan2(b.width(), b.height());
    return 4 / square(Math.PI) * square(angle);
  }

  private static double quotient(double a, double b) {
    return b == 0 ? 0 : a / b;
  }

  private static double square(double x) {
    return x * x;
  }
}
