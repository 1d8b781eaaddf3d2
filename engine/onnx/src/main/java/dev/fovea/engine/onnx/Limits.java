package dev.fovea.engine.onnx;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * How much a model file may ask for. What a file claims is checked against these before memory is
 * reserved, because a file of a few bytes can claim any size.
 *
 * @param maxBytes longest file, the data that it keeps in other files included
 * @param maxFields most protobuf fields that become objects: a file of a few megabytes can hold
 *     millions of empty messages, each of which takes many times its two bytes in memory
 * @param maxElements most elements of a tensor in the file, or of a value that the graph computes
 *     for its example extents
 */
public record Limits(long maxBytes, int maxFields, long maxElements) {

  /**
   * For the heap of this JVM: a file up to a quarter of it and at most 1 GiB, 2^21 fields, tensors
   * up to a quarter of the heap and at most 2^28 elements.
   */
  public static final Limits DEFAULT = forHeap(Runtime.getRuntime().maxMemory());

  /** Tensors of images have 4 dimensions; nothing real comes near this. */
  static final int MAX_RANK = 16;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive, or is more than an array can hold
   */
  public Limits {
    if (maxBytes < 1 || maxFields < 1 || maxElements < 1) {
      throw new IllegalArgumentException(
          "limits: expected >= 1, found " + maxBytes + ", " + maxFields + ", " + maxElements);
    }
    if (maxBytes > 1L << 30 || maxElements > 1L << 30) {
      throw new IllegalArgumentException(
          "limits: expected at most 2^30 bytes and elements, found "
              + maxBytes
              + " and "
              + maxElements);
    }
  }

  private static Limits forHeap(long heap) {
    return new Limits(
        Math.min(1L << 30, heap / 4), 1 << 21, Math.min(1L << 28, heap / (4 * Float.BYTES)));
  }

  /** Accepts or refuses extents that a file claims. */
  Shape shape(Place at, List<Long> dims) throws ModelFormatException {
    if (dims.size() > MAX_RANK) {
      throw at.error(dims.size() + " dimensions", "at most " + MAX_RANK);
    }
    long size = 1;
    for (long d : dims) {
      if (d < 0) {
        throw at.error("shape " + dims + " with a negative extent", "extents >= 0");
      }
      // A division, because the product of numbers from a file may overflow even a long; and each
      // extent by itself, because beside a 0 any number would do.
      if (d > maxElements || (d > 0 && size > maxElements / d)) {
        throw at.error("shape " + dims, "at most " + maxElements + " elements");
      }
      size *= d;
    }
    return Shape.of(dims.stream().mapToInt(Math::toIntExact).toArray());
  }
}
