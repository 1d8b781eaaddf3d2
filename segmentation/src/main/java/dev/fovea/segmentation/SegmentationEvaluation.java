package dev.fovea.segmentation;

import dev.fovea.engine.image.data.SegmentationDataset;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of a segmenter on a data set with instance labels: {@code ap50} and {@code map}, the
 * average precision at an IoU of 0.5 and its mean over 0.5 to 0.9 (see {@link
 * InstanceAveragePrecision}); {@code dice}, the mean over the images of the foreground's Dice
 * coefficient; {@code miou}, the mean of the IoU of background and foreground over all pixels. Not
 * thread-safe.
 */
public final class SegmentationEvaluation {

  private final InstanceAveragePrecision precision = new InstanceAveragePrecision();
  private final SegmentationMetrics pixels = new SegmentationMetrics(2);
  private double diceSum;

  /**
   * Takes one image into the figures.
   *
   * @param truth true objects; not changed
   * @param predicted predicted objects of the same size; not changed
   */
  public void add(LabelMap truth, LabelMap predicted) {
    precision.add(truth, predicted);
    pixels.add(foreground(truth), foreground(predicted));
    diceSum += SegmentationMetrics.foregroundDice(truth, predicted);
  }

  private static int[] foreground(LabelMap map) {
    int[] f = new int[map.labels().length];
    for (int i = 0; i < f.length; i++) {
      f[i] = Integer.signum(map.labels()[i]);
    }
    return f;
  }

  /** Number of images so far. */
  public int images() {
    return precision.images();
  }

  /** The figures by name, sorted; NaN without images. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put("ap50", precision.averagePrecision(InstanceAveragePrecision.THRESHOLDS.get(0)));
    figures.put("map", precision.meanAveragePrecision());
    figures.put("dice", diceSum / images());
    figures.put("miou", pixels.meanIou());
    return figures;
  }

  /**
   * Segments a whole data set and measures.
   *
   * @param progress told after every image; may cancel
   * @throws IOException if an image or its labels cannot be read
   */
  public static SegmentationEvaluation of(
      Segmenter segmenter, SegmentationDataset data, Progress progress) throws IOException {
    SegmentationEvaluation evaluation = new SegmentationEvaluation();
    for (int i = 0; i < data.size(); i++) {
      SegmentationDataset.Sample s = data.sample(i);
      LabelMap truth = LabelMap.of(s.image().width(), s.image().height(), s.labels());
      evaluation.add(truth, segmenter.segment(s.image()).labels());
      progress.update(i + 1, data.size());
    }
    return evaluation;
  }
}
