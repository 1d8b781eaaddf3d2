package dev.fovea.tasks;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.TiledDetection;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.runtime.Inference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds objects in images as boxes with classes. */
public final class DetectTask implements ImageTask<DetectTask.Parameters, DetectTask.Result> {
  private static final String MODEL = "model";
  private static final String SCORE = "score_threshold";
  private static final String IOU = "iou_threshold";
  private static final String TILE = "tile";
  private static final String FORMAT = "format";

  /** Key of the parameter that says which files to write. */
  public static final String OUTPUTS = "outputs";

  /** Tiles share a quarter of their side. */
  private static final int OVERLAP = 4;

  /** What is written besides the table. */
  public enum Output {
    /** The picture with the boxes. */
    OVERLAY,
    /** Annotations of all files in COCO's JSON. */
    COCO,
    /** Labels of all files for YOLO. */
    YOLO,
    /** A file of Pascal VOC for each. */
    VOC,
    /** ImageJ's regions of interest. */
    ROIS,
    /** Polygons with classes and scores, as QuPath reads them. */
    GEOJSON,
    /** Each object cut out. */
    CROPS;

    /** Reads a list such as {@code overlay,coco}. */
    static Set<Output> parse(String text) {
      Set<Output> outputs = EnumSet.noneOf(Output.class);
      for (String word : text.split(",", -1)) {
        String name = word.strip();
        if (!name.isEmpty() && !name.equals("none")) {
          outputs.add(
              Arrays.stream(values())
                  .filter(output -> output.word().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              OUTPUTS
                                  + ": found '"
                                  + name
                                  + "', expected none or some of "
                                  + words())));
        }
      }
      return outputs;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static String words() {
      return Arrays.stream(values()).map(Output::word).collect(Collectors.joining(", "));
    }
  }

  /**
   * How to detect; what is empty is as the model's card says.
   *
   * @param model name of a built-in model, or a file
   * @param score least score
   * @param iou largest overlap of two finds of a class
   * @param tile side of the tiles that large images are cut into, in pixels; empty for none
   * @param format kind of a model that does not say it; null for what it looks like
   * @param outputs what is written besides the table
   */
  public record Parameters(
      String model,
      OptionalDouble score,
      OptionalDouble iou,
      OptionalDouble tile,
      String format,
      Set<Output> outputs) {

    /** Copies the set. */
    public Parameters {
      outputs = Set.copyOf(outputs);
    }
  }

  /**
   * What was found in an image.
   *
   * @param found by falling score
   * @param classes names by label
   * @param outputs what is to be written of it
   */
  public record Result(List<Detection> found, List<String> classes, Set<Output> outputs) {}

  @Override
  public String name() {
    return "detect";
  }

  @Override
  public String description() {
    return "Find objects in images as boxes with classes: tables, overlays, annotations.";
  }

  @Override
  public List<Parameter> parameters() {
    List<String> formats = new ArrayList<>();
    Detector.formats().forEach(format -> formats.add(format.name()));
    return List.of(
        Parameter.model("bloodcells", "A built-in detector, or an ONNX file."),
        Parameter.number(
                "Score_threshold", 0, 1, 0.25, "Lower finds more. auto: as the model says.")
            .orAuto(),
        Parameter.number(
                "Iou_threshold",
                0,
                1,
                0.45,
                "Of finds of a class that overlap more, one stays. auto: as the model says.")
            .orAuto(),
        Parameter.integer(
                "Tile (pixels)",
                32,
                100_000,
                640,
                "Cut images into tiles of this size, for images much larger than those trained"
                    + " on. auto: no tiles.")
            .orAuto(),
        Parameter.choice(
                "Format (kind)", formats, "The kind of a model without a card. auto: by its form.")
            .orAuto(),
        Parameter.text(
            "Outputs (list)",
            "overlay",
            "What to write besides the table, with commas: none, or some of "
                + Output.words()
                + "."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        arguments.text(MODEL),
        arguments.numberUnlessAuto(SCORE),
        arguments.numberUnlessAuto(IOU),
        arguments.numberUnlessAuto(TILE),
        arguments.isAuto(FORMAT) ? null : arguments.text(FORMAT),
        Output.parse(arguments.text(OUTPUTS)));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  /**
   * A detector of a model.
   *
   * @param format its kind; null for what it says or looks like
   * @param network the whole model, opened where it is to run
   */
  static Detector detector(Model model, String format, Inference network, RunOptions options) {
    Graph graph = model.graph();
    ModelCard card;
    try {
      card = Detector.cardOf(graph, model.card().orElse(null), format);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("model '" + model.name() + "': " + e.getMessage(), e);
    }
    // Parts of a graph always run on the own engine.
    Function<Graph, Inference> runtime =
        g -> g == graph ? network : Passes.open(g, options.inference());
    return Detector.of(graph, card, runtime);
  }

  @Override
  public Opened<Result> open(Model model, Parameters p, RunOptions options) throws IOException {
    return Opened.closing(
        model.open(options),
        network -> {
          Detector detector = detector(model, p.format(), network, options);
          Thresholds card = detector.thresholds();
          Detector configured =
              detector.withThresholds(
                  new Thresholds(
                      p.score().orElse(card.score()), p.iou().orElse(card.iou()), card.most()));
          return (image, context) ->
              new Result(detect(configured, image, p, context), detector.classes(), p.outputs());
        });
  }

  private static List<Detection> detect(
      Detector detector, Image image, Parameters p, TaskContext context) {
    context.checkCancelled();
    if (p.tile().isEmpty()) {
      return detector.detect(image);
    }
    int tile = (int) p.tile().getAsDouble();
    return new TiledDetection(detector, tile, tile / OVERLAP)
        .detect(
            image,
            (done, total) -> {
              context.checkCancelled();
              context.progress((double) done / total, "tile " + done + " of " + total);
            });
  }
}
