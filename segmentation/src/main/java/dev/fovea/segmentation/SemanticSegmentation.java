package dev.fovea.segmentation;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link SemanticSegmenter} found in an image.
 *
 * @param labels for each pixel the number of its class; 0 for the background, if there is a class
 *     of that name, else all classes have numbers from 1 on
 * @param classes the name of each number that occurs, background left out
 * @param scores the mean probability of each of them over its pixels, 0 to 1
 */
public record SemanticSegmentation(
    LabelMap labels, Map<Integer, String> classes, Map<Integer, Double> scores) {

  /** Copies the maps. */
  public SemanticSegmentation {
    classes = Collections.unmodifiableMap(new TreeMap<>(classes));
    scores = Collections.unmodifiableMap(new TreeMap<>(scores));
  }
}
