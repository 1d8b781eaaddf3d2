package dev.fovea.visualize;

import java.util.List;

/**
 * Colour maps for one quantity that are perceptually uniform: equal steps of the quantity look like
 * equal steps of colour, the lightness grows all the way, and they can be read in grey and by
 * people who see no red or green. They are viridis and inferno (Smith and van der Walt, matplotlib,
 * 2015), given by polynomials of degree 6 that differ from the published tables by less than 1 %.
 */
public enum ColorMap {
  /** Dark violet over green to yellow; for pictures of numbers. */
  VIRIDIS(
      List.of(
          0.2777273272,
          0.1050930431,
          -0.3308618287,
          -4.6342304990,
          6.2282699363,
          4.7763849977,
          -5.4354558559),
      List.of(
          0.0054073445,
          1.4046135299,
          0.2148475595,
          -5.7991009734,
          14.1799333668,
          -13.7451453777,
          4.6458526122),
      List.of(
          0.3340998053,
          1.3845901626,
          0.0950951630,
          -19.3324409563,
          56.6905526007,
          -65.3530326334,
          26.3124352496)),
  /** Black over red to pale yellow; for heat over a picture, as zero is dark. */
  INFERNO(
      List.of(
          0.0002189404,
          0.1065134195,
          11.6024930825,
          -41.7039961314,
          77.1629356994,
          -71.3194282450,
          25.1311262248),
      List.of(
          0.0016510046,
          0.5639564368,
          -3.9728539657,
          17.4363988821,
          -33.4023589421,
          32.6260642640,
          -12.2426689524),
      List.of(
          -0.0194808984,
          3.9327123889,
          -15.9423941063,
          44.3541451987,
          -81.8073092574,
          73.2095198580,
          -23.0703250029));

  private final List<Double> red;
  private final List<Double> green;
  private final List<Double> blue;

  ColorMap(List<Double> red, List<Double> green, List<Double> blue) {
    this.red = red;
    this.green = green;
    this.blue = blue;
  }

  /**
   * The colour of a value.
   *
   * @param t 0 to 1; clamped, NaN counts as 0
   * @return {@code 0xRRGGBB}
   */
  public int rgb(double t) {
    double x = t > 0 ? Math.min(t, 1) : 0;
    return Rgb.of(polynomial(red, x), polynomial(green, x), polynomial(blue, x));
  }

  private static double polynomial(List<Double> coefficients, double x) {
    double sum = 0;
    for (int i = coefficients.size() - 1; i >= 0; i--) {
      sum = sum * x + coefficients.get(i);
    }
    return sum;
  }
}
