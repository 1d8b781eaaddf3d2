package dev.fovea.engine.train;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The schedules that are more than one line. StrictMath gives the same bits on every machine. */
final class Schedules {

  static final List<String> NAMES =
      List.of(
          "constant",
          "cosine",
          "restarts",
          "step",
          "exponential",
          "inverse-time",
          "one-cycle",
          "plateau");

  private Schedules() {}

  /** A function of the progress under a name. */
  record Named(String describe, DoubleUnaryOperator function) implements Schedule {
    @Override
    public double factor(double progress) {
      return function.applyAsDouble(progress);
    }
  }

  /** A linear rise before another schedule. */
  record WarmUp(Schedule then, double share) implements Schedule {
    WarmUp {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException("warm-up: expected a share in [0, 1), found " + share);
      }
    }

    @Override
    public double factor(double progress) {
      return factor(progress, List.of());
    }

    @Override
    public double factor(double progress, List<EpochResult> history) {
      return progress < share
          ? progress / share
          : then.factor((progress - share) / (1 - share), history);
    }

    @Override
    public String describe() {
      return "warm-up " + share + ", " + then.describe();
    }
  }

  /** From 1 at 0 down to 0 at 1. */
  static double cosine(double progress) {
    return (1 + StrictMath.cos(StrictMath.PI * progress)) / 2;
  }

  static Schedule cosineRestarts(int cycles, double growth) {
    if (cycles < 1 || !(growth > 0)) {
      throw new IllegalArgumentException(
          "restarts: expected cycles >= 1 and growth > 0, found " + cycles + " and " + growth);
    }
    double[] ends = new double[cycles];
    double length = 1;
    for (int i = 0; i < cycles; i++) {
      ends[i] = (i == 0 ? 0 : ends[i - 1]) + length;
      length *= growth;
    }
    return new Named(
        "restarts " + cycles + " " + growth,
        progress -> {
          double at = progress * ends[cycles - 1];
          int i = 0;
          while (i < cycles - 1 && at >= ends[i]) {
            i++;
          }
          double start = i == 0 ? 0 : ends[i - 1];
          return cosine((at - start) / (ends[i] - start));
        });
  }

  static Schedule oneCycle(double share, double divisor, double lastDivisor) {
    if (!(share > 0 && share < 1 && divisor >= 1 && lastDivisor >= 1)) {
      throw new IllegalArgumentException(
          "one cycle: expected a share in (0, 1) and divisors >= 1, found "
              + share
              + ", "
              + divisor
              + ", "
              + lastDivisor);
    }
    double first = 1 / divisor;
    double last = first / lastDivisor;
    return new Named(
        "one-cycle " + share + " " + divisor + " " + lastDivisor,
        progress ->
            progress < share
                ? 1 + (first - 1) * cosine(progress / share)
                : last + (1 - last) * cosine((progress - share) / (1 - share)));
  }
}
