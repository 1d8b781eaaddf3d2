package dev.fovea.engine.zoo.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTest {
  private static final List<Range> RANGES =
      List.of(
          Range.log("rate", 1e-5, 1e-1), Range.linear("drop", 0, 0.5), Range.whole("width", 2, 5));
  private static final List<String> NAMES = List.of("rate", "drop", "width");

  @TempDir Path folder;

  @Test
  void logarithmicRangesDrawEveryMagnitudeAsOften() {
    int[] magnitudes = new int[4];
    int[] widths = new int[6];
    int n = 4000;
    for (Map<String, Double> c : Candidates.random(RANGES, n, 5)) {
      double rate = c.get("rate");
      assertTrue(rate >= 1e-5 && rate <= 1e-1);
      magnitudes[Math.min(3, (int) Math.floor(Math.log10(rate) + 5))]++;
      assertTrue(c.get("drop") >= 0 && c.get("drop") <= 0.5);
      widths[c.get("width").intValue()]++;
    }
    // A quarter each; five standard deviations are 137.
    for (int i = 0; i < 4; i++) {
      assertEquals(n / 4, magnitudes[i], 137);
      assertEquals(n / 4, widths[i + 2], 137);
    }
  }

  @Test
  void aLongerListBeginsLikeAShorterOne() {
    assertEquals(Candidates.random(RANGES, 5, 1), Candidates.random(RANGES, 9, 1).subList(0, 5));
  }

  @Test
  void gridsReachTheEndsOnTheScaleOfTheRange() {
    List<Map<String, Double>> grid =
        Candidates.grid(List.of(Range.log("rate", 1e-4, 1), Range.whole("width", 1, 2)), 3);
    // Of the whole numbers 1 and 2 three points would be one of them twice.
    assertEquals(6, grid.size());
    assertEquals(1e-4, grid.get(0).get("rate"), 1e-12);
    assertEquals(1e-2, grid.get(2).get("rate"), 1e-12);
    assertEquals(1, grid.get(4).get("rate"), 1e-12);
    assertEquals(2, grid.get(5).get("width"));
    assertThrows(IllegalArgumentException.class, () -> Candidates.grid(RANGES, 0));
    assertThrows(IllegalArgumentException.class, () -> Candidates.grid(RANGES, 101));
  }

  @Test
  void impossibleRangesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Range.log("rate", 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Range.linear("rate", 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Range.linear("a,b", 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Range("n", Range.Scale.WHOLE, 0.5, 2));
  }

  private static List<Map<String, Double>> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> Map.of("x", (double) i)).toList();
  }

  @Test
  void halvingGivesTheBestTheWholeBudget() throws IOException {
    List<String> asked = new ArrayList<>();
    TrialTable table = TrialTable.inMemory(List.of("x"));
    Search search =
        new Search(
            (values, budget) -> {
              double x = values.get("x");
              asked.add((int) x + "/" + budget);
              // Candidate 5 is best, 7 fails.
              return x == 7 ? Double.NaN : -Math.abs(x - 5);
            },
            table,
            () -> false);
    List<Trial> last = search.halving(numbered(9), 1, 8, 3);
    assertEquals(List.of(5), last.stream().map(Trial::candidate).toList());
    assertEquals(8, last.get(0).budget());
    assertEquals(9 + 3 + 1, asked.size());
    assertEquals(List.of("4/3", "5/3", "6/3", "5/8"), asked.subList(9, 13));
    assertEquals(5.0, table.best().orElseThrow().values().get("x"));
    assertThrows(IllegalArgumentException.class, () -> search.halving(List.of(), 1, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> search.halving(numbered(2), 1, 2, 1));
  }

  @Test
  void anInterruptedSearchGoesOnWhereItWas() throws IOException {
    Path file = folder.resolve("trials.csv");
    List<Map<String, Double>> candidates = Candidates.random(RANGES, 6, 2);
    int[] calls = new int[1];
    Search.Objective objective =
        (values, budget) -> {
          calls[0]++;
          return Math.sin(1000 * values.get("rate")) + values.get("width");
        };
    List<Trial> first =
        new Search(objective, TrialTable.open(file, NAMES), () -> calls[0] == 4).all(candidates, 3);
    assertEquals(4, first.size());
    TrialTable table = TrialTable.open(file, NAMES);
    List<Trial> rest = new Search(objective, table, () -> false).all(candidates, 3);
    assertEquals(6, calls[0], "nothing is measured twice");
    assertEquals(first, rest.subList(0, 4));
    assertEquals(6, Files.readAllLines(file).size() - 1);
    assertEquals(7, table.describe().lines().count());
    // Another budget is another measurement.
    new Search(objective, table, () -> false).all(candidates.subList(0, 1), 4);
    assertEquals(7, calls[0]);
  }

  @Test
  void tablesOfSomethingElseAreRefused() throws IOException {
    Path file = folder.resolve("trials.csv");
    new Search((v, b) -> Double.NaN, TrialTable.open(file, NAMES), () -> false)
        .all(Candidates.random(RANGES, 1, 1), 1);
    assertTrue(TrialTable.open(file, NAMES).best().isEmpty(), "a failure is no best trial");
    assertThrows(IOException.class, () -> TrialTable.open(file, List.of("rate")));
    Files.writeString(file, Files.readString(file) + "1,2,3\n");
    assertThrows(IOException.class, () -> TrialTable.open(file, NAMES));
    Files.writeString(file, "");
    assertThrows(IOException.class, () -> TrialTable.open(file, NAMES));
  }
}
