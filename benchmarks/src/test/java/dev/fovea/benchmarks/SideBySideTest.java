package dev.fovea.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.benchmarks.peer.Contender;
import org.junit.jupiter.api.Test;

class SideBySideTest {

  /** Counts how often it was asked to run. */
  private static final class Counter implements Contender {
    private int runs;

    @Override
    public void run() {
      runs++;
    }

    @Override
    public float[] result() {
      return new float[0];
    }
  }

  @Test
  void ratioIsTheMedianOfTheRoundsAndNotTheRatioOfTheMedians() {
    double[][] times = {{1, 4}, {2, 4}, {4, 4}, {10, 5}, {8, 8}};
    SideBySide.Result r = SideBySide.result(times);
    assertEquals(4, r.ours(), 0);
    assertEquals(4, r.peer(), 0);
    // Sorted: 0.5, 1, 1, 2, 4.
    assertEquals(1, r.ratio(), 0);
    assertEquals(0.5, r.spread(), 0);
  }

  @Test
  void quantilesLieBetweenTheirNeighbours() {
    double[] sorted = {1, 2, 4};
    assertEquals(1, SideBySide.quantile(sorted, 0), 0);
    assertEquals(1.5, SideBySide.quantile(sorted, 0.25), 1e-12);
    assertEquals(4, SideBySide.quantile(sorted, 1), 0);
    assertEquals(7, SideBySide.quantile(new double[] {7}, 0.75), 0);
  }

  @Test
  void bothSidesRunInEveryRound() {
    Counter ours = new Counter();
    Counter peer = new Counter();
    SideBySide.Result r = new SideBySide(0, 4).measure(ours, peer);
    // To get warm, then four rounds of at least one run.
    assertTrue(ours.runs >= 6, "found " + ours.runs);
    assertTrue(peer.runs >= 6, "found " + peer.runs);
    assertTrue(r.ours() > 0 && r.peer() > 0 && r.ratio() > 0 && r.spread() >= 0, "found " + r);
  }
}
