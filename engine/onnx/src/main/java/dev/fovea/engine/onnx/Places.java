package dev.fovea.engine.onnx;

import dev.fovea.engine.tensor.Shape;

/** Where elements are: places in row-major order. */
final class Places {

  private Places() {}

  /** For each element of a shape the place of the one that is broadcast to it. */
  static int[] broadcast(Shape from, Shape to) {
    int[] own = from.strides();
    int[] step = new int[to.rank()];
    int ahead = to.rank() - from.rank();
    for (int d = ahead; d < to.rank(); d++) {
      step[d] = from.dim(d - ahead) == 1 ? 0 : own[d - ahead];
    }
    return strided(to, step);
  }

  /** For each element of a shape the sum of its indices, each times a step. */
  static int[] strided(Shape shape, int... step) {
    int[] places = new int[shape.size()];
    int[] index = new int[shape.rank()];
    for (int i = 1, at = 0; i < places.length; i++) {
      int d = shape.rank() - 1;
      at += step[d];
      while (++index[d] == shape.dim(d)) {
        at -= index[d] * step[d];
        index[d] = 0;
        at += step[--d];
      }
      places[i] = at;
    }
    return places;
  }

  /**
   * A shape cut at an axis: before it, along it, behind it.
   *
   * @param outer number of elements over the dimensions before the axis
   * @param along extent of the axis
   * @param inner number of elements over the dimensions behind the axis
   */
  record Cut(int outer, int along, int inner) {

    static Cut of(Shape s, int axis) {
      return new Cut(s.size(0, axis), s.dim(axis), s.size(axis + 1, s.rank()));
    }

    /** The place of an element. */
    int place(int o, int a, int i) {
      return (o * along + a) * inner + i;
    }
  }
}
