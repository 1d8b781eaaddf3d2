package dev.fovea.engine.zoo.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Combinations of hyper-parameters to try, each a map from names to values. */
public final class Candidates {
  private static final int MOST = 1_000_000;

  private Candidates() {}

  /**
   * Random combinations. With the same number of trials these look at many more values of the few
   * hyper-parameters that matter than a grid. Bergstra and Bengio, "Random search for
   * hyper-parameter optimization", JMLR 2012.
   *
   * <p>Candidate {@code i} depends on the seed and {@code i} alone: a longer list begins like a
   * shorter one.
   */
  public static List<Map<String, Double>> random(List<Range> ranges, int count, long seed) {
    List<Map<String, Double>> all = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      Map<String, Double> candidate = new LinkedHashMap<>();
      ranges.forEach(range -> candidate.put(range.name(), range.draw(random)));
      all.add(candidate);
    }
    return List.copyOf(all);
  }

  /**
   * Every combination of evenly spaced values; the last hyper-parameter changes fastest.
   *
   * @param points values of each range, its ends included
   */
  public static List<Map<String, Double>> grid(List<Range> ranges, int points) {
    if (points < 1 || Math.pow(points, ranges.size()) > MOST) {
      throw new IllegalArgumentException(
          "grid: found "
              + points
              + " points in "
              + ranges.size()
              + " dimensions, expected at least 1 and no more than "
              + MOST
              + " combinations");
    }
    List<Map<String, Double>> all = List.of(Map.of());
    for (Range range : ranges) {
      List<Map<String, Double>> longer = new ArrayList<>();
      for (Map<String, Double> candidate : all) {
        for (double value : range.grid(points)) {
          Map<String, Double> more = new LinkedHashMap<>(candidate);
          more.put(range.name(), value);
          longer.add(more);
        }
      }
      all = longer;
    }
    return List.copyOf(all);
  }
}
