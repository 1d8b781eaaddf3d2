package dev.fovea.engine.train;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one epoch gave. Immutable.
 *
 * @param epoch from 1
 * @param loss mean training loss of the epoch, without the regularisation term
 * @param metrics validation figures by name, sorted; empty without validation
 * @param seconds duration of the training part
 */
public record EpochResult(int epoch, double loss, Map<String, Double> metrics, double seconds) {
  /** Copies the figures. */
  public EpochResult {
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
  }
}
