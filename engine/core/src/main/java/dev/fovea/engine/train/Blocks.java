package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;

/** Sums over many elements on several threads: the same bits for any number of them. */
final class Blocks {

  private static final int SIZE = 2048;

  private Blocks() {}

  /** Adds up a range of elements. */
  @FunctionalInterface
  interface Part {
    double sum(int from, int to);
  }

  /** The sum over {@code 0 .. n-1}: blocks of a fixed size, added in order. */
  static double sum(Parallel parallel, int n, Part part) {
    double[] sums = new double[count(n)];
    parallel.run(sums.length, b -> sums[b] = part.sum(b * SIZE, Math.min(n, (b + 1) * SIZE)));
    double total = 0;
    for (double s : sums) {
      total += s;
    }
    return total;
  }

  /** Adds up a range of elements into several sums. */
  @FunctionalInterface
  interface Parts {
    void add(int from, int to, double[] sums);
  }

  /** Several sums over {@code 0 .. n-1} at once. */
  static double[] sums(Parallel parallel, int n, int count, Parts parts) {
    double[][] sums = new double[count(n)][count];
    parallel.run(sums.length, b -> parts.add(b * SIZE, Math.min(n, (b + 1) * SIZE), sums[b]));
    double[] total = new double[count];
    for (double[] s : sums) {
      for (int i = 0; i < count; i++) {
        total[i] += s[i];
      }
    }
    return total;
  }

  private static int count(int n) {
    return (n + SIZE - 1) / SIZE;
  }
}
