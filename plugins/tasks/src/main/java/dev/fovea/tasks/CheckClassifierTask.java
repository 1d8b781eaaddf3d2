package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.train.ParameterGroup;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.zoo.SanityCheck;
import dev.fovea.engine.zoo.surgery.TransferLearning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Looks for mistakes in what {@link TrainClassifierTask} is about to train, see {@link
 * SanityCheck}; writes no model.
 */
public final class CheckClassifierTask
    implements DataTask<TrainClassifierTask.Parameters, List<SanityCheck.Finding>> {
  private static final String OUTPUT = "output";
  private static final String OUTPUT_HELP = "The ONNX file to write; a check needs none.";

  private final TrainClassifierTask training = new TrainClassifierTask();

  @Override
  public String name() {
    return "check";
  }

  @Override
  public String description() {
    return "Look for mistakes before a training.";
  }

  @Override
  public List<Parameter> parameters() {
    return training.parameters().stream()
        .map(p -> p.key().equals(OUTPUT) ? Parameter.text(p.label(), "", OUTPUT_HELP) : p)
        .toList();
  }

  @Override
  public TrainClassifierTask.Parameters bind(Arguments arguments) {
    return training.bind(arguments);
  }

  @Override
  public List<SanityCheck.Finding> run(
      TrainClassifierTask.Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    ClassifierData data = TrainClassifierTask.open(parameters, options, context);
    ClassifierSetup setup = ClassifierSetup.of(parameters, data, options.seed());
    TrainerOptions configured = parameters.training().configure(setup.options(), options);
    if (parameters.isFrozen()) {
      configured = configured.withGroups(oldLayers(setup.graph()));
    }
    SanityCheck check =
        new SanityCheck(
            setup.graph()::copy,
            setup.loss(),
            Subset.of(data.fitted(), SanityCheck.choose(data.fitted())),
            setup.preprocessing(),
            configured);
    try {
      return check.run(
          part -> context.progress(part, "learning a few images by heart"), context::cancelled);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ParameterGroup[] oldLayers(Graph graph) {
    return TransferLearning.features(graph).parameters().stream()
        .map(old -> new ParameterGroup(old.name(), 0))
        .toArray(ParameterGroup[]::new);
  }
}
