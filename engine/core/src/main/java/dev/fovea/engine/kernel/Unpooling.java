package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Puts elements at given places, as the switches of a maximum pooling say. One after the other, not
 * in parallel: places may be anywhere, also twice, and the order decides. Thread-safe.
 */
final class Unpooling {

  private Unpooling() {}

  static void forward(Tensor x, Tensor indices, Tensor y) {
    y.fill(0);
    for (int i = 0; i < x.size(); i++) {
      y.array()[y.offset() + place(indices, i, y.size())] = x.array()[x.offset() + i];
    }
  }

  static void backward(Tensor dy, Tensor indices, Tensor dx) {
    // Where several elements have one place, only the last of them can be seen.
    int[] seen = new int[dy.size()];
    Arrays.fill(seen, -1);
    for (int i = 0; i < dx.size(); i++) {
      seen[place(indices, i, dy.size())] = i;
    }
    for (int at = 0; at < seen.length; at++) {
      if (seen[at] >= 0) {
        dx.array()[dx.offset() + seen[at]] += dy.array()[dy.offset() + at];
      }
    }
  }

  private static int place(Tensor indices, int i, int size) {
    float index = indices.array()[indices.offset() + i];
    if (!(index >= 0 && index < size)) {
      throw new IllegalArgumentException(
          "unpooling: expected indices from 0 to " + (size - 1) + ", found " + index);
    }
    return (int) index;
  }
}
