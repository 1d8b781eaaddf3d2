package dev.fovea.detection.train;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.evaluation.CocoEvaluator;
import dev.fovea.detection.evaluation.CocoFigures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * A detector on pictures with true objects. Immutable.
 *
 * @param classes names by label
 * @param pictures what was found in each picture
 * @param coco the evaluation
 */
public record DetectorEvaluation(List<String> classes, List<Picture> pictures, CocoEvaluator coco) {

  /** Name of the figure by which epochs are chosen: AP at an IoU of 0.5. */
  public static final String AP50 = "AP50";

  /**
   * A picture.
   *
   * @param name of its file
   * @param truth its objects
   * @param found by the detector, weak finds included
   */
  public record Picture(String name, List<Annotation> truth, List<Detection> found) {}

  /** Copies the lists. */
  public DetectorEvaluation {
    classes = List.copyOf(classes);
    pictures = List.copyOf(pictures);
  }

  /**
   * Evaluates a detector, with {@linkplain Thresholds#ALL weak finds} included.
   *
   * @param cancelled asked before each picture
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if the data has classes that the detector has not
   * @throws CancellationException if cancelled
   */
  public static DetectorEvaluation of(Detector detector, PictureSet set, BooleanSupplier cancelled)
      throws IOException {
    int[] labels = labels(set.data().classes(), detector.classes());
    Detector all = detector.withThresholds(Thresholds.ALL);
    CocoEvaluator coco = new CocoEvaluator(CocoEvaluator.Kind.BOX, detector.classes().size());
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("cancelled after " + i + " of " + set.size() + " pictures");
      }
      List<Detection> found = all.detect(set.image(i));
      List<Annotation> truth =
          set.objects(i).stream().map(a -> a.withLabel(labels[a.label()])).toList();
      coco.add(truth, found);
      pictures.add(new Picture(set.name(i), truth, found));
    }
    return new DetectorEvaluation(detector.classes(), pictures, coco);
  }

  /** For each class of the data, in whatever order its files name them, that of the detector. */
  private static int[] labels(List<String> data, List<String> detector) {
    if (!detector.containsAll(data)) {
      throw new IllegalArgumentException(
          "found the classes %s in the data, expected those of the model, %s"
              .formatted(data, detector));
    }
    return data.stream().mapToInt(detector::indexOf).toArray();
  }

  /** The figures of COCO, and AP50 of each class under {@code AP50_name}. */
  public Map<String, Double> figures() {
    CocoFigures all = coco.figures();
    Map<String, Double> figures = new LinkedHashMap<>(all.byName());
    for (int label = 0; label < classes.size(); label++) {
      figures.put(AP50 + "_" + classes.get(label), coco.averagePrecisionAt(label, 0));
    }
    return figures;
  }
}
