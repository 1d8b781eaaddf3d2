package dev.fovea.detection.evaluation;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Overlap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which class was taken for which. Finds and true objects of any class are paired by falling IoU,
 * each once; what is left over was taken for background, or background for it.
 *
 * <p>Difficult objects and crowds are no rows: finds that belong to them, or for crowds lie in them
 * to the threshold, are left out. Not thread-safe.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final double iou;
  private final double score;
  private final long[][] counts;

  /**
   * A matrix of zeros.
   *
   * @param classes how many there are
   * @param iou least IoU of a pair
   * @param score least score of a find that is looked at
   */
  public ConfusionMatrix(int classes, double iou, double score) {
    this.classes = classes;
    this.iou = iou;
    this.score = score;
    counts = new long[classes + 1][classes + 1];
  }

  private record Pair(int object, int find, double overlap) {}

  /**
   * Adds a picture.
   *
   * @throws IndexOutOfBoundsException if a label is not below the number of classes
   */
  public void add(List<Annotation> truth, List<Detection> found) {
    List<Detection> sure = found.stream().filter(f -> f.score() >= score).toList();
    boolean[] objectTaken = new boolean[truth.size()];
    boolean[] findTaken = new boolean[sure.size()];
    for (Pair pair : pairs(truth, sure)) {
      Annotation object = truth.get(pair.object());
      if (!findTaken[pair.find()] && (!objectTaken[pair.object()] || object.crowd())) {
        objectTaken[pair.object()] = true;
        findTaken[pair.find()] = true;
        if (counts(object)) {
          counts[object.label()][sure.get(pair.find()).label()]++;
        }
      }
    }
    for (int o = 0; o < objectTaken.length; o++) {
      if (!objectTaken[o] && counts(truth.get(o))) {
        counts[truth.get(o).label()][classes]++;
      }
    }
    for (int f = 0; f < findTaken.length; f++) {
      if (!findTaken[f]) {
        counts[classes][sure.get(f).label()]++;
      }
    }
  }

  private static boolean counts(Annotation object) {
    return !object.difficult() && !object.crowd();
  }

  /** By falling overlap; of equal ones the earlier object, then the earlier find; crowds last. */
  private List<Pair> pairs(List<Annotation> truth, List<Detection> found) {
    List<Pair> pairs = new ArrayList<>();
    for (int o = 0; o < truth.size(); o++) {
      Overlap measure = truth.get(o).crowd() ? Overlap.IOA : Overlap.IOU;
      for (int f = 0; f < found.size(); f++) {
        double overlap = measure.of(truth.get(o).box(), found.get(f).box());
        if (overlap >= iou) {
          pairs.add(new Pair(o, f, overlap));
        }
      }
    }
    pairs.sort(
        Comparator.<Pair, Boolean>comparing(p -> truth.get(p.object()).crowd())
            .thenComparing(Comparator.comparingDouble(Pair::overlap).reversed()));
    return pairs;
  }

  /**
   * Counts so far, {@code [true class][found class]}, a new array; the last row is what was found
   * where nothing is, the last column what was not found.
   */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }
}
