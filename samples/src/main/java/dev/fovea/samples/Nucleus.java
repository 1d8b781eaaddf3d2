package dev.fovea.samples;

import java.util.Random;

/**
 * Outline of a nucleus, or of a whole cell: an ellipse whose radius wavers slowly with the angle.
 *
 * @param x centre, in pixels
 * @param y centre, in pixels
 * @param a one semi-axis, in pixels
 * @param b the other semi-axis, in pixels
 * @param cos cosine of the angle of the first axis
 * @param sin sine of that angle
 * @param amplitudes relative size of the harmonics 2, 3, ... of the radius
 * @param phases phases of these harmonics
 */
record Nucleus(
    double x,
    double y,
    double a,
    double b,
    double cos,
    double sin,
    double[] amplitudes,
    double[] phases) {
  private static final int FIRST_HARMONIC = 2;
  private static final double SPREAD = 0.18;

  /** A nucleus of random size, elongation, direction and irregularity at the origin. */
  static Nucleus random(Random random, double radius, double elongation) {
    return random(random, radius, SPREAD, elongation);
  }

  /**
   * The same with another spread of sizes.
   *
   * @param spread standard deviation of the logarithm of the radius
   */
  static Nucleus random(Random random, double radius, double spread, double elongation) {
    double size = radius * StrictMath.exp(spread * random.nextGaussian());
    double stretch = StrictMath.exp(Math.abs(elongation * random.nextGaussian()) / 2);
    double angle = Math.PI * random.nextDouble();
    double[] amplitudes = new double[3];
    double[] phases = new double[3];
    for (int k = 0; k < amplitudes.length; k++) {
      amplitudes[k] = 0.05 * random.nextGaussian() / (k + 1);
      phases[k] = 2 * Math.PI * random.nextDouble();
    }
    return new Nucleus(
        0,
        0,
        size * stretch,
        size / stretch,
        StrictMath.cos(angle),
        StrictMath.sin(angle),
        amplitudes,
        phases);
  }

  Nucleus at(double newX, double newY) {
    return new Nucleus(newX, newY, a, b, cos, sin, amplitudes, phases);
  }

  /** Distance from the centre as a share of the outline's in that direction: below 1 inside. */
  double relativeRadius(double px, double py) {
    double u = ((px - x) * cos + (py - y) * sin) / a;
    double v = ((py - y) * cos - (px - x) * sin) / b;
    double theta = StrictMath.atan2(v, u);
    double outline = 1;
    for (int k = 0; k < amplitudes.length; k++) {
      outline += amplitudes[k] * StrictMath.cos((k + FIRST_HARMONIC) * theta + phases[k]);
    }
    return Math.sqrt(u * u + v * v) / outline;
  }

  /** Radius of a circle round the centre that holds the whole nucleus and its soft edge. */
  double reach() {
    double waver = 1;
    for (double amplitude : amplitudes) {
      waver += Math.abs(amplitude);
    }
    return Math.max(a, b) * waver + 1;
  }

  /** Radius of the circle of the same area, irregularity left out. */
  double meanRadius() {
    return Math.sqrt(a * b);
  }

  /** Takes a pixel near a nucleus. */
  interface PixelVisitor {
    /**
     * Takes a pixel.
     *
     * @param index row-major index
     * @param relativeRadius of the pixel's centre
     */
    void visit(int index, double relativeRadius);
  }

  /** Visits all pixels of a picture that the nucleus or its soft edge may cover. */
  void forEachPixel(int width, int height, PixelVisitor visitor) {
    double reach = reach();
    int x0 = (int) Math.max(0, x - reach);
    int y0 = (int) Math.max(0, y - reach);
    int x1 = (int) Math.min(width, x + reach + 1);
    int y1 = (int) Math.min(height, y + reach + 1);
    for (int row = y0; row < y1; row++) {
      for (int column = x0; column < x1; column++) {
        visitor.visit(row * width + column, relativeRadius(column + 0.5, row + 0.5));
      }
    }
  }

  /** Share of a pixel that the nucleus covers, from the distance of its centre to the outline. */
  double coverage(double relativeRadius) {
    double inside = (1 - relativeRadius) * meanRadius();
    return Math.max(0, Math.min(1, inside + 0.5));
  }
}
