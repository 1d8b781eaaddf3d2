package dev.fovea.engine.bioimage;

/** The extents that an axis of a tensor may have. */
public sealed interface AxisSize {

  /** Any extent: of a batch. */
  record Any() implements AxisSize {
    @Override
    public String toString() {
      return "any";
    }
  }

  /**
   * One extent.
   *
   * @param extent at least 1
   */
  record Fixed(int extent) implements AxisSize {
    @Override
    public String toString() {
      return Integer.toString(extent);
    }
  }

  /**
   * {@code min + k * step} for any k from 0 on.
   *
   * @param min least extent
   * @param step at least 1
   */
  record Stepped(int min, int step) implements AxisSize {
    @Override
    public String toString() {
      return min + " + k * " + step;
    }
  }

  /**
   * {@code floor(extent of another axis * factor) + offset}.
   *
   * @param tensor whose axis it is
   * @param axis its id
   * @param factor above 0
   * @param offset pixels more, or fewer where a network gives no result for its rim
   */
  record Relative(String tensor, String axis, double factor, int offset) implements AxisSize {
    @Override
    public String toString() {
      String times = factor == 1 ? "" : " * " + (float) factor;
      String plus = offset == 0 ? "" : (offset < 0 ? " - " : " + ") + Math.abs(offset);
      return tensor + "." + axis + times + plus;
    }
  }

  /**
   * Known only when the network has run.
   *
   * @param min least extent
   */
  record FromData(int min) implements AxisSize {
    @Override
    public String toString() {
      return "at least " + min;
    }
  }
}
