package dev.fovea.detection;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A network that finds objects, or a chain of networks with plain Java between them, opened to run.
 * Thread-safe; needs no closing.
 */
@FunctionalInterface
public interface DetectionNetwork {

  /**
   * Finds objects, without those that are the same object twice.
   *
   * @param input a picture prepared as the model card says, {@code [1, C, H, W]}; not modified
   * @param frame how the picture lies in the input
   * @param thresholds which finds count
   * @return finds in pixels of the picture, inside of it, by falling score
   */
  List<Detection> detect(Tensor input, Frame frame, Thresholds thresholds);
}
