package dev.fovea.tasks;

import dev.fovea.engine.image.Geometry;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.visualize.attribution.Attribution;
import dev.fovea.visualize.attribution.Progress;

/** A model of which explanations are wanted. */
@FunctionalInterface
interface ExplainedModel {

  /** How a method explains a decision. */
  @FunctionalInterface
  interface Explanation {
    /**
     * Explains.
     *
     * @return {@code [1, C, H, W]} over the whole input
     * @throws IllegalArgumentException if the method cannot explain such a model; one line
     */
    Tensor by(Attribution method, Progress progress);
  }

  /**
   * What a model decided on an image.
   *
   * @param prediction what it says
   * @param explanation why
   * @param geometry where the image lies in the input
   * @param width of the input
   * @param height of the input
   */
  record Decision(
      Prediction prediction, Explanation explanation, Geometry geometry, int width, int height) {}

  /**
   * Looks at an image.
   *
   * @throws IllegalArgumentException if there is nothing in it to be explained; one line
   */
  Decision look(Image image);
}
