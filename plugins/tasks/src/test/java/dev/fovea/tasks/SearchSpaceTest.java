package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.zoo.search.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values and ranges as users type them. */
class SearchSpaceTest {

  private static SearchTask.Parameters parse(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(Map.of("data", "images", "output", "out/table.csv"));
    all.putAll(given);
    return new SearchTask().parse(all);
  }

  @Test
  void rateAndDecayAreVariedByDefault() {
    SearchSpace space = parse(Map.of()).space();
    assertEquals(
        List.of(Range.log("learning_rate", 1e-3, 1e-1), Range.log("weight_decay", 1e-5, 1e-2)),
        space.ranges());
    assertEquals("64", space.fixed().get("batch_size"));
    assertEquals("lenet", space.fixed().get("arch"));
    assertTrue(space.fixed().keySet().stream().noneMatch(k -> k.equals("resume")));
  }

  @Test
  void scalesSuitTheirParameters() {
    SearchSpace space =
        parse(
                Map.of(
                    "learning_rate", "0.02",
                    "weight_decay", "auto",
                    "batch_size", "16..64",
                    "label_smoothing", "0..0.2",
                    "clip", "1..10"))
            .space();
    assertEquals(
        List.of(
            Range.whole("batch_size", 16, 64),
            Range.log("clip", 1, 10),
            Range.linear("label_smoothing", 0, 0.2)),
        space.ranges().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList());
    assertEquals("0.02", space.fixed().get("learning_rate"));
    Map<String, String> values =
        space.values(Map.of("batch_size", 17.0, "clip", 2.5, "label_smoothing", 0.125));
    assertEquals("17", values.get("batch_size"));
    assertEquals("2.5", values.get("clip"));
    assertEquals("0.02", values.get("learning_rate"));
  }

  @ParameterizedTest
  @CsvSource({
    "learning_rate, 0..1",
    "learning_rate, 1e-1..1e-3",
    "learning_rate, 1e-3..",
    "learning_rate, fast",
    "weight_decay, auto..1",
    "weight_decay, 0..1e-2",
    "batch_size, 1.5..8",
    "folds, 1",
    "halving, 1",
    "learning_rate, 1e-3..1e3"
  })
  void whatIsNoRangeIsRefused(String key, String value) {
    assertThrows(IllegalArgumentException.class, () -> parse(Map.of(key, value)));
  }

  @Test
  void aSearchNeedsSomethingToVary() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> parse(Map.of("learning_rate", "0.1", "weight_decay", "0")));
    assertTrue(e.getMessage().contains("expected a range"), e.getMessage());
  }

  @Test
  void whatNoTrainingTakesIsRefusedAtOnce() {
    assertThrows(
        IllegalArgumentException.class,
        () -> parse(Map.of("loss", "hinge", "label_smoothing", "0.1..0.2")));
  }
}
