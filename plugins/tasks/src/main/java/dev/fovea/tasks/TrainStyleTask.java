package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.tasks.report.TrainingReport;
import dev.fovea.visualize.style.ContentCrops;
import dev.fovea.visualize.style.PerceptualNetwork;
import dev.fovea.visualize.style.StyleNetwork;
import dev.fovea.visualize.style.StyleTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Trains a {@link StyleNetwork} on photographs and writes it as ONNX with its card. */
public final class TrainStyleTask implements DataTask<TrainStyleTask.Parameters, TrainResult> {
  private static final String STYLE = "style";
  private static final String STYLE_SIZE = "style_size";
  private static final String CROP = "crop";
  private static final String CROPS = "crops";
  private static final String WIDTH = "width";
  private static final String BLOCKS = "blocks";
  private static final String CONTENT_WEIGHT = "content_weight";
  private static final String STYLE_WEIGHT = "style_weight";
  private static final String VARIATION_WEIGHT = "variation_weight";
  private static final int EPOCHS = 10;
  private static final int BATCH = 4;
  private static final double RATE = 1e-3;

  /**
   * How to train.
   *
   * @param training what all trainings have in common
   * @param perceptual by which network pictures are compared
   * @param styles files of the paintings, one for each style
   * @param styleSize length of their shorter side in pixels
   * @param crop side of the parts of photographs, in pixels
   * @param crops parts in an epoch
   * @param width channels of the network at full size
   * @param blocks its residual blocks
   * @param contentWeight factor of the loss of the content
   * @param styleWeight factor of that of the style
   * @param variationWeight factor of the total variation
   */
  public record Parameters(
      TrainingOptions training,
      PerceptualOptions perceptual,
      List<Path> styles,
      int styleSize,
      int crop,
      int crops,
      int width,
      int blocks,
      double contentWeight,
      double styleWeight,
      double variationWeight) {
    /** Copies the list. */
    public Parameters {
      styles = List.copyOf(styles);
    }
  }

  @Override
  public String name() {
    return "train style";
  }

  @Override
  public String description() {
    return "Train a network to paint photographs in the manner of paintings.";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(TrainingOptions.declare(EPOCHS, BATCH, RATE));
    all.add(
        Parameter.text(
            "Style (files)", "", "The paintings, with commas: one style for each of them."));
    all.addAll(PerceptualOptions.declare());
    all.add(
        Parameter.integer(
            "Style_size (pixels)",
            32,
            4096,
            256,
            "Length of the shorter side of the paintings: larger ones give larger strokes."));
    all.add(Parameter.integer("Crop (pixels)", 32, 1024, 128, "Side of the parts of photographs."));
    all.add(Parameter.integer("Crops", 1, 1_000_000, 1000, "Parts in an epoch."));
    all.add(Parameter.integer("Width (channels)", 1, 256, 16, "Channels at full size."));
    all.add(Parameter.integer("Blocks", 1, 32, 4, "Residual blocks."));
    all.add(
        Parameter.number(
            "Content_weight", 0, 1e6, 1, "How much the content of the photograph counts."));
    all.add(Parameter.number("Style_weight", 0, 1e6, 100, "How much the style counts."));
    all.add(Parameter.number("Variation_weight", 0, 1e6, 1, "How much smoothness counts."));
    return all;
  }

  @Override
  public Parameters bind(Arguments a) {
    if (a.text(STYLE).isBlank()) {
      throw new IllegalArgumentException(STYLE + ": found none, expected pictures of the styles");
    }
    return new Parameters(
        TrainingOptions.bind(a),
        PerceptualOptions.bind(a),
        Arrays.stream(a.text(STYLE).split(",", -1)).map(String::strip).map(Path::of).toList(),
        a.integer(STYLE_SIZE),
        a.integer(CROP),
        a.integer(CROPS),
        a.integer(WIDTH),
        a.integer(BLOCKS),
        a.number(CONTENT_WEIGHT),
        a.number(STYLE_WEIGHT),
        a.number(VARIATION_WEIGHT));
  }

  @Override
  public TrainResult run(Parameters p, RunOptions options, TaskContext context) throws IOException {
    TrainingOptions training = p.training();
    requireStride(p.crop());
    training.prepareOutput();
    PerceptualNetwork perceptual = p.perceptual().load();
    context.log("content by " + perceptual.content() + ", style by " + perceptual.style());
    List<Tensor> styles = new ArrayList<>();
    for (Path file : p.styles()) {
      styles.add(style(file, p.styleSize()));
    }
    ContentCrops data =
        new ContentCrops(photographs(training.data()), p.crop(), styles.size(), p.crops());
    StyleTraining opening =
        new StyleTraining(
            perceptual, styles, p.contentWeight(), p.styleWeight(), p.variationWeight());
    Graph graph = new StyleNetwork(styles.size(), p.width(), p.blocks()).build(options.seed());
    TrainingReport report = training.report(graph);
    TrainerOptions recipe =
        TrainerOptions.defaults(
            StyleNetwork.OUTPUT,
            training.epochs(),
            training.batchSize(),
            training.learningRate(),
            options.seed());
    Trainer trainer =
        new Trainer(
            graph,
            data,
            opening,
            new Adam(),
            null,
            TrainingOptions.listener(context, report),
            training.configure(recipe, options));
    return new Training(trainer, graph, training, options, report)
        .fit(context, () -> new Training.Completed(card(p, perceptual), Map.of(), Map.of()));
  }

  private static void requireStride(int crop) {
    if (crop % StyleNetwork.STRIDE != 0) {
      throw new IllegalArgumentException(
          CROP + ": found " + crop + ", expected a multiple of " + StyleNetwork.STRIDE);
    }
  }

  private static List<Image> photographs(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(Files::isRegularFile).filter(ImageReader::looksLikeImage).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(folder + ": found no images, expected photographs");
    }
    List<Image> pictures = new ArrayList<>();
    for (Path file : files) {
      pictures.add(Pixels.colour(ImageReader.read(file)));
    }
    return pictures;
  }

  private static Tensor style(Path file, int side) throws IOException {
    Image painting = ImageReader.read(file);
    double scale = (double) side / Math.min(painting.width(), painting.height());
    return Pixels.of(Pixels.scaled(painting, scale));
  }

  private static ModelCard card(Parameters p, PerceptualNetwork perceptual) {
    Map<String, String> attributes = new TreeMap<>(p.perceptual().provenance(perceptual));
    attributes.put("architecture", "johnson width=%d blocks=%d".formatted(p.width(), p.blocks()));
    attributes.put("style", String.join(", ", p.styles().stream().map(Path::toString).toList()));
    attributes.put(STYLE_SIZE, Integer.toString(p.styleSize()));
    attributes.put(CROP, Integer.toString(p.crop()));
    attributes.put(CROPS, Integer.toString(p.crops()));
    attributes.put(CONTENT_WEIGHT, Double.toString(p.contentWeight()));
    attributes.put(STYLE_WEIGHT, Double.toString(p.styleWeight()));
    attributes.put(VARIATION_WEIGHT, Double.toString(p.variationWeight()));
    List<String> names =
        p.styles().stream()
            .map(f -> String.valueOf(f.getFileName()).replaceFirst("\\.\\w+$", ""))
            .toList();
    return new ModelCard(
        p.training().name(),
        ModelCard.Task.STYLE,
        names,
        Preprocessing.unit(Preprocessing.Channels.RGB, 0, 0, Preprocessing.Resize.NONE),
        attributes);
  }
}
