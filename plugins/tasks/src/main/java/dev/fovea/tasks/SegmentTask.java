package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.segmentation.ClassMaps;
import dev.fovea.segmentation.Instances;
import dev.fovea.segmentation.LabelMap;
import dev.fovea.segmentation.Segmentation;
import dev.fovea.segmentation.Segmenter;
import dev.fovea.segmentation.SemanticSegmentation;
import dev.fovea.segmentation.SemanticSegmenter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Finds the objects in an image, or tells the class of each of its pixels, by what the model is.
 */
public final class SegmentTask implements ImageTask<SegmentTask.Parameters, SegmentTask.Result> {
  private static final String MODEL = "model";
  private static final String FOREGROUND = "foreground_threshold";
  private static final String INTERIOR = "interior_threshold";
  private static final String MINIMUM_AREA = "minimum_area";
  private static final String TILE = "tile";

  /**
   * How to segment; what is empty is as the model's card says.
   *
   * @param model name of a built-in model, or a file
   * @param foregroundThreshold least foreground probability of an object pixel
   * @param interiorThreshold least interior probability of a seed pixel
   * @param minimumArea smallest object in pixels
   * @param tile side of the tiles that large images are cut into, in pixels
   */
  public record Parameters(
      String model,
      OptionalDouble foregroundThreshold,
      OptionalDouble interiorThreshold,
      OptionalDouble minimumArea,
      OptionalDouble tile) {

    /** Everything as the model's card says. */
    public static Parameters of(String model) {
      OptionalDouble auto = OptionalDouble.empty();
      return new Parameters(model, auto, auto, auto, auto);
    }
  }

  /**
   * What was found in an image.
   *
   * @param labels the objects, numbered 1..n; or the classes of the pixels, see {@link
   *     SemanticSegmentation}
   * @param objects their measurements, by ascending label
   */
  public record Result(LabelMap labels, List<MeasuredObject> objects) {}

  @Override
  public String name() {
    return "segment";
  }

  @Override
  public String description() {
    return "Find the objects in images: label images, outlines, a table of measurements.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("nuclei"),
        Parameter.number(
                "Foreground_threshold (probability)",
                0.01,
                0.99,
                0.5,
                "Lower finds larger and more objects. auto: as the model says.")
            .orAuto(),
        Parameter.number(
                "Interior_threshold (probability)",
                0.01,
                0.99,
                0.5,
                "Higher parts touching objects more readily. auto: as the model says.")
            .orAuto(),
        Parameter.integer(
                "Minimum_area (pixels)",
                1,
                1_000_000_000,
                16,
                "Smaller objects are dropped. auto: as the model says.")
            .orAuto(),
        Parameter.integer(
                "Tile (pixels)",
                32,
                8192,
                Segmenter.DEFAULT_TILE,
                "Larger images are cut into tiles of this size. Smaller tiles take less memory.")
            .orAuto());
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        arguments.text(MODEL),
        arguments.numberUnlessAuto(FOREGROUND),
        arguments.numberUnlessAuto(INTERIOR),
        arguments.numberUnlessAuto(MINIMUM_AREA),
        arguments.numberUnlessAuto(TILE));
  }

  @Override
  public String modelOf(Parameters parameters) {
    return parameters.model();
  }

  @Override
  public Opened<Result> open(Model model, Parameters parameters, RunOptions options)
      throws IOException {
    ModelCard card = model.requireCard(ModelCard.Task.SEGMENTATION);
    if (!card.classes().equals(ClassMaps.NAMES)) {
      requireAuto(model, parameters);
      return Opened.closing(
          model.open(options),
          network -> semantic(SemanticSegmenter.of(card, network), parameters));
    }
    Segmenter plan = Segmenter.of(model.graph(), card, options.inference());
    return Opened.closing(
        model.open(options),
        network -> {
          Segmenter segmenter = configure(plan.on(network), parameters);
          return (image, context) -> segment(segmenter, image, context);
        });
  }

  /** What only makes sense for objects. */
  private static void requireAuto(Model model, Parameters p) {
    if (p.foregroundThreshold().isPresent()
        || p.interiorThreshold().isPresent()
        || p.minimumArea().isPresent()) {
      throw new IllegalArgumentException(
          FOREGROUND
              + ", "
              + INTERIOR
              + ", "
              + MINIMUM_AREA
              + ": found a value, expected auto for model '"
              + model.name()
              + "', which tells classes of pixels and no objects");
    }
  }

  private static Opened<Result> semantic(SemanticSegmenter segmenter, Parameters p) {
    if (p.tile().isPresent() && !segmenter.takesAnySize()) {
      throw new IllegalArgumentException(
          TILE + ": found a value, expected auto for a model with an input of one size");
    }
    SemanticSegmenter tiled =
        p.tile().isPresent() ? segmenter.withTiles((int) p.tile().getAsDouble()) : segmenter;
    return (image, context) -> {
      context.checkCancelled();
      SemanticSegmentation found =
          tiled.segment(image, (done, total) -> told(context, done, total));
      return new Result(
          found.labels(), measure(found.labels(), found.scores(), found.classes(), image));
    };
  }

  private static void told(TaskContext context, int done, int total) {
    context.checkCancelled();
    context.progress((double) done / total, "tile " + done + " of " + total);
  }

  private static Segmenter configure(Segmenter segmenter, Parameters p) {
    Instances.Parameters card = segmenter.parameters();
    Segmenter configured =
        segmenter.withParameters(
            new Instances.Parameters(
                (float) p.interiorThreshold().orElse(card.interiorThreshold()),
                (float) p.foregroundThreshold().orElse(card.foregroundThreshold()),
                card.minSeedArea(),
                (int) p.minimumArea().orElse(card.minArea()),
                card.keepSeedless(),
                card.fillHoles()));
    if (p.tile().isEmpty()) {
      return configured;
    }
    int multiple = segmenter.tiling().multiple();
    int tile = ((int) p.tile().getAsDouble() + multiple - 1) / multiple * multiple;
    return configured.withTiles(tile, Math.min(segmenter.tiling().overlap(), tile / 4));
  }

  private static Result segment(Segmenter segmenter, Image image, TaskContext context) {
    context.checkCancelled();
    Segmentation found = segmenter.segment(image, (done, total) -> told(context, done, total));
    return new Result(found.labels(), measure(found.labels(), found.scores(), Map.of(), image));
  }

  /** What is not rated is background. */
  private static List<MeasuredObject> measure(
      LabelMap map, Map<Integer, Double> scores, Map<Integer, String> names, Image image) {
    int[] labels = map.labels();
    float[] intensity = image.toGrey().plane(0);
    double[] sums = new double[scores.keySet().stream().mapToInt(n -> n).max().orElse(0) + 1];
    for (int i = 0; i < labels.length; i++) {
      sums[labels[i]] += intensity[i];
    }
    double pixelArea = image.calibration().pixelWidth() * image.calibration().pixelHeight();
    List<MeasuredObject> objects = new ArrayList<>();
    for (LabelMap.Region region : map.regions()) {
      objects.add(
          new MeasuredObject(
              names.getOrDefault(region.label(), ""),
              region,
              region.area() * pixelArea,
              sums[region.label()] / region.area(),
              scores.get(region.label())));
    }
    return objects;
  }
}
