package dev.fovea.benchmarks;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Two ways to do the same work, measured in turns in one process, so that what disturbs the machine
 * disturbs both alike. Each round runs both once, the order changes from round to round; the figure
 * is the median over the rounds of the ratio of the two times in a round.
 */
final class SideBySide {

  /** Something to be timed. */
  interface Work {
    void run();
  }

  /**
   * What was measured.
   *
   * @param ours median time in milliseconds
   * @param peer median time of the other in milliseconds
   * @param ratio median of {@code peer / ours}: more than 1 when we are faster
   * @param spread half the distance of the quartiles of the ratios
   */
  record Result(double ours, double peer, double ratio, double spread) {}

  private static final long PAUSE = 20_000_000;

  private final double seconds;
  private final int leastRounds;

  /**
   * A measurement.
   *
   * @param seconds how long both are run to get warm, and again to be measured, about
   * @param leastRounds rounds, at least
   */
  SideBySide(double seconds, int leastRounds) {
    this.seconds = seconds;
    this.leastRounds = leastRounds;
  }

  Result measure(Work ours, Work peer) {
    rounds(ours, peer);
    double[][] times = rounds(ours, peer);
    double[] ratios = new double[times.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = times[i][1] / times[i][0];
    }
    Arrays.sort(ratios);
    return new Result(
        median(times, 0),
        median(times, 1),
        quantile(ratios, 0.5),
        (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2);
  }

  private double[][] rounds(Work ours, Work peer) {
    double[][] times = new double[100_000][];
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int n = 0;
    while (n < times.length && (n < leastRounds || System.nanoTime() < end)) {
      double first = n % 2 == 0 ? time(ours) : time(peer);
      double second = n % 2 == 0 ? time(peer) : time(ours);
      times[n] = n % 2 == 0 ? new double[] {first, second} : new double[] {second, first};
      n++;
    }
    return Arrays.copyOf(times, n);
  }

  private static double time(Work work) {
    // Threads of the other side may spin for some time after their run, on cores that are wanted.
    LockSupport.parkNanos(PAUSE);
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-6;
  }

  private static double median(double[][] times, int column) {
    return quantile(Arrays.stream(times).mapToDouble(t -> t[column]).sorted().toArray(), 0.5);
  }

  /** Linear between the two nearest. */
  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }
}
