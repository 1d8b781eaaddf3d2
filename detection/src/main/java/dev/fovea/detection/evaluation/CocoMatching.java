package dev.fovea.detection.evaluation;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which finds of one class in one picture are right, among objects of one range of areas. */
final class CocoMatching {
  /** Ranges of areas, both ends inclusive, as in COCO's program. */
  enum Area {
    ALL(0, 1e10),
    SMALL(0, 32 * 32),
    MEDIUM(32 * 32, 96 * 96),
    LARGE(96 * 96, 1e10);

    private final double least;
    private final double most;

    Area(double least, double most) {
      this.least = least;
      this.most = most;
    }

    boolean has(double area) {
      return area >= least && area <= most;
    }
  }

  private enum Verdict {
    RIGHT,
    WRONG,
    NOT_COUNTED
  }

  /** Two boxes with an overlap of exactly 1 must match at a threshold of 1. */
  private static final double LARGEST_THRESHOLD = 1 - 1e-10;

  private final List<Detection> finds;
  private final double[] findAreas;
  private final double[][] overlaps;
  private final Area area;
  private final List<Annotation> objects;
  private final boolean[] counted;

  /** Objects that count first, else in their order. */
  private final int[] order;

  private final Verdict[][] verdicts = new Verdict[CocoEvaluator.THRESHOLDS][];

  private CocoMatching(
      Area area,
      List<Annotation> objects,
      List<Detection> finds,
      double[] findAreas,
      double[][] overlaps) {
    this.area = area;
    this.objects = objects;
    this.finds = finds;
    this.findAreas = findAreas;
    this.overlaps = overlaps;
    counted = new boolean[objects.size()];
    for (int o = 0; o < counted.length; o++) {
      counted[o] = !objects.get(o).crowd() && area.has(objects.get(o).area());
    }
    order =
        IntStream.range(0, counted.length)
            .boxed()
            .sorted(Comparator.comparing(o -> !counted[o]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * Matches at all thresholds.
   *
   * @param finds by falling score
   * @param overlaps {@code [finds][objects]}
   */
  static CocoMatching of(
      Area area,
      List<Annotation> objects,
      List<Detection> finds,
      double[] findAreas,
      double[][] overlaps) {
    CocoMatching matching = new CocoMatching(area, objects, finds, findAreas, overlaps);
    for (int t = 0; t < CocoEvaluator.THRESHOLDS; t++) {
      matching.verdicts[t] = matching.match(CocoEvaluator.threshold(t));
    }
    return matching;
  }

  private Verdict[] match(double threshold) {
    Verdict[] all = new Verdict[finds.size()];
    boolean[] taken = new boolean[objects.size()];
    for (int f = 0; f < all.length; f++) {
      int object = best(f, taken, Math.min(threshold, LARGEST_THRESHOLD));
      if (object >= 0) {
        taken[object] = true;
        all[f] = counted[object] ? Verdict.RIGHT : Verdict.NOT_COUNTED;
      } else {
        all[f] = area.has(findAreas[f]) ? Verdict.WRONG : Verdict.NOT_COUNTED;
      }
    }
    return all;
  }

  /** The object that a find belongs to, of equal overlaps the last; -1 for none. */
  private int best(int find, boolean[] taken, double least) {
    int best = -1;
    double largest = least;
    for (int object : order) {
      if (best >= 0 && counted[best] && !counted[object]) {
        break;
      }
      boolean free = !taken[object] || objects.get(object).crowd();
      if (free && overlaps[find][object] >= largest) {
        best = object;
        largest = overlaps[find][object];
      }
    }
    return best;
  }

  /** Number of objects that are to be found. */
  int positives() {
    return (int) IntStream.range(0, counted.length).filter(o -> counted[o]).count();
  }

  /** The finds that count, of the surest ones. */
  Stream<Ranking.Find> finds(int t, int most) {
    return IntStream.range(0, Math.min(most, finds.size()))
        .filter(f -> verdicts[t][f] != Verdict.NOT_COUNTED)
        .mapToObj(f -> new Ranking.Find(finds.get(f).score(), verdicts[t][f] == Verdict.RIGHT));
  }
}
