package dev.fovea.segmentation;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link Segmenter} found in an image.
 *
 * @param labels the objects, numbered 1..n, of the image's size
 * @param probabilities planes of background, interior and border of every pixel, as in {@link
 *     ClassMaps}
 */
public record Segmentation(LabelMap labels, ClassProbabilities probabilities) {
  /**
   * Rates every object by the mean foreground probability of its pixels.
   *
   * @return for each label a score in [0, 1], in ascending label order
   */
  public Map<Integer, Double> scores() {
    float[] background = probabilities.plane(ClassMaps.BACKGROUND);
    LabelIndex index = new LabelIndex(labels.labels());
    double[] sum = new double[index.count() + 1];
    long[] area = new long[index.count() + 1];
    for (int i = 0; i < background.length; i++) {
      int rank = index.rank(labels.labels()[i]);
      sum[rank] += 1 - background[i];
      area[rank]++;
    }
    Map<Integer, Double> scores = new TreeMap<>();
    for (int rank = 1; rank <= index.count(); rank++) {
      scores.put(index.label(rank), sum[rank] / area[rank]);
    }
    return scores;
  }
}
