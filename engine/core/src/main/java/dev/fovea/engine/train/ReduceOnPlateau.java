package dev.fovea.engine.train;

import java.util.List;

/**
 * The rate is cut whenever a figure stays where it is; a function of the results so far.
 *
 * @param figure a validation figure, or {@link #LOSS}
 * @param gamma what the rate is multiplied by, in (0, 1)
 * @param patience epochs without progress that are let pass
 */
record ReduceOnPlateau(String figure, double gamma, int patience) implements Schedule {

  private static final String LOSS = "loss";
  private static final double LEAST_PROGRESS = 1e-4;

  ReduceOnPlateau {
    if (!(gamma > 0 && gamma < 1) || patience < 0) {
      throw new IllegalArgumentException(
          "plateau: expected a factor in (0, 1) and patience >= 0, found "
              + gamma
              + " and "
              + patience);
    }
  }

  @Override
  public double factor(double progress) {
    return 1;
  }

  @Override
  public double factor(double progress, List<EpochResult> history) {
    double factor = 1;
    double best = Double.NEGATIVE_INFINITY;
    int waited = 0;
    for (EpochResult r : history) {
      // A figure that is not a number is no progress, and must not stand in the way of any.
      double score = Double.isNaN(score(r)) ? Double.NEGATIVE_INFINITY : score(r);
      if (best == Double.NEGATIVE_INFINITY || score > best + LEAST_PROGRESS * Math.abs(best)) {
        best = score;
        waited = 0;
      } else if (++waited > patience) {
        factor *= gamma;
        waited = 0;
      }
    }
    return factor;
  }

  private double score(EpochResult r) {
    if (figure.equals(LOSS)) {
      return -r.loss();
    }
    Double value = r.metrics().get(figure);
    if (value == null) {
      throw new IllegalArgumentException(
          "plateau: expected a validation figure '"
              + figure
              + "' or '"
              + LOSS
              + "', found only "
              + r.metrics().keySet());
    }
    return value;
  }

  @Override
  public String describe() {
    return "plateau " + figure + " " + gamma + " " + patience;
  }
}
