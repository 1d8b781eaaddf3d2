package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/** Copies parts of dense tensors of any rank. */
final class Boxes {
  private Boxes() {}

  /**
   * A new tensor of elements of another.
   *
   * @param coordinates for each dimension, where the elements come from
   */
  static Tensor gather(Tensor from, int[][] coordinates) {
    int[] dims = new int[coordinates.length];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = coordinates[d].length;
    }
    Tensor to = Tensor.zeros(Shape.of(dims));
    gather(from, coordinates, from.shape().strides(), 0, from.offset(), to.array(), 0);
    return to;
  }

  private static int gather(
      Tensor from, int[][] coordinates, int[] strides, int d, int base, float[] to, int at) {
    int next = at;
    if (d == coordinates.length) {
      to[next++] = from.array()[base];
      return next;
    }
    for (int coordinate : coordinates[d]) {
      int start = base + coordinate * strides[d];
      if (d == coordinates.length - 1) {
        to[next++] = from.array()[start];
      } else {
        next = gather(from, coordinates, strides, d + 1, start, to, next);
      }
    }
    return next;
  }

  /** Copies a box of one tensor to a place in another of the same rank. */
  static void copy(Tensor from, int[] fromStart, Tensor to, int[] toStart, int[] extent) {
    copy(from, fromStart, to, toStart, extent, 0, from.offset(), to.offset());
  }

  private static void copy(
      Tensor from,
      int[] fromStart,
      Tensor to,
      int[] toStart,
      int[] extent,
      int d,
      int fromBase,
      int toBase) {
    if (d == extent.length) {
      to.array()[toBase] = from.array()[fromBase];
      return;
    }
    int fromStride = from.shape().size(d + 1, extent.length);
    int toStride = to.shape().size(d + 1, extent.length);
    int fromAt = fromBase + fromStart[d] * fromStride;
    int toAt = toBase + toStart[d] * toStride;
    if (d == extent.length - 1) {
      System.arraycopy(from.array(), fromAt, to.array(), toAt, extent[d]);
      return;
    }
    for (int i = 0; i < extent[d]; i++) {
      copy(
          from,
          fromStart,
          to,
          toStart,
          extent,
          d + 1,
          fromAt + i * fromStride,
          toAt + i * toStride);
    }
  }
}
