package dev.fovea.tasks;

import dev.fovea.detection.Detector;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.Geometry;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.visualize.ColorMap;
import dev.fovea.visualize.attribution.Attribution;
import dev.fovea.visualize.attribution.ExplainedNetwork;
import dev.fovea.visualize.attribution.HeatMap;
import dev.fovea.visualize.attribution.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Shows which pixels of an image speak for a class, a find, a segment or a neuron, by one or more
 * methods of {@link dev.fovea.visualize.attribution}.
 */
public final class ExplainTask implements ImageTask<ExplainTask.Parameters, ExplainTask.Result> {
  private static final String MODEL = "model";
  private static final String CLASS = "class";
  private static final String METHOD = "method";
  private static final String LAYER = "layer";
  private static final String BOX = "box";
  private static final String NEURON = "neuron";
  private static final String SAMPLES = "samples";
  private static final String OPACITY = "opacity";
  private static final String COLORS = "colors";

  /**
   * What to explain, and how.
   *
   * @param model name of a built-in model, or a file
   * @param className name or index of the class, or {@link Parameter#AUTO} for the most probable
   * @param methods words of {@link ExplainMethods}
   * @param layer of class activation maps; {@link Parameter#AUTO} for the last one that suits
   * @param box number of a detector's find, from 1
   * @param neuron what to explain instead of a class; empty for the class
   * @param samples of the methods that draw some; 0 for what each does by itself
   * @param rendering how heat is drawn
   */
  public record Parameters(
      String model,
      String className,
      List<String> methods,
      String layer,
      int box,
      String neuron,
      int samples,
      Rendering rendering) {

    /** Copies the list. */
    public Parameters {
      methods = List.copyOf(methods);
    }
  }

  /**
   * How heat is drawn.
   *
   * @param colors of the heat
   * @param opacity of the colours where the heat is largest, 0 to 1
   */
  public record Rendering(ColorMap colors, double opacity) {}

  /**
   * What one method says.
   *
   * @param method its word
   * @param values for every pixel of the image how much it speaks for the target, 0 or more, row by
   *     row; 0 where the model does not look
   */
  public record Heat(String method, float[] values) {}

  /**
   * The explanations of an image.
   *
   * @param prediction the explained class with its probability; of a detector's find with its
   *     score, of a segment with its share of the pixels
   * @param heats one for each method, in the order of the parameters
   * @param rendering how they are to be drawn
   */
  public record Result(Prediction prediction, List<Heat> heats, Rendering rendering) {
    /** Copies the list. */
    public Result {
      heats = List.copyOf(heats);
    }
  }

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public String description() {
    return "Show which pixels of an image speak for its class, a detected box or a segment.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("digits"),
        Parameter.text(
                "Class",
                Parameter.AUTO,
                "Name or index of the class to explain. auto: the most probable.")
            .orAuto(),
        Parameter.text(
            "Method (list)",
            "saliency",
            "How to explain, with commas: one or some of " + ExplainMethods.words() + "."),
        Parameter.text(
                "Layer (name)",
                Parameter.AUTO,
                "The layer of class activation maps. auto: the last convolutional one.")
            .orAuto(),
        Parameter.integer(
            "Box (number)", 1, 10_000, 1, "Which find of a detector, by falling score."),
        Parameter.text(
            "Neuron (layer:channel,row,column)",
            "",
            "Explain this neuron instead of a class; without row and column the whole channel."),
        Parameter.integer(
                "Samples",
                1,
                100_000,
                50,
                "How many copies, steps or masks smoothgrad, integrated-gradients and rise take."
                    + " auto: 50, 50 and 1000.")
            .orAuto(),
        Parameter.number("Opacity", 0, 1, 0.9, "Of the colours where heat is largest."),
        Parameter.choice(
            "Colors",
            List.of("inferno", "viridis"),
            "The colours of heat; both are perceptually uniform."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        arguments.text(MODEL),
        arguments.text(CLASS),
        ExplainMethods.parse(arguments.text(METHOD)),
        arguments.text(LAYER),
        arguments.integer(BOX),
        arguments.text(NEURON),
        (int) arguments.numberUnlessAuto(SAMPLES).orElse(0),
        new Rendering(
            ColorMap.valueOf(arguments.text(COLORS).toUpperCase(Locale.ROOT)),
            arguments.number(OPACITY)));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters p, RunOptions options) {
    if (!options.onOwnEngine()) {
      throw new IllegalArgumentException(
          "runtime: found '"
              + options.runtime()
              + "', expected "
              + RunOptions.OWN_ENGINE
              + ": only it computes gradients");
    }
    Graph graph = model.graph();
    String layer = p.layer().equals(Parameter.AUTO) ? null : graph.value(p.layer()).name();
    ExplainMethods.Settings settings =
        new ExplainMethods.Settings(layer, p.samples(), options.seed());
    ExplainedModel explained = explained(model, p, options);
    return (image, context) -> {
      context.checkCancelled();
      ExplainedModel.Decision decision = explained.look(image);
      List<Heat> heats = new ArrayList<>();
      int total = p.methods().size();
      for (String name : p.methods()) {
        TaskContext part =
            context.part((double) heats.size() / total, (heats.size() + 1.0) / total);
        Attribution method = ExplainMethods.named(name, settings);
        Tensor found =
            decision
                .explanation()
                .by(
                    method,
                    (done, of) -> {
                      part.checkCancelled();
                      part.progress((double) done / of, name + " " + done + " of " + of);
                    });
        heats.add(new Heat(name, toImage(HeatMap.of(found, method.summary()), decision, image)));
        context.checkCancelled();
      }
      return new Result(decision.prediction(), heats, p.rendering());
    };
  }

  private static ExplainedModel explained(Model model, Parameters p, RunOptions options) {
    Graph graph = model.graph();
    Target neuron = p.neuron().isEmpty() ? null : neuron(p.neuron(), graph);
    return switch (task(model)) {
      case CLASSIFICATION -> classes(model, p, neuron, options);
      case SEGMENTATION -> segments(model, p, neuron, options);
      case DETECTION -> {
        Inference network = Passes.open(graph, options.inference());
        Detector detector = DetectTask.detector(model, null, network, options);
        int wanted = ClassNames.indexOf(p.className(), detector.classes());
        yield new ExplainedFinds(model, detector, p.box(), wanted, neuron, options.inference());
      }
      case STYLE ->
          throw new IllegalArgumentException(
              "model '"
                  + model.name()
                  + "': found a model for "
                  + Model.describe(ModelCard.Task.STYLE)
                  + ", expected one that decides something");
    };
  }

  /** A model without a card, or of which only class names are known, may be a detector. */
  private static ModelCard.Task task(Model model) {
    ModelCard.Task said = model.card().map(ModelCard::task).orElse(ModelCard.Task.DETECTION);
    Shape out = model.graph().outputs().get(0).shape();
    boolean manyPlaces = out.rank() > 2 && out.size() > out.dim(0) * out.dim(1);
    return said == ModelCard.Task.CLASSIFICATION && manyPlaces ? ModelCard.Task.DETECTION : said;
  }

  private static ExplainedModel classes(
      Model model, Parameters p, Target neuron, RunOptions options) {
    ModelCard card = model.requireCard();
    int wanted = ClassNames.indexOf(p.className(), card.classes());
    Classifier classifier = Classifier.of(model.file(), options.inference());
    Preprocessor preprocessor = new Preprocessor(card.preprocessing());
    String scores = Classifier.scores(model.graph()).name();
    ExplainedScores explained =
        new ExplainedScores(new ExplainedNetwork(model.graph(), options.inference()), neuron);
    return image -> {
      List<Prediction> predictions = classifier.classify(image);
      Prediction chosen =
          wanted < 0
              ? predictions.get(0)
              : predictions.stream().filter(c -> c.index() == wanted).findFirst().orElseThrow();
      return explained.decision(
          chosen, Target.ofClass(scores, chosen.index()), preprocessor.prepare(image));
    };
  }

  private static ExplainedModel segments(
      Model model, Parameters p, Target neuron, RunOptions options) {
    ModelCard card = model.requireCard();
    String scores = Classifier.scores(model.graph()).name();
    return new ExplainedSegments(
        model,
        card,
        new ExplainedScores(new ExplainedNetwork(model.graph(), options.inference()), neuron),
        Passes.open(model.graph().withOutputs(scores), options.inference().withOutputs(scores)),
        scores,
        ClassNames.indexOf(p.className(), card.classes()));
  }

  /** A target such as {@code conv5:12} or {@code conv5:12,3,4}. */
  private static Target neuron(String text, Graph graph) {
    int colon = text.lastIndexOf(':');
    String numbers = text.substring(colon + 1);
    if (colon < 1 || !numbers.matches("\\d{1,6}(,\\d{1,6},\\d{1,6})?")) {
      throw new IllegalArgumentException(
          "neuron: found '"
              + text
              + "', expected the name of a layer, a colon, and a channel, or a channel, a row and a"
              + " column");
    }
    String layer = graph.value(text.substring(0, colon)).name();
    int[] at = Arrays.stream(numbers.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    return at.length == 1
        ? Target.ofClass(layer, at[0])
        : Target.neuron(layer, 0, at[0], at[1], at[2]);
  }

  /** Brings a map from the frame of the model's input to that of the image, bilinearly. */
  private static float[] toImage(HeatMap map, ExplainedModel.Decision decision, Image image) {
    Geometry geometry = decision.geometry();
    int width = decision.width();
    int height = decision.height();
    double scaleX = (double) map.width() / width;
    double scaleY = (double) map.height() / height;
    float[] result = new float[image.width() * image.height()];
    for (int y = 0, i = 0; y < image.height(); y++) {
      double v = geometry.toTargetY(y + 0.5);
      for (int x = 0; x < image.width(); x++, i++) {
        double u = geometry.toTargetX(x + 0.5);
        if (u >= 0 && v >= 0 && u < width && v < height) {
          result[i] = map.at(u * scaleX, v * scaleY);
        }
      }
    }
    return result;
  }
}
