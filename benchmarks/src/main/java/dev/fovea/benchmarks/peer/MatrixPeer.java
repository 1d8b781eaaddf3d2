package dev.fovea.benchmarks.peer;

/**
 * Multiplies matrices. It uses as many threads as the environment variables {@code OMP_NUM_THREADS}
 * and {@code OPENBLAS_NUM_THREADS} of the process say.
 */
public interface MatrixPeer extends Peer {

  /**
   * Prepares {@code C = A B}.
   *
   * @param a {@code [M, K]}, row by row
   * @param b {@code [K, N]}, row by row
   */
  Contender open(int m, int n, int k, float[] a, float[] b);
}
