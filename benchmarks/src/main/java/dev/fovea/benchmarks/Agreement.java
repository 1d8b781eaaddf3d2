package dev.fovea.benchmarks;

/** A fast wrong answer is none: what is timed must compute the same. */
final class Agreement {

  /** Sums of some thousand products in another order, and Winograd's transforms, stay below. */
  private static final double MOST = 1e-3;

  private Agreement() {}

  /**
   * Compares what two sides found.
   *
   * @throws IllegalStateException if they differ by more than a thousandth of the largest value
   */
  static void require(String what, float[] ours, float[] peers) {
    if (ours.length != peers.length) {
      throw new IllegalStateException(
          what + ": found " + ours.length + " values, the peer " + peers.length);
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < peers.length; i++) {
      largest = Math.max(largest, Math.abs(peers[i]));
      difference = Math.max(difference, Math.abs((double) peers[i] - ours[i]));
    }
    if (!(difference <= MOST * largest)) {
      throw new IllegalStateException(
          what
              + ": found a difference of "
              + difference
              + " from the peer, expected at most a thousandth of "
              + largest);
    }
  }
}
