package dev.fovea.engine.bioimage;

import java.util.Map;

/**
 * A step before or after the network, on whole samples. Immutable.
 *
 * <p>Steps follow each other: the statistics of one are those of what the ones before it made. A
 * step after the network that refers to an input means the input as it came, before all steps.
 */
public abstract class Processing {
  private final String name;
  private final String settings;

  /** Only the steps of this package. */
  Processing(String name, String settings) {
    this.name = name;
    this.settings = settings;
  }

  /** Its name in the format, {@code zero_mean_unit_variance}. */
  public final String name() {
    return name;
  }

  /**
   * Makes a new sample of one that stays as it is.
   *
   * @param inputs the raw inputs by their names
   * @throws IllegalArgumentException if the extents do not fit its settings
   */
  abstract Sample apply(Sample sample, Map<String, Sample> inputs);

  /** Name and settings. */
  @Override
  public final String toString() {
    return settings.isEmpty() ? name : name + " (" + settings + ")";
  }
}
