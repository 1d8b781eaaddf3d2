package dev.fovea.engine.zoo.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldTest {

  @Test
  void everyIndexIsMeasuredOnceAndNeverTrainedOnInThatRound() {
    int[] all = IntStream.range(0, 23).toArray();
    List<Fold> folds = Fold.of(23, 5, 7);
    assertEquals(5, folds.size());
    for (Fold fold : folds) {
      int held = fold.validation().length;
      assertTrue(held == 4 || held == 5, "held out " + held);
      int[] both =
          IntStream.concat(Arrays.stream(fold.training()), Arrays.stream(fold.validation()))
              .sorted()
              .toArray();
      assertArrayEquals(all, both);
    }
    assertArrayEquals(
        all, folds.stream().flatMapToInt(f -> Arrays.stream(f.validation())).sorted().toArray());
  }

  @Test
  void theSeedDecides() {
    assertArrayEquals(Fold.of(50, 2, 3).get(0).training(), Fold.of(50, 2, 3).get(0).training());
    assertFalse(
        Arrays.equals(Fold.of(50, 2, 3).get(0).training(), Fold.of(50, 2, 4).get(0).training()));
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Fold.of(5, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Fold.of(5, 6, 0));
  }
}
