package dev.fovea.engine.bioimage;

/**
 * By how much an output may differ from its test tensor: an element by {@code absolute + relative *
 * |expected|}.
 *
 * @param absolute whatever the size of the element, at least 0
 * @param relative as a share of the expected element, at least 0
 * @param perMillion how many of a million elements may differ by more
 */
public record Tolerance(double absolute, double relative, int perMillion) {

  /** What holds for packages that say nothing of it: all elements within 1e-4 and a thousandth. */
  public static final Tolerance DEFAULT = new Tolerance(1e-4, 1e-3, 0);

  /** Whether an element is near enough; NaN is near to NaN alone. */
  boolean accepts(float found, float expected) {
    double difference = Math.abs((double) found - expected);
    return Float.compare(found, expected) == 0
        || difference <= absolute + relative * Math.abs((double) expected);
  }

  @Override
  public String toString() {
    String rest = perMillion == 0 ? "" : ", but for " + perMillion + " of a million elements";
    return (float) absolute + " + " + (float) relative + " * |expected|" + rest;
  }
}
