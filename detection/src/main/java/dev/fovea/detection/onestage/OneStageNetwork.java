package dev.fovea.detection.onestage;

import dev.fovea.detection.Detection;
import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A network of one stage: one run gives all candidates.
 *
 * @param network opened
 * @param decoder says what its outputs mean
 */
record OneStageNetwork(Inference network, Decoder decoder) implements DetectionNetwork {

  /** What the outputs of a network mean. Stateless and thread-safe. */
  @FunctionalInterface
  interface Decoder {

    /**
     * Reads the outputs for one picture.
     *
     * @param outputs in the order of the graph
     * @param input shape of the input
     * @param candidates takes the boxes, in pixels of the input
     */
    void decode(List<Tensor> outputs, Shape input, Candidates candidates);
  }

  @Override
  public List<Detection> detect(Tensor input, Frame frame, Thresholds thresholds) {
    Candidates candidates = new Candidates(thresholds.score());
    decoder.decode(network.forward(input), input.shape(), candidates);
    return candidates.select(frame, thresholds);
  }
}
