package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/**
 * A tensor {@code [N, C, spatial...]} with one to three spatial dimensions, seen as planes of
 * volumes; missing dimensions have the extent 1.
 *
 * @param planes volumes: {@code N C}
 * @param depth planes of each
 * @param height rows
 * @param width columns
 */
record Volume(int planes, int depth, int height, int width) {

  static Volume of(Tensor t) {
    int rank = t.shape().rank();
    return new Volume(
        t.shape().dim(0) * t.shape().dim(1),
        rank > 4 ? t.shape().dim(-3) : 1,
        rank > 3 ? t.shape().dim(-2) : 1,
        t.shape().dim(-1));
  }

  /** Elements of one volume. */
  int size() {
    return depth * height * width;
  }

  /** A sequence {@code [N, C, W]} as images of one row; images as they are. */
  static Tensor image(Tensor t) {
    return t.shape().rank() == 3
        ? t.reshape(t.shape().dim(0), t.shape().dim(1), 1, t.shape().dim(2))
        : t;
  }
}
