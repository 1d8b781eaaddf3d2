package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Shorter vectors whose Euclidean distances are nearly those of the long ones: {@code y = R x} with
 * independent normal {@code R_ij} of variance {@code 1 / to}. Squared distances are right on
 * average, with a relative deviation of {@code sqrt(2 / to)}. Johnson and Lindenstrauss, 1984.
 * Immutable and thread-safe.
 */
public final class RandomProjection {
  private final Tensor matrix;

  /**
   * A projection.
   *
   * @param from numbers in a long vector
   * @param to numbers in a short one
   * @param seed decides the matrix
   */
  public RandomProjection(int from, int to, long seed) {
    // He's variance is 2 / fan-in.
    this.matrix = Initializer.he().create("projection", Shape.of(to, from), 2 * to, to, seed);
  }

  /**
   * The short vectors of {@code x [N, from]}, {@code [N, to]}.
   *
   * @throws IllegalArgumentException if the vectors have another length
   */
  public Tensor apply(Tensor x, Backend backend, int threads) {
    int from = matrix.shape().dim(1);
    if (x.shape().rank() != 2 || x.shape().dim(1) != from) {
      throw new IllegalArgumentException(
          "random projection: found " + x.shape() + ", expected [N, " + from + "]");
    }
    Tensor y = Tensor.zeros(x.shape().dim(0), matrix.shape().dim(0));
    backend.kernels(threads).gemm(false, true, 1, x, matrix, 0, y);
    return y;
  }
}
