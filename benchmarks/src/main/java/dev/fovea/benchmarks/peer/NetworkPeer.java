package dev.fovea.benchmarks.peer;

import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;

/** Runs networks forward. */
public interface NetworkPeer extends Peer {

  /**
   * Opens a network with one input.
   *
   * @param name of the network, for peers that cannot read the file and build the same themselves
   * @param model content of an ONNX file
   * @param x the input of every run
   * @param threads how many threads a run may use
   * @return what computes the first output
   * @throws IOException if this peer has no such network or cannot read the file; one line
   */
  Contender open(String name, byte[] model, Tensor x, int threads) throws IOException;

  /**
   * Whether the weights are those of the file, so that the results must agree; else this peer built
   * a network of the same structure by itself.
   */
  default boolean sameWeights() {
    return true;
  }
}
