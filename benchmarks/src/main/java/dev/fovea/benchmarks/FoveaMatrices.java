package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * A product of matrices by Fovea's kernels.
 *
 * @param kernels what multiplies
 * @param a {@code [M, K]}
 * @param b {@code [K, N]}
 * @param c {@code [M, N]}
 */
record FoveaMatrices(Kernels kernels, Tensor a, Tensor b, Tensor c) implements Contender {

  static FoveaMatrices of(Kernels kernels, int m, int n, int k, float[] a, float[] b) {
    return new FoveaMatrices(
        kernels, Tensor.of(Shape.of(m, k), a), Tensor.of(Shape.of(k, n), b), Tensor.zeros(m, n));
  }

  @Override
  public void run() {
    kernels.gemm(false, false, 1, a, b, 0, c);
  }

  @Override
  public float[] result() {
    return c.toArray();
  }
}
