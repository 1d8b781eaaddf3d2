package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Two ways to do the same work, measured in turns in one process, so that what disturbs the machine
 * disturbs both alike. First each is run alone for a while, to get warm and to learn how long it
 * takes. Then each round times both once, the order changes from round to round; the figure is the
 * median over the rounds of the ratio of the two times in a round. What is short is run several
 * times in a row for one time, after a run that does not count.
 */
final class SideBySide {

  /**
   * What was measured.
   *
   * @param ours median time in milliseconds
   * @param peer median time of the other in milliseconds
   * @param ratio median of {@code peer / ours}: more than 1 when we are faster
   * @param spread half the distance of the quartiles of the ratios
   */
  record Result(double ours, double peer, double ratio, double spread) {}

  /** Longer than OpenBLAS's threads spin, about 24 ms. */
  private static final long PAUSE = 40_000_000;

  private static final int MOST_ROUNDS = 10_000;
  private static final int MOST_RUNS = 10_000;

  /** Least time of a row of runs: far more than a clock's tick and a thread's waking. */
  private static final double ROW_MILLIS = 4;

  /** Into so many parts the time to get warm is divided, to see whether work gets faster. */
  private static final int WINDOWS = 4;

  private static final double GETTING_FASTER = 0.9;

  /** Seconds beyond which nothing is warmed that gets faster and faster. */
  private static final double MOST_WARMING = 10;

  private final double seconds;
  private final int leastRounds;

  /**
   * A measurement.
   *
   * @param seconds how long each is run to get warm at least, and both are measured, about
   * @param leastRounds rounds, at least
   */
  SideBySide(double seconds, int leastRounds) {
    this.seconds = seconds;
    this.leastRounds = leastRounds;
  }

  Result measure(Contender ours, Contender peer) {
    int oursInARow = runsInARow(warm(ours));
    int peersInARow = runsInARow(warm(peer));
    double[][] times = new double[MOST_ROUNDS][];
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int n = 0;
    while (n < leastRounds || n < MOST_ROUNDS && System.nanoTime() < end) {
      double[] round = new double[2];
      for (int turn = 0; turn < 2; turn++) {
        boolean first = (turn + n) % 2 == 0;
        round[first ? 0 : 1] = first ? time(ours, oursInARow) : time(peer, peersInARow);
      }
      times[n++] = round;
    }
    return result(Arrays.copyOf(times, n));
  }

  /** The figures of some rounds, each with our time and the other's. */
  static Result result(double[][] times) {
    double[] ratios = Arrays.stream(times).mapToDouble(t -> t[1] / t[0]).sorted().toArray();
    return new Result(
        median(times, 0),
        median(times, 1),
        quantile(ratios, 0.5),
        (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2);
  }

  /**
   * Runs one side until it gets no faster: in a JVM, until the compiler is done.
   *
   * @return the time of a run in the end, in milliseconds
   */
  private double warm(Contender work) {
    long start = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    double now = runFor(work, seconds / WINDOWS);
    for (int window = 1; window < WINDOWS || now < GETTING_FASTER * best; window++) {
      best = Math.min(best, now);
      if (System.nanoTime() - start > (long) ((seconds + MOST_WARMING) * 1e9)) {
        break;
      }
      now = runFor(work, seconds / WINDOWS);
    }
    return now;
  }

  /** Returns the mean time of a run, in milliseconds. */
  private static double runFor(Contender work, double duration) {
    long start = System.nanoTime();
    long end = start + (long) (duration * 1e9);
    int n = 0;
    do {
      work.run();
      n++;
    } while (System.nanoTime() < end);
    return (System.nanoTime() - start) * 1e-6 / n;
  }

  private static int runsInARow(double millis) {
    return (int) Math.max(1, Math.min(MOST_RUNS, Math.ceil(ROW_MILLIS / millis)));
  }

  private static double time(Contender work, int runs) {
    // Threads of the other side may spin for some time after their run, on cores that are wanted.
    LockSupport.parkNanos(PAUSE);
    if (runs > 1) {
      work.run();
    }
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      work.run();
    }
    return (System.nanoTime() - start) * 1e-6 / runs;
  }

  private static double median(double[][] times, int column) {
    return quantile(Arrays.stream(times).mapToDouble(t -> t[column]).sorted().toArray(), 0.5);
  }

  /** Linear between the two nearest. */
  static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }
}
