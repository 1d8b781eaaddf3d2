package dev.fovea.detection.evaluation;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Overlap;
import dev.fovea.detection.evaluation.CocoMatching.Area;
import dev.fovea.detection.mask.Mask;
import dev.fovea.detection.mask.RleMask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Average precision and recall as COCO defines them (Lin et al. 2014, "Microsoft COCO: Common
 * Objects in Context"), for boxes or masks; the figures are those of COCO's own program.
 *
 * <p>In every picture, for every class, the 100 surest finds are taken by falling score. Each
 * belongs to the true object that overlaps most and is still free, if they overlap at least by the
 * threshold; an object that does not count (a crowd, or one of another size) only if there is no
 * other. A find that belongs to such an object does not count either, nor does one of another size
 * that belongs to none. In place of the IoU, the overlap with a crowd is the part of the find that
 * is inside, and any number of finds may belong to it. Precision is read at 101 recalls.
 *
 * <p>Difficult objects count as any other; COCO does not know them. Not thread-safe.
 */
public final class CocoEvaluator {
  /** What is compared. */
  public enum Kind {
    /** Boxes. */
    BOX,
    /** Masks; every true object and every find must have one. */
    MASK
  }

  /** Number of IoU thresholds. */
  public static final int THRESHOLDS = 10;

  /** Where precision is read, in steps of the recall. */
  public static final int RECALL_POINTS = 101;

  /** Most finds of a class in a picture that are looked at. */
  public static final int MOST_DETECTIONS = 100;

  private static final int FEW_DETECTIONS = 10;
  private static final double NONE = -1;

  private final Kind kind;
  private final List<Map<Area, List<CocoMatching>>> matchings = new ArrayList<>();

  /**
   * An evaluator without pictures.
   *
   * @param classes how many there are
   */
  public CocoEvaluator(Kind kind, int classes) {
    this.kind = kind;
    for (int label = 0; label < classes; label++) {
      Map<Area, List<CocoMatching>> ofClass = new EnumMap<>(Area.class);
      for (Area area : Area.values()) {
        ofClass.put(area, new ArrayList<>());
      }
      matchings.add(ofClass);
    }
  }

  /** The IoU thresholds, 0.50, 0.55, ..., 0.95. */
  public static double threshold(int t) {
    return t == THRESHOLDS - 1 ? 0.95 : 0.5 + t * ((0.95 - 0.5) / (THRESHOLDS - 1));
  }

  /**
   * Adds a picture.
   *
   * @param truth its true objects
   * @param found what was found in it
   * @throws IllegalArgumentException if a label is not below the number of classes, or masks are
   *     compared and one is missing or of another size
   */
  public void add(List<Annotation> truth, List<Detection> found) {
    truth.forEach(object -> requireLabel(object.label()));
    found.forEach(find -> requireLabel(find.label()));
    for (int label = 0; label < matchings.size(); label++) {
      int wanted = label;
      List<Annotation> objects = truth.stream().filter(o -> o.label() == wanted).toList();
      List<Detection> finds =
          found.stream()
              .filter(f -> f.label() == wanted)
              .sorted(Comparator.comparingDouble(Detection::score).reversed())
              .limit(MOST_DETECTIONS)
              .toList();
      if (!objects.isEmpty() || !finds.isEmpty()) {
        addClass(label, objects, finds);
      }
    }
  }

  private void requireLabel(int label) {
    if (label >= matchings.size()) {
      throw new IllegalArgumentException(
          "evaluation: found label " + label + ", expected below " + matchings.size());
    }
  }

  private void addClass(int label, List<Annotation> objects, List<Detection> finds) {
    double[][] overlaps = kind == Kind.BOX ? boxes(objects, finds) : masks(objects, finds);
    double[] areas =
        finds.stream()
            .mapToDouble(f -> kind == Kind.BOX ? f.box().area() : f.mask().orElseThrow().area())
            .toArray();
    matchings
        .get(label)
        .forEach((area, list) -> list.add(CocoMatching.of(area, objects, finds, areas, overlaps)));
  }

  /** {@code [finds][objects]}. */
  private static double[][] boxes(List<Annotation> objects, List<Detection> finds) {
    return table(
        objects,
        finds,
        (o, f) ->
            (objects.get(o).crowd() ? Overlap.IOA : Overlap.IOU)
                .of(objects.get(o).box(), finds.get(f).box()));
  }

  private static double[][] masks(List<Annotation> objects, List<Detection> finds) {
    List<RleMask> truth = objects.stream().map(o -> required(o.mask())).toList();
    List<RleMask> found = finds.stream().map(f -> required(f.mask())).toList();
    return table(
        objects,
        finds,
        (o, f) ->
            objects.get(o).crowd()
                ? truth.get(o).ioa(found.get(f))
                : truth.get(o).iou(found.get(f)));
  }

  private static RleMask required(Optional<? extends Mask> mask) {
    return mask.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "evaluation of masks: found an object without a mask, expected one"))
        .toRle();
  }

  private interface Measure {
    double of(int object, int find);
  }

  private static double[][] table(
      List<Annotation> objects, List<Detection> finds, Measure measure) {
    double[][] table = new double[finds.size()][objects.size()];
    for (int f = 0; f < table.length; f++) {
      for (int o = 0; o < table[f].length; o++) {
        table[f][o] = measure.of(o, f);
      }
    }
    return table;
  }

  /** The twelve figures of the pictures added so far. */
  public CocoFigures figures() {
    return new CocoFigures(
        overClasses(label -> averagePrecision(label, Area.ALL)),
        overClasses(label -> averagePrecisionAt(label, 0)),
        overClasses(label -> averagePrecisionAt(label, THRESHOLDS / 2)),
        overClasses(label -> averagePrecision(label, Area.SMALL)),
        overClasses(label -> averagePrecision(label, Area.MEDIUM)),
        overClasses(label -> averagePrecision(label, Area.LARGE)),
        overClasses(label -> averageRecall(label, Area.ALL, 1)),
        overClasses(label -> averageRecall(label, Area.ALL, FEW_DETECTIONS)),
        overClasses(label -> averageRecall(label, Area.ALL, MOST_DETECTIONS)),
        overClasses(label -> averageRecall(label, Area.SMALL, MOST_DETECTIONS)),
        overClasses(label -> averageRecall(label, Area.MEDIUM, MOST_DETECTIONS)),
        overClasses(label -> averageRecall(label, Area.LARGE, MOST_DETECTIONS)));
  }

  private double overClasses(IntToDoubleFunction figure) {
    return IntStream.range(0, matchings.size())
        .mapToDouble(figure)
        .filter(value -> value != NONE)
        .average()
        .orElse(NONE);
  }

  /**
   * Average precision of one class over all thresholds; -1 if it has no true object.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public double averagePrecision(int label) {
    return averagePrecision(label, Area.ALL);
  }

  /** Average precision of one class at a threshold, 0 to 9; -1 if it has no true object. */
  public double averagePrecisionAt(int label, int t) {
    return curve(label, t).map(c -> c.averagePrecision(RECALL_POINTS)).orElse(NONE);
  }

  /** Average recall of one class with at most 100 finds a picture; -1 if it has no true object. */
  public double averageRecall(int label) {
    return averageRecall(label, Area.ALL, MOST_DETECTIONS);
  }

  /** Precision against recall of one class at a threshold, 0 to 9; none without true objects. */
  public Optional<PrecisionRecall> curve(int label, int t) {
    return curve(label, Area.ALL, MOST_DETECTIONS, t);
  }

  private double averagePrecision(int label, Area area) {
    return overThresholds(
        t ->
            curve(label, area, MOST_DETECTIONS, t)
                .map(c -> c.averagePrecision(RECALL_POINTS))
                .orElse(NONE));
  }

  private double averageRecall(int label, Area area, int most) {
    return overThresholds(
        t -> curve(label, area, most, t).map(PrecisionRecall::largestRecall).orElse(NONE));
  }

  private static double overThresholds(IntToDoubleFunction figure) {
    return IntStream.range(0, THRESHOLDS).mapToDouble(figure).average().orElseThrow();
  }

  private Optional<PrecisionRecall> curve(int label, Area area, int most, int t) {
    List<CocoMatching> ofClass = matchings.get(label).get(area);
    return Ranking.curve(
        ofClass.stream().flatMap(m -> m.finds(t, most)).toList(),
        ofClass.stream().mapToInt(CocoMatching::positives).sum());
  }
}
