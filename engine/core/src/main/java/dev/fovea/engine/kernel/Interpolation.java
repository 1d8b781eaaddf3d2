package dev.fovea.engine.kernel;

import java.util.List;

/**
 * How {@link Kernels#resize} finds the source coordinate and value of an output element.
 *
 * <p>With {@code s = out / in} (given explicitly, since ONNX allows a scale that is not exactly the
 * ratio of the sizes) and output index {@code o}: half-pixel {@code (o + 0.5) / s - 0.5};
 * asymmetric {@code o / s}; align-corners {@code o (in - 1) / (out - 1)}.
 *
 * @param filter how values between the elements are found
 * @param coordinates mapping of output to input coordinates
 * @param rounding for nearest: which neighbour
 * @param scales a scale for each dimension in space, outermost first
 * @param region the part of the input that is shown, for {@link Coordinates#TF_CROP_AND_RESIZE}
 */
public record Interpolation(
    Filter filter, Coordinates coordinates, Rounding rounding, List<Float> scales, Region region) {

  /** Copies the list. */
  public Interpolation {
    scales = List.copyOf(scales);
  }

  /** Shows all of the input. */
  public Interpolation(
      Filter filter, Coordinates coordinates, Rounding rounding, List<Float> scales) {
    this(filter, coordinates, rounding, scales, Region.ALL);
  }

  /**
   * A part of the input, in coordinates that run from 0 at the centre of its first element to 1 at
   * that of its last.
   *
   * @param starts for each dimension in space, outermost first; none for all of the input
   * @param ends likewise
   * @param outside value of what lies outside of the input
   */
  public record Region(List<Float> starts, List<Float> ends, float outside) {

    /** All of the input. */
    public static final Region ALL = new Region(List.of(), List.of(), 0);

    /** Copies the lists and checks them. */
    public Region {
      starts = List.copyOf(starts);
      ends = List.copyOf(ends);
      if (starts.size() != ends.size()) {
        throw new IllegalArgumentException(
            "interpolation: expected as many ends as starts, found " + starts + " and " + ends);
      }
    }

    /** Where the region begins along a dimension in space. */
    public float start(int d) {
      return starts.isEmpty() ? 0 : starts.get(d);
    }

    /** Where the region ends along a dimension in space. */
    public float end(int d) {
      return ends.isEmpty() ? 1 : ends.get(d);
    }
  }

  /** Kinds of interpolation. */
  public enum Method {
    /** One neighbour. */
    NEAREST,
    /** A triangle: two neighbours along each dimension. */
    LINEAR,
    /** Cubic convolution: four neighbours along each dimension (Keys, 1981). */
    CUBIC
  }

  /**
   * How values between the elements are found.
   *
   * @param method kind of interpolation
   * @param cubic the coefficient {@code a} of cubic convolution, its slope at distance 1; usually
   *     -0.75 or -0.5
   * @param excludeOutside whether neighbours outside of the input are left out, and the others
   *     weighted more; else the border is repeated
   * @param antialias whether the filter is stretched by {@code 1 / s} where the output is smaller,
   *     so that it averages what it covers
   */
  public record Filter(Method method, float cubic, boolean excludeOutside, boolean antialias) {

    private static final float USUAL_CUBIC = -0.75f;

    /** One neighbour. */
    public static final Filter NEAREST = new Filter(Method.NEAREST, USUAL_CUBIC, false, false);

    /** Two neighbours along each dimension. */
    public static final Filter LINEAR = new Filter(Method.LINEAR, USUAL_CUBIC, false, false);

    /** Four neighbours along each dimension. */
    public static final Filter CUBIC = new Filter(Method.CUBIC, USUAL_CUBIC, false, false);

    /** Checks that nearest is not smoothed. */
    public Filter {
      if (method == Method.NEAREST && (antialias || excludeOutside)) {
        throw new IllegalArgumentException(
            "interpolation: expected linear or cubic for antialias and exclude_outside, found"
                + " nearest");
      }
    }

    /** A copy that smooths where the output is smaller. */
    public Filter antialiased() {
      return new Filter(method, cubic, excludeOutside, true);
    }

    /** Distance from which on all weights are 0, for a filter that is not stretched. */
    public int support() {
      return method == Method.CUBIC ? 2 : 1;
    }

    /** Factor by which the filter is stretched along a dimension of the given scale. */
    public float stretch(float scale) {
      return antialias && scale < 1 ? 1 / scale : 1;
    }

    /** Weight of a neighbour at a distance, of linear and cubic interpolation. */
    public double weight(double distance) {
      double t = Math.abs(distance);
      if (method == Method.LINEAR) {
        return Math.max(0, 1 - t);
      }
      if (t >= 2) {
        return 0;
      }
      return t <= 1
          ? ((cubic + 2) * t - (cubic + 3)) * t * t + 1
          : ((cubic * t - 5 * cubic) * t + 8 * cubic) * t - 4 * cubic;
    }

    /** Derivative of the {@link #weight} of cubic interpolation by the distance. */
    double slope(double distance) {
      double t = Math.abs(distance);
      if (t >= 2) {
        return 0;
      }
      double inner = (3 * (cubic + 2) * t - 2 * (cubic + 3)) * t;
      double outer = (3 * cubic * t - 10 * cubic) * t + 8 * cubic;
      return Math.signum(distance) * (t <= 1 ? inner : outer);
    }
  }

  /** Mapping of output to input coordinates, by ONNX's names. */
  public enum Coordinates {
    /** {@code (o + 0.5) / s - 0.5}. */
    HALF_PIXEL,
    /** {@code o / s}. */
    ASYMMETRIC,
    /** {@code o (in - 1) / (out - 1)}; 0 if the output has one element. */
    ALIGN_CORNERS,
    /** Half-pixel, but 0 if the output has one element. */
    PYTORCH_HALF_PIXEL,
    /**
     * Half-pixel, moved so that the centres of input and output coincide where {@code in s} is not
     * an integer.
     */
    HALF_PIXEL_SYMMETRIC,
    /**
     * Align-corners within a region of the input; its middle if the output has one element. What
     * lies outside of the input has a given value.
     */
    TF_CROP_AND_RESIZE
  }

  /** Rounding of a nearest coordinate, by ONNX's names. */
  public enum Rounding {
    /** Half rounds down. */
    ROUND_PREFER_FLOOR,
    /** Half rounds up. */
    ROUND_PREFER_CEIL,
    /** Floor. */
    FLOOR,
    /** Ceiling. */
    CEIL
  }

  /**
   * Source coordinate of an output index along dimension {@code d} of space, before clamping to
   * {@code [0, in-1]}. Computed in float, as ONNX Runtime does: with doubles, ties of nearest fall
   * differently.
   */
  public float source(int d, int o, int in, int out) {
    float scale = scales.get(d);
    return switch (coordinates) {
      case HALF_PIXEL -> halfPixel(o, scale);
      case ASYMMETRIC -> o / scale;
      case ALIGN_CORNERS -> out == 1 ? 0 : o * (float) (in - 1) / (out - 1);
      case PYTORCH_HALF_PIXEL -> out == 1 ? 0 : halfPixel(o, scale);
      case HALF_PIXEL_SYMMETRIC -> symmetric(o, scale, in, out);
      case TF_CROP_AND_RESIZE -> inRegion(d, o, in, out);
    };
  }

  private float inRegion(int d, int o, int in, int out) {
    float start = region.start(d);
    float end = region.end(d);
    return out > 1
        ? start * (in - 1) + o * (end - start) * (in - 1) / (out - 1)
        : 0.5f * (start + end) * (in - 1);
  }

  /** Whether an output index shows nothing of the input, but the region's value for outside. */
  public boolean beyond(int d, int o, int in, int out) {
    float source = source(d, o, in, out);
    return coordinates == Coordinates.TF_CROP_AND_RESIZE && (source < 0 || source > in - 1);
  }

  private static float halfPixel(int o, float scale) {
    return (o + 0.5f) / scale - 0.5f;
  }

  /** The sum is one of doubles in ONNX Runtime, what moves the coordinates is not. */
  private static float symmetric(int o, float scale, int in, int out) {
    float shift = in / 2f * (1 - out / (scale * in));
    return (float) (shift + (o + 0.5) / scale - 0.5);
  }

  /** Index of the nearest source element for a source coordinate, clamped to {@code [0, in-1]}. */
  public int nearest(float source, int in) {
    int i =
        switch (rounding) {
          case ROUND_PREFER_FLOOR -> (int) Math.ceil(source - 0.5f);
          case ROUND_PREFER_CEIL -> (int) Math.floor(source + 0.5f);
          case FLOOR -> (int) Math.floor(source);
          case CEIL -> (int) Math.ceil(source);
        };
    return Math.min(Math.max(i, 0), in - 1);
  }
}
