package dev.fovea.benchmarks.peer;

import java.io.IOException;

/**
 * Trains networks. Besides what it is told it uses as many threads as the environment variables
 * {@code OMP_NUM_THREADS} and {@code OPENBLAS_NUM_THREADS} of the process say.
 */
public interface TrainingPeer extends Peer {

  /**
   * Builds a network.
   *
   * @param x the values of the first input, the same in every step
   * @param classes the right classes; for captions the words, of which each is both read and asked
   *     for
   * @return what does one step, and has the loss of the last one as its result
   * @throws IOException if this peer has no such network; one line
   */
  Contender open(TrainingNet net, float[] x, int[] classes, int threads) throws IOException;
}
