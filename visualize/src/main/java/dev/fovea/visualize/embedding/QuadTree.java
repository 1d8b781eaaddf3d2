package dev.fovea.visualize.embedding;

/**
 * Points of a plane in squares that are quartered until each holds one place, with the centre of
 * mass of each: far ones act as one. Barnes and Hut, 1986.
 */
final class QuadTree {
  /** Points that lie closer than that are one. */
  private static final int DEEPEST = 60;

  private final double centreX;
  private final double centreY;
  private final double half;
  private final int depth;
  private double massX;
  private double massY;
  private int count;
  private QuadTree[] quarters;

  private QuadTree(double centreX, double centreY, double half, int depth) {
    this.centreX = centreX;
    this.centreY = centreY;
    this.half = half;
    this.depth = depth;
  }

  static QuadTree of(double[][] points) {
    double largest = 0;
    for (double[] p : points) {
      largest = Math.max(largest, Math.max(Math.abs(p[0]), Math.abs(p[1])));
    }
    QuadTree tree = new QuadTree(0, 0, largest * (1 + 1e-9) + Double.MIN_NORMAL, 0);
    for (double[] p : points) {
      tree.add(p[0], p[1], 1);
    }
    return tree;
  }

  private void add(double x, double y, int times) {
    if (count > 0 && quarters == null && depth < DEEPEST && (x != massX || y != massY)) {
      quarters = new QuadTree[4];
      quarter(massX, massY).add(massX, massY, count);
    }
    if (quarters != null) {
      quarter(x, y).add(x, y, times);
    }
    massX = (massX * count + x * times) / (count + times);
    massY = (massY * count + y * times) / (count + times);
    count += times;
  }

  private QuadTree quarter(double x, double y) {
    int i = (x < centreX ? 0 : 1) + (y < centreY ? 0 : 2);
    if (quarters[i] == null) {
      quarters[i] =
          new QuadTree(
              centreX + ((i & 1) == 0 ? -half : half) / 2,
              centreY + ((i & 2) == 0 ? -half : half) / 2,
              half / 2,
              depth + 1);
    }
    return quarters[i];
  }

  /**
   * Adds up over all points of the tree but one at the place itself, with {@code q = 1 / (1 +
   * d^2)}: {@code force += q^2 (y - y_j)}.
   *
   * @param theta squares of which the side is less than theta times the distance act as one; 0 for
   *     none
   * @return the sum of q
   */
  double repel(double x, double y, double theta, double[] force) {
    double dx = x - massX;
    double dy = y - massY;
    double square = dx * dx + dy * dy;
    if (quarters == null || 4 * half * half < theta * theta * square) {
      // The point itself is one of those at distance 0.
      int others = quarters == null && square == 0 ? count - 1 : count;
      double q = 1 / (1 + square);
      force[0] += others * q * q * dx;
      force[1] += others * q * q * dy;
      return others * q;
    }
    double sum = 0;
    for (QuadTree quarter : quarters) {
      sum += quarter == null ? 0 : quarter.repel(x, y, theta, force);
    }
    return sum;
  }
}
