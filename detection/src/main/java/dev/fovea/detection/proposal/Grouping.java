package dev.fovea.detection.proposal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * Joins the two most alike neighbours again and again until one region is left (Uijlings et al.
 * 2013, algorithm 1). All regions on the way are possible objects.
 */
final class Grouping {
  private final List<Region> regions;
  private final List<Set<Integer>> neighbours = new ArrayList<>();
  private final List<Boolean> gone = new ArrayList<>();
  private final Set<Similarity> measures;
  private final int pixels;

  /** The first regions stay in the list after they were joined, which makes them out of date. */
  private final PriorityQueue<Pair> pairs =
      new PriorityQueue<>(
          Comparator.comparingDouble(Pair::similarity)
              .reversed()
              .thenComparingInt(Pair::a)
              .thenComparingInt(Pair::b));

  private record Pair(int a, int b, double similarity) {}

  private Grouping(
      List<Region> initial, List<int[]> touching, Set<Similarity> measures, int pixels) {
    this.regions = new ArrayList<>(initial);
    // Sums in the order of the constants: that of a Set differs from one JVM to the next.
    this.measures = EnumSet.copyOf(measures);
    this.pixels = pixels;
    initial.forEach(r -> addPlace());
    touching.forEach(p -> connect(p[0], p[1]));
  }

  /**
   * All regions of a hierarchy, the first ones first and the whole picture last.
   *
   * @param touching pairs of neighbours
   * @param measures added up
   * @param pixels of the picture
   */
  static List<Region> of(
      List<Region> initial, List<int[]> touching, Set<Similarity> measures, int pixels) {
    Grouping grouping = new Grouping(initial, touching, measures, pixels);
    grouping.run();
    return grouping.regions;
  }

  private void addPlace() {
    // Sorted, so that the order in which similarities are computed is always the same.
    neighbours.add(new TreeSet<>());
    gone.add(false);
  }

  private void run() {
    for (Pair best; (best = pairs.poll()) != null; ) {
      if (!gone.get(best.a()) && !gone.get(best.b())) {
        join(best.a(), best.b());
      }
    }
  }

  private void join(int a, int b) {
    int joined = regions.size();
    regions.add(regions.get(a).joined(regions.get(b)));
    addPlace();
    gone.set(a, true);
    gone.set(b, true);
    Set<Integer> around = new TreeSet<>(neighbours.get(a));
    around.addAll(neighbours.get(b));
    around.removeIf(gone::get);
    around.forEach(r -> connect(r, joined));
  }

  private void connect(int a, int b) {
    neighbours.get(a).add(b);
    neighbours.get(b).add(a);
    double similarity = 0;
    for (Similarity measure : measures) {
      similarity += measure.of(regions.get(a), regions.get(b), pixels);
    }
    pairs.add(new Pair(a, b, similarity));
  }
}
