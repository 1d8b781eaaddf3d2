package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import dev.fovea.tasks.report.EmbeddingPage;
import dev.fovea.visualize.ContactSheet;
import dev.fovea.visualize.ImageScatter;
import dev.fovea.visualize.Overlays;
import dev.fovea.visualize.embedding.Pca;
import dev.fovea.visualize.embedding.Trustworthiness;
import dev.fovea.visualize.embedding.Tsne;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Shows the images of a data set as points of a plane, those near to each other that a network
 * takes for alike: its features by t-SNE or principal components.
 */
public final class EmbedTask implements DataTask<EmbedTask.Parameters, EmbedTask.Result> {
  private static final String MODEL = "model";
  private static final String DATA = "data";
  private static final String LAYER = "layer";
  private static final String METHOD = "method";
  private static final String PERPLEXITY = "perplexity";
  private static final String LIMIT = "limit";
  private static final String OUTPUT = "output";
  private static final String TSNE = "tsne";
  private static final String PCA = "pca";
  private static final double THETA = 0.5;
  private static final int ITERATIONS = 1000;
  private static final int THUMBNAIL = 24;
  private static final int SIDE = 1400;
  private static final int NEIGHBORS = 12;
  private static final int SPRITE_COLUMNS = 50;

  /**
   * What to show.
   *
   * @param model name of a built-in model, or a file
   * @param data folder of a data set for classification
   * @param layer whose features; {@link Parameter#AUTO} for what the scores are made of
   * @param method {@code tsne} or {@code pca}
   * @param perplexity of t-SNE
   * @param limit most images, evenly taken
   * @param output file of the page; table and picture stand beside it
   */
  public record Parameters(
      String model,
      Path data,
      String layer,
      String method,
      double perplexity,
      int limit,
      Path output) {}

  /**
   * What was shown.
   *
   * @param images how many
   * @param layer whose features
   * @param dimensions of the features
   * @param trustworthiness of 12 neighbours, see {@link Trustworthiness}
   * @param outputs the files written
   */
  public record Result(
      int images, String layer, int dimensions, double trustworthiness, List<Path> outputs) {
    /** Copies the list. */
    public Result {
      outputs = List.copyOf(outputs);
    }
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public String description() {
    return "Show the images of a data set as points, by the features of a network (t-SNE, PCA).";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model("digits"),
        Parameter.folder("Data (folder)", "The folder of the data set."),
        Parameter.text(
                "Layer (name)",
                Parameter.AUTO,
                "Whose features, the mean over places. auto: what the scores are made of.")
            .orAuto(),
        Parameter.choice("Method", List.of(TSNE, PCA), "How points are placed."),
        Parameter.number("Perplexity", 1, 1000, 30, "Of t-SNE: how many neighbours count, about."),
        Parameter.integer("Limit (images)", 4, 20_000, 2000, "At most so many, evenly taken."),
        Parameter.outputFile(
            "Output (file)", "The page, such as embedding.html; table and picture beside it."));
  }

  @Override
  public Parameters bind(Arguments a) {
    return new Parameters(
        a.text(MODEL),
        Path.of(a.text(DATA)),
        a.text(LAYER),
        a.text(METHOD),
        a.number(PERPLEXITY),
        a.integer(LIMIT),
        Path.of(a.text(OUTPUT)));
  }

  /** Images with their features. */
  private record Samples(
      List<Image> thumbnails, List<String> names, int[] labels, double[][] features) {}

  @Override
  public Result run(Parameters p, RunOptions options, TaskContext context) throws IOException {
    Model model = Models.load(p.model(), options);
    String layer =
        p.layer().equals(Parameter.AUTO)
            ? beforeScores(model.graph())
            : model.graph().value(p.layer()).name();
    ClassificationDataset data =
        Datasets.openClassification(p.data(), Datasets.evaluationSplit(p.data()).orElse(null));
    Samples samples = samples(model, layer, data, p.limit(), options, context.part(0, 0.3));
    TaskContext rest = context.part(0.3, 1);
    double[][] points =
        p.method().equals(PCA)
            ? Pca.project(samples.features(), 2)
            : new Tsne(p.perplexity(), THETA, ITERATIONS, options.seed())
                .embed(
                    samples.features(),
                    (done, total) -> {
                      rest.checkCancelled();
                      rest.progress((double) done / total, "step " + done + " of " + total);
                    });
    int neighbors = Math.min(NEIGHBORS, (points.length - 1) / 2);
    double trust = Trustworthiness.of(samples.features(), points, neighbors);
    List<Path> outputs = write(p, samples, points, data.classes(), trust);
    return new Result(points.length, layer, samples.features()[0].length, trust, outputs);
  }

  /** What goes into the last layer with weights before the scores. */
  static String beforeScores(Graph graph) {
    Value value = Classifier.scores(graph);
    while (true) {
      Value made = value;
      Node maker =
          graph.nodes().stream()
              .filter(n -> n.outputs().contains(made))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "layer: found no layer with weights before '"
                              + made.name()
                              + "', expected the name of a layer"));
      value = maker.inputs().get(0);
      if (maker.op() instanceof Gemm
          || maker.op() instanceof MatMul
          || maker.op() instanceof Conv) {
        return value.name();
      }
    }
  }

  private static Samples samples(
      Model model,
      String layer,
      ClassificationDataset data,
      int limit,
      RunOptions options,
      TaskContext context)
      throws IOException {
    int n = Math.min(limit, data.size());
    Preprocessor preprocessor = new Preprocessor(model.requireCard().preprocessing());
    List<Image> thumbnails = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int[] labels = new int[n];
    double[][] features = new double[n][];
    try (Inference network =
        Passes.open(model.graph().withOutputs(layer), options.inference().withOutputs(layer))) {
      for (int k = 0; k < n; k++) {
        context.checkCancelled();
        int i = (int) ((long) k * data.size() / n);
        Image image = data.image(i);
        thumbnails.add(
            Transforms.letterbox(
                    Overlays.display(image), THUMBNAIL, THUMBNAIL, Resampling.TRIANGLE, 0)
                .image());
        names.add(data.name(i));
        labels[k] = data.label(i);
        features[k] = means(network.forward(preprocessor.apply(image)).get(0));
        context.progress((k + 1.0) / n, "features " + (k + 1) + " of " + n);
      }
    }
    return new Samples(thumbnails, names, labels, features);
  }

  /** The mean of each channel over all places. */
  static double[] means(Tensor features) {
    Shape shape = features.shape();
    int pixels = shape.size(2, shape.rank());
    double[] means = new double[shape.dim(1)];
    for (int i = 0; i < features.size(); i++) {
      means[i / pixels] += features.get(i) / pixels;
    }
    return means;
  }

  private static List<Path> write(
      Parameters p, Samples samples, double[][] points, List<String> classes, double trust)
      throws IOException {
    String file = p.output().getFileName().toString();
    String stem = file.replaceAll("\\.html?$", "");
    Path picture = p.output().resolveSibling(stem + ".png");
    Path table = p.output().resolveSibling(stem + ".csv");
    ImageWriter.writePng(
        picture, ImageScatter.of(samples.thumbnails(), points, samples.labels(), SIDE));
    StringBuilder rows = new StringBuilder("image,class,x,y\n");
    for (int i = 0; i < points.length; i++) {
      rows.append(quoted(samples.names().get(i)))
          .append(',')
          .append(quoted(classes.get(samples.labels()[i])))
          .append(',')
          .append(points[i][0])
          .append(',')
          .append(points[i][1])
          .append('\n');
    }
    text(table, rows.toString());
    String title =
        p.method().equals(PCA)
            ? "principal components"
            : "t-SNE, perplexity " + p.perplexity() + ", theta " + THETA;
    EmbeddingPage page =
        new EmbeddingPage(
            title + ", trustworthiness " + "%.3f".formatted(trust),
            points,
            samples.names(),
            samples.labels(),
            classes,
            png(ContactSheet.of(samples.thumbnails(), SPRITE_COLUMNS, 0, 1)),
            THUMBNAIL,
            SPRITE_COLUMNS);
    text(p.output(), page.html());
    return List.of(p.output(), picture, table);
  }

  /** A field of a table; names of files and classes are anybody's. */
  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static byte[] png(Image image) throws IOException {
    BufferedImage picture = BufferedImages.fromImage(image);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  private static void text(Path file, String text) throws IOException {
    AtomicFiles.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
