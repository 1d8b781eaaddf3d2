package dev.fovea.tasks;

import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.visualize.attribution.ExplainedNetwork;
import dev.fovea.visualize.attribution.Target;

/**
 * The scores of one network, any value of which can be explained.
 *
 * @param network the whole network
 * @param neuron what is explained whatever the model decides; null for its decision
 */
record ExplainedScores(ExplainedNetwork network, Target neuron) {

  /** A decision that is the score of a target. */
  ExplainedModel.Decision decision(
      Prediction prediction, Target target, Preprocessor.Prepared input) {
    Target explained = neuron == null ? target : neuron;
    Shape shape = input.tensor().shape();
    return new ExplainedModel.Decision(
        prediction,
        (method, progress) -> method.attribute(network, input.tensor(), explained, progress),
        input.geometry(),
        shape.dim(3),
        shape.dim(2));
  }
}
