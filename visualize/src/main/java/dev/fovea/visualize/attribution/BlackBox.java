package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;
import java.util.function.ToDoubleFunction;

/** A method that hides parts of a picture and sees nothing of the network but its score. */
public interface BlackBox extends Attribution {

  /**
   * Explains any score.
   *
   * @param score of a picture {@code [1, C, H, W]}, of any origin; for detectors that are chains of
   *     networks, or models that run elsewhere
   * @param input {@code [1, C, H, W]}; not modified
   * @param progress told after each picture
   * @return a new tensor {@code [1, 1, H, W]}
   */
  Tensor attribute(ToDoubleFunction<Tensor> score, Tensor input, Progress progress);

  @Override
  default Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    return attribute(x -> network.score(x, target), input, progress);
  }
}
