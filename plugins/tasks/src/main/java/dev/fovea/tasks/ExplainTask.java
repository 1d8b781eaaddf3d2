package dev.fovea.tasks;

import dev.fovea.engine.image.Geometry;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.visualize.Saliency;
import java.util.List;

/** Shows which pixels of an image speak for a class, by {@link Saliency}. */
public final class ExplainTask implements ImageTask<ExplainTask.Parameters, ExplainTask.Result> {
  private static final String MODEL = "model";
  private static final String CLASS = "class";

  /**
   * What to explain.
   *
   * @param model name of a built-in model, or a file
   * @param className name or index of the class, or {@link Parameter#AUTO} for the most probable
   */
  public record Parameters(String model, String className) {}

  /**
   * The explanation of an image.
   *
   * @param prediction the explained class with its probability
   * @param saliency for every pixel of the image how much it changes the score of the class, 0 or
   *     more, row by row; 0 where the model does not look
   */
  public record Result(Prediction prediction, float[] saliency) {}

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public String description() {
    return "Show which pixels of an image speak for its class (saliency).";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("digits"),
        Parameter.text(
                "Class",
                Parameter.AUTO,
                "Name or index of the class to explain. auto: the most probable.")
            .orAuto());
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(arguments.text(MODEL), arguments.text(CLASS));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters parameters, RunOptions options) {
    if (!options.onOwnEngine()) {
      throw new IllegalArgumentException(
          "runtime: found '"
              + options.runtime()
              + "', expected "
              + RunOptions.OWN_ENGINE
              + ": only it computes gradients");
    }
    ModelCard card = model.requireCard(ModelCard.Task.CLASSIFICATION);
    Classifier classifier = Classifier.of(model.file(), options.inference());
    Saliency saliency = Saliency.of(model.graph(), options.inference());
    Preprocessor preprocessor = new Preprocessor(card.preprocessing());
    int wanted = indexOf(parameters.className(), card.classes());
    return (image, context) -> {
      context.checkCancelled();
      List<Prediction> predictions = classifier.classify(image);
      Prediction explained =
          wanted < 0
              ? predictions.get(0)
              : predictions.stream().filter(p -> p.index() == wanted).findFirst().orElseThrow();
      context.checkCancelled();
      Preprocessor.Prepared input = preprocessor.prepare(image);
      float[] map = saliency.map(input.tensor(), explained.index());
      int height = input.tensor().shape().dim(2);
      int width = input.tensor().shape().dim(3);
      return new Result(explained, toImage(map, width, height, input.geometry(), image));
    };
  }

  /** The index of a class by name, else by number; -1 for automatic. */
  private static int indexOf(String name, List<String> classes) {
    if (name.equals(Parameter.AUTO)) {
      return -1;
    }
    int index = classes.indexOf(name);
    if (index < 0 && name.matches("\\d{1,6}")) {
      index = Integer.parseInt(name);
    }
    if (index < 0 || index >= classes.size()) {
      throw new IllegalArgumentException(
          "class: found '"
              + name
              + "', expected "
              + (classes.size() <= 20
                  ? "one of " + String.join(", ", classes)
                  : "a class of the model or an index from 0 to " + (classes.size() - 1)));
    }
    return index;
  }

  /** Brings a map from the frame of the model's input to that of the image, bilinearly. */
  private static float[] toImage(
      float[] map, int width, int height, Geometry geometry, Image image) {
    float[] result = new float[image.width() * image.height()];
    for (int y = 0, i = 0; y < image.height(); y++) {
      double v = geometry.toTargetY(y + 0.5);
      for (int x = 0; x < image.width(); x++, i++) {
        double u = geometry.toTargetX(x + 0.5);
        if (u >= 0 && v >= 0 && u < width && v < height) {
          result[i] = bilinear(map, width, height, u - 0.5, v - 0.5);
        }
      }
    }
    return result;
  }

  /** Interpolates between pixel centres; beyond the outermost centres the edge is repeated. */
  private static float bilinear(float[] map, int width, int height, double u, double v) {
    double x = Math.max(0, Math.min(width - 1, u));
    double y = Math.max(0, Math.min(height - 1, v));
    int x0 = (int) x;
    int y0 = (int) y;
    int x1 = Math.min(width - 1, x0 + 1);
    int y1 = Math.min(height - 1, y0 + 1);
    double dx = x - x0;
    double dy = y - y0;
    double top = map[y0 * width + x0] * (1 - dx) + map[y0 * width + x1] * dx;
    double bottom = map[y1 * width + x0] * (1 - dx) + map[y1 * width + x1] * dx;
    return (float) (top * (1 - dy) + bottom * dy);
  }
}
