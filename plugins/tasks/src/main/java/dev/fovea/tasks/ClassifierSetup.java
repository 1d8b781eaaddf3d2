package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.ClassifierRecipe;
import dev.fovea.engine.zoo.SampleRecipe;
import dev.fovea.engine.zoo.TransferRecipe;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.visualize.adversarial.RobustAccuracy;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A classifier that is ready to be trained.
 *
 * @param graph is trained
 * @param result the part of it that is kept, with the same weights
 * @param preprocessing how its input is made
 * @param loss by which it is trained
 * @param options of its training, as the recipe has them
 * @param fitting makes the trainer
 * @param provenance what its card says, besides what the cards of all trainings say
 */
record ClassifierSetup(
    Graph graph,
    Graph result,
    Preprocessing preprocessing,
    Loss loss,
    TrainerOptions options,
    Fitting fitting,
    Map<String, String> provenance) {

  /** Makes a trainer. */
  @FunctionalInterface
  interface Fitting {
    Trainer trainer(TrainingListener listener, TrainerOptions options);
  }

  /**
   * Makes a network for a data set: a new one, or a trained one with a new head.
   *
   * @throws IOException if a model or an image cannot be read
   * @throws IllegalArgumentException if the parameters do not fit the data or the model
   */
  static ClassifierSetup of(
      TrainClassifierTask.Parameters parameters, ClassifierData data, long seed)
      throws IOException {
    return parameters.from().isEmpty()
        ? fresh(parameters, data, seed)
        : transferred(parameters, data, seed);
  }

  private static ClassifierSetup fresh(
      TrainClassifierTask.Parameters parameters, ClassifierData data, long seed)
      throws IOException {
    TrainingOptions training = parameters.training();
    Architecture architecture = parameters.architecture();
    SampleRecipe samples = parameters.samples().recipe(data.channels());
    ClassifierRecipe recipe =
        new ClassifierRecipe(
            architecture,
            training.epochs(),
            training.batchSize(),
            training.learningRate(),
            samples,
            parameters.loss().loss());
    int size = parameters.size() == 0 ? architecture.inputSize() : parameters.size();
    Preprocessing preprocessing = ClassifierRecipe.preprocessing(data.channels(), size);
    Graph graph = recipe.network(preprocessing, data.classes().size(), seed);
    return new ClassifierSetup(
        graph,
        graph.withOutputs(Architecture.PROBABILITIES),
        preprocessing,
        architecture.loss(recipe.loss()),
        parameters.adversarial().isWanted()
            ? recipe.options(seed, true).withMonitor(RobustAccuracy.FIGURE, 0)
            : recipe.options(seed, true),
        parameters.adversarial().isWanted()
            ? hardened(parameters.adversarial(), recipe, graph, preprocessing, data)
            : (listener, options) ->
                recipe.trainer(
                    graph, preprocessing, data.fitted(), data.validation(), listener, options),
        provenance(parameters, samples, architecture.name()));
  }

  private static Fitting hardened(
      AdversarialOptions adversarial,
      ClassifierRecipe recipe,
      Graph graph,
      Preprocessing preprocessing,
      ClassifierData data) {
    return (listener, options) ->
        recipe.trainer(
            graph,
            preprocessing,
            data.fitted(),
            adversarial.opening(recipe.learner(), preprocessing),
            adversarial.validator(data.validation(), preprocessing, options),
            listener,
            options);
  }

  private static ClassifierSetup transferred(
      TrainClassifierTask.Parameters parameters, ClassifierData data, long seed)
      throws IOException {
    SampleRecipe samples =
        parameters.isFrozen()
            ? parameters.samples().plainRecipe()
            : parameters.samples().recipe(data.channels());
    TransferRecipe recipe = parameters.transfer(samples);
    Model from = Models.load(parameters.from());
    Preprocessing preprocessing = preprocessing(parameters, from);
    Graph graph = TransferRecipe.network(from.graph(), data.classes().size(), seed);
    return new ClassifierSetup(
        graph,
        graph,
        preprocessing,
        recipe.loss(),
        recipe.options(graph, seed, true),
        (listener, options) ->
            recipe.trainer(
                graph, preprocessing, data.fitted(), data.validation(), listener, options),
        provenance(
            parameters,
            samples,
            "from " + from.name() + " (" + from.sha256() + "), frozen: " + recipe.freeze()));
  }

  private static Preprocessing preprocessing(TrainClassifierTask.Parameters parameters, Model from)
      throws IOException {
    if (parameters.preprocessing() != null) {
      return parameters
          .preprocessing()
          .of(
              InputLayout.of(from.name(), from.outline()),
              parameters.size(),
              ModelCard.Task.CLASSIFICATION);
    }
    if (from.card().isEmpty()) {
      throw new IllegalArgumentException(
          "model '"
              + from.name()
              + "': found no model card, expected --preprocessing with one of "
              + String.join(", ", ForeignPreprocessing.names()));
    }
    return from.requireCard(ModelCard.Task.CLASSIFICATION).preprocessing();
  }

  private static Map<String, String> provenance(
      TrainClassifierTask.Parameters parameters, SampleRecipe samples, String architecture) {
    Map<String, String> attributes = new TreeMap<>(SampleOptions.provenance(samples));
    attributes.putAll(parameters.loss().provenance());
    attributes.putAll(parameters.adversarial().provenance());
    attributes.put("architecture", architecture);
    if (parameters.split() != null) {
      attributes.put("split", parameters.split().toString());
    }
    return attributes;
  }
}
