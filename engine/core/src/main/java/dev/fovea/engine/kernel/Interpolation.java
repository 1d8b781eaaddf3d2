package dev.fovea.engine.kernel;

/**
 * How {@link Kernels#resize} finds the source coordinate and value of an output pixel.
 *
 * <p>With {@code s = out / in} (given explicitly, since ONNX allows a scale that is not exactly the
 * ratio of the sizes) and output index {@code o}: half-pixel {@code (o + 0.5) / s - 0.5};
 * asymmetric {@code o / s}; align-corners {@code o (in - 1) / (out - 1)}.
 *
 * @param linear bilinear if true, else nearest
 * @param coordinates mapping of output to input coordinates
 * @param rounding for nearest: which neighbour
 * @param scaleH scale of rows
 * @param scaleW scale of columns
 */
public record Interpolation(
    boolean linear, Coordinates coordinates, Rounding rounding, float scaleH, float scaleW) {

  /** Mapping of output to input coordinates, by ONNX's names. */
  public enum Coordinates {
    /** {@code (o + 0.5) / s - 0.5}. */
    HALF_PIXEL,
    /** {@code o / s}. */
    ASYMMETRIC,
    /** {@code o (in - 1) / (out - 1)}; 0 if the output has one element. */
    ALIGN_CORNERS,
    /** Half-pixel, but 0 if the output has one element. */
    PYTORCH_HALF_PIXEL
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
   * Source coordinate of an output index along one dimension, before clamping to {@code [0, in-1]}.
   * Computed in float, as ONNX Runtime does: with doubles, ties of nearest fall differently.
   */
  public float source(int o, int in, int out, float scale) {
    return switch (coordinates) {
      case HALF_PIXEL -> (o + 0.5f) / scale - 0.5f;
      case ASYMMETRIC -> o / scale;
      case ALIGN_CORNERS -> out == 1 ? 0 : o * (float) (in - 1) / (out - 1);
      case PYTORCH_HALF_PIXEL -> out == 1 ? 0 : (o + 0.5f) / scale - 0.5f;
    };
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
