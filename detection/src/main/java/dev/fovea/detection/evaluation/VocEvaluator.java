package dev.fovea.detection.evaluation;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Overlap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Average precision as Pascal VOC defines it (Everingham et al. 2010, "The Pascal Visual Object
 * Classes Challenge").
 *
 * <p>In every picture, for every class, the finds are taken by falling score. Each goes to the true
 * object with the largest IoU, taken or not. If that IoU is at least the threshold and the object
 * is still free, the find is right; if the object is difficult, the find does not count; else it is
 * wrong. Difficult objects need not be found.
 *
 * <p>The devkit of VOC takes boxes as whole pixels with both ends inside, so that its widths are
 * one larger; here boxes are half-open. A box that was read in VOC's frame has the same area in
 * both.
 *
 * <p>Not thread-safe.
 */
public final class VocEvaluator {
  private static final int ELEVEN = 11;

  private final double iou;
  private final List<List<Ranking.Find>> finds = new ArrayList<>();
  private final int[] positives;

  /**
   * An evaluator without pictures.
   *
   * @param classes how many there are
   * @param iou threshold, 0.5 in Pascal VOC
   */
  public VocEvaluator(int classes, double iou) {
    if (!(iou > 0 && iou <= 1)) {
      throw new IllegalArgumentException("found IoU threshold " + iou + ", expected (0, 1]");
    }
    this.iou = iou;
    positives = new int[classes];
    IntStream.range(0, classes).forEach(label -> finds.add(new ArrayList<>()));
  }

  /**
   * Adds a picture.
   *
   * @param truth its true objects; a crowd counts as difficult
   * @param found what was found in it
   * @throws IndexOutOfBoundsException if a label is not below the number of classes
   */
  public void add(List<Annotation> truth, List<Detection> found) {
    boolean[] taken = new boolean[truth.size()];
    for (Annotation object : truth) {
      positives[object.label()] += counts(object) ? 1 : 0;
    }
    found.stream()
        .sorted(Comparator.comparingDouble(Detection::score).reversed())
        .forEach(find -> addFind(find, truth, taken));
  }

  private static boolean counts(Annotation object) {
    return !object.difficult() && !object.crowd();
  }

  private void addFind(Detection find, List<Annotation> truth, boolean[] taken) {
    int best = -1;
    double largest = iou;
    for (int o = 0; o < truth.size(); o++) {
      double overlap = Overlap.IOU.of(truth.get(o).box(), find.box());
      boolean better = best < 0 ? overlap >= largest : overlap > largest;
      if (truth.get(o).label() == find.label() && better) {
        best = o;
        largest = overlap;
      }
    }
    if (best < 0 || counts(truth.get(best))) {
      finds.get(find.label()).add(new Ranking.Find(find.score(), best >= 0 && !taken[best]));
    }
    if (best >= 0) {
      taken[best] = true;
    }
  }

  /** Precision against recall of one class; none if it has no object that counts. */
  public Optional<PrecisionRecall> curve(int label) {
    return Ranking.curve(finds.get(label), positives[label]);
  }

  /** Average precision of one class at 11 recalls, as in 2007; -1 without objects. */
  public double elevenPoint(int label) {
    return curve(label).map(c -> c.averagePrecision(ELEVEN)).orElse(-1.0);
  }

  /**
   * Average precision of one class as the area under its curve, from 2010 on; -1 without objects.
   */
  public double allPoint(int label) {
    return curve(label).map(PrecisionRecall::areaUnderCurve).orElse(-1.0);
  }

  /** Mean of {@link #elevenPoint} over the classes with objects; -1 without any. */
  public double meanElevenPoint() {
    return mean(c -> c.averagePrecision(ELEVEN));
  }

  /** Mean of {@link #allPoint} over the classes with objects; -1 without any. */
  public double meanAllPoint() {
    return mean(PrecisionRecall::areaUnderCurve);
  }

  private double mean(ToDoubleFunction<PrecisionRecall> figure) {
    return IntStream.range(0, positives.length)
        .mapToObj(this::curve)
        .flatMap(Optional::stream)
        .mapToDouble(figure)
        .average()
        .orElse(-1);
  }
}
