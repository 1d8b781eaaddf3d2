package dev.fovea.tasks;

import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.engine.zoo.Prediction;
import java.io.IOException;
import java.util.List;

/** Tells what is in an image. */
public final class ClassifyTask implements ImageTask<ClassifyTask.Parameters, List<Prediction>> {
  private static final String MODEL = "model";
  private static final String TOP = "top";

  /**
   * How to classify.
   *
   * @param model name of a built-in model, or a file
   * @param top how many classes to name, the most probable first; at least 1
   */
  public record Parameters(String model, int top) {}

  @Override
  public String name() {
    return "classify";
  }

  @Override
  public String description() {
    return "Tell what is in images: the most probable classes of each.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("digits"),
        Parameter.integer("Top (classes)", 1, 1000, 5, "How many classes to name for an image."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(arguments.text(MODEL), arguments.integer(TOP));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<List<Prediction>> open(Model model, Parameters parameters, RunOptions options)
      throws IOException {
    ModelCard card = model.requireCard(ModelCard.Task.CLASSIFICATION);
    if (options.onOwnEngine()) {
      Classifier.requireOutput(model.file());
    }
    return Opened.closing(
        model.open(options), network -> work(Classifier.of(card, network), parameters.top()));
  }

  private static Opened<List<Prediction>> work(Classifier classifier, int top) {
    return (image, context) -> {
      context.checkCancelled();
      List<Prediction> all = classifier.classify(image);
      return all.subList(0, Math.min(top, all.size()));
    };
  }
}
