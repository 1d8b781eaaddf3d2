package dev.fovea.detection.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Labels by name while a data set is read: the declared ones, then others as they come up. */
final class ClassNames {
  private final Map<String, Integer> labels = new LinkedHashMap<>();
  private final int declared;

  /**
   * The declared names.
   *
   * @throws IllegalArgumentException if one is there twice
   */
  ClassNames(List<String> declared) {
    for (String name : declared) {
      if (labels.putIfAbsent(name, labels.size()) != null) {
        throw new IllegalArgumentException("found the class '" + name + "' twice, expected once");
      }
    }
    this.declared = declared.size();
  }

  int label(String name) {
    return labels.computeIfAbsent(name, unused -> labels.size());
  }

  /** The label of a class that has only a number, and no name. */
  int unknown(long number) {
    return label("#" + number);
  }

  DetectionDataset dataset(List<DetectionDataset.Picture> pictures) {
    return new DetectionDataset(new ArrayList<>(labels.keySet()), declared, pictures);
  }
}
