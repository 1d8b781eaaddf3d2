package dev.fovea.engine.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpacingTest {

  private static List<Long> looks(long steps) {
    Spacing spacing = new Spacing(steps);
    return LongStream.range(0, steps).filter(spacing::looksInto).boxed().toList();
  }

  @Test
  void beforeTheLengthIsKnownOnlyTheFirstStep() {
    List<Long> looks =
        LongStream.range(0, 5000).filter(Spacing.UNKNOWN::looksInto).boxed().toList();
    assertEquals(List.of(0L), looks);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 20, 39, 40, 100, 640, 671, 672, 2810, 3072, 10_000, 1_000_000})
  void shortTrainingsStayReadableAndLongOnesCheap(long steps) {
    List<Long> looks = looks(steps);
    String what = steps + " steps: " + looks;
    assertTrue(looks.size() >= Math.min(steps, Spacing.FEWEST_LOOKS), what);
    long early = looks.stream().filter(s -> Long.bitCount(s) == 1).count();
    long regular = looks.size() - early;
    assertTrue(
        regular <= Math.max(2 * Spacing.FEWEST_LOOKS, steps / Spacing.STEPS_A_LOOK + 1), what);
    assertTrue(regular <= Spacing.MOST_LOOKS + 1, what);
    assertEquals(0, looks.get(0), what);
  }

  @Test
  void theFirstStepsAreSeenOneByOneThenMoreRarely() {
    assertEquals(List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 96L), looks(1280).subList(0, 9));
    assertEquals(40 + 5, looks(1280).size());
  }
}
