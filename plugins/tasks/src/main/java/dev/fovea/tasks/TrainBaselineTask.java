package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.zoo.baseline.Baseline;
import dev.fovea.engine.zoo.baseline.FeatureExtractor;
import dev.fovea.engine.zoo.baseline.LabelledVectors;
import dev.fovea.engine.zoo.baseline.NearestNeighbors;
import dev.fovea.engine.zoo.baseline.NearestNeighbors.Distance;
import dev.fovea.engine.zoo.baseline.NearestNeighbors.Score;
import dev.fovea.engine.zoo.baseline.RandomProjection;
import dev.fovea.engine.zoo.baseline.Standardization;
import dev.fovea.engine.zoo.baseline.VectorNet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Measures how far a classic classifier comes on a data set: what a network has to beat.
 *
 * <p>The figure is that of the test split, else of the validation split, else of a tenth held out
 * by the seed. Trained methods hold out another tenth of the training images to choose the epoch
 * by; neighbours are counted by cross-validation if folds are given.
 */
public final class TrainBaselineTask
    implements DataTask<TrainBaselineTask.Parameters, TrainBaselineTask.Result> {
  private static final double HELD_OUT = 0.1;
  private static final int MOST_HELD_OUT = 5000;
  private static final int KNN_TRAINING = 5000;
  private static final int KNN_TESTING = 500;

  /** The numbers of neighbours that CS231n compares. */
  private static final int[] CANDIDATES = {1, 3, 5, 8, 10, 12, 15, 20, 50, 100};

  /**
   * What to measure.
   *
   * @param method the classifier
   * @param data folder of the data set
   * @param training most training images to use, the first ones
   * @param testing most test images to use, the first ones
   * @param neighbors number of neighbours; 0 for 1, or what cross-validation chooses
   * @param distance of neighbours
   * @param folds of the cross-validation of the number of neighbours; 0 for none
   * @param projection dimensions of a random projection; 0 for none
   * @param net how it is trained; null for neighbours
   * @param output the ONNX file to write; null for none
   */
  public record Parameters(
      Baseline method,
      Path data,
      int training,
      int testing,
      int neighbors,
      Distance distance,
      int folds,
      int projection,
      VectorNet net,
      Path output) {}

  /**
   * What came out.
   *
   * @param method the classifier
   * @param training number of images trained on, those to validate on included
   * @param testing number of images measured on
   * @param accuracy part of these that is classified correctly
   * @param neighbors number of neighbours; 0 if there are none
   * @param scores cross-validation of numbers of neighbours; empty without
   * @param featureSeconds duration of reading and describing the images
   * @param fitSeconds duration of training, or of cross-validation
   * @param testSeconds duration of classifying the test images
   * @param output the model file; null if none was written
   */
  public record Result(
      Baseline method,
      int training,
      int testing,
      double accuracy,
      int neighbors,
      List<Score> scores,
      double featureSeconds,
      double fitSeconds,
      double testSeconds,
      Path output) {}

  /** Training and test images as features, and the first image as it is. */
  private record Split(
      LabelledVectors training, LabelledVectors test, Image first, List<String> classes) {}

  @Override
  public String name() {
    return "train baseline";
  }

  @Override
  public String description() {
    return "Measure how far a classic classifier comes: what a network has to beat.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.choice(
            "Method",
            Arrays.stream(Baseline.values()).map(Baseline::text).toList(),
            "The classifier."),
        Parameter.folder("Data (folder)", "The folder of the data set."),
        Parameter.integer(
                "Training (images)",
                2,
                100_000_000,
                KNN_TRAINING,
                "How many training images to use. auto: all, of knn " + KNN_TRAINING + ".")
            .orAuto(),
        Parameter.integer(
                "Testing (images)",
                1,
                100_000_000,
                KNN_TESTING,
                "How many test images to use. auto: all, of knn " + KNN_TESTING + ".")
            .orAuto(),
        Parameter.integer(
                "Neighbors",
                1,
                100_000,
                1,
                "Neighbours that vote. auto: 1, or what cross-validation chooses.")
            .orAuto(),
        Parameter.choice("Distance", List.of("l2", "l1"), "How neighbours are compared."),
        Parameter.integer(
            "Folds", 0, 1000, 0, "Folds to choose the number of neighbours by; 0 for none."),
        Parameter.integer(
            "Projection", 0, 1_000_000, 0, "Dimensions of a random projection; 0 for none."),
        Parameter.integer("Hidden (units)", 1, 1_000_000, 200, "Hidden units of a net.").orAuto(),
        Parameter.integer("Epochs", 1, 100_000, 30, "Passes over the images.").orAuto(),
        Parameter.integer("Batch_size", 1, 65_536, 100, "Images in a step.").orAuto(),
        Parameter.number("Learning_rate", 1e-9, 100, 0.01, "Size of the steps at the start.")
            .orAuto(),
        Parameter.number("L2", 0, 1e6, 0.01, "Penalty on large weights.").orAuto(),
        Parameter.text(
            "Output (file)",
            "",
            "The ONNX file to write, of svm, softmax and two-layer, which are networks."));
  }

  @Override
  public Parameters bind(Arguments a) {
    Baseline method = Baseline.named(a.text("method"));
    int folds = a.integer("folds");
    if (folds == 1) {
      throw new IllegalArgumentException("folds: found 1, expected 0 for none, or 2 or more");
    }
    String output = a.text("output");
    if (!output.isEmpty() && !method.isNetwork()) {
      throw new IllegalArgumentException(
          "output: found "
              + method.text()
              + ", which is no network of images, expected svm, softmax or two-layer");
    }
    return new Parameters(
        method,
        Path.of(a.text("data")),
        integer(a, "training", method.trained() ? Integer.MAX_VALUE : KNN_TRAINING),
        integer(a, "testing", method.trained() ? Integer.MAX_VALUE : KNN_TESTING),
        integer(a, "neighbors", 0),
        Distance.valueOf(a.text("distance").toUpperCase(Locale.ROOT)),
        folds,
        a.integer("projection"),
        method.trained() ? net(method.recipe(), a) : null,
        output.isEmpty() ? null : Path.of(output));
  }

  private static int integer(Arguments a, String key, int byDefault) {
    return a.isAuto(key) ? byDefault : a.integer(key);
  }

  private static VectorNet net(VectorNet recipe, Arguments a) {
    return new VectorNet(
        recipe.hidden() == 0 ? 0 : integer(a, "hidden", recipe.hidden()),
        recipe.loss(),
        integer(a, "epochs", recipe.epochs()),
        integer(a, "batch_size", recipe.batchSize()),
        a.numberUnlessAuto("learning_rate").orElse(recipe.rate()),
        a.numberUnlessAuto("l2").orElse(recipe.l2()));
  }

  @Override
  public Result run(Parameters p, RunOptions options, TaskContext context) throws IOException {
    if (p.output() != null) {
      TrainingOptions.prepareFile(p.output());
    }
    long start = System.nanoTime();
    Split split = features(p, options);
    context.log(
        "%d training images, %d test images, %d features"
            .formatted(split.training().size(), split.test().size(), split.training().width()));
    double seconds = since(start);
    return p.method().trained()
        ? net(p, split, seconds, options, context)
        : neighbors(p, split, seconds, options, context);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private static Split features(Parameters p, RunOptions options) throws IOException {
    Path folder = p.data();
    DetectionLayout.refuse(folder);
    ClassificationDataset data =
        Datasets.openClassification(folder, Datasets.trainingSplit(folder).orElse(null));
    String evaluation = Datasets.evaluationSplit(folder).orElse(null);
    int[] training = Subset.all(data);
    ClassificationDataset test;
    if (evaluation == null) {
      Subset.HoldOut parts = Subset.holdOut(data.size(), HELD_OUT, MOST_HELD_OUT, options.seed());
      training = parts.training();
      test = Subset.of(data, first(parts.validation(), p.testing()));
    } else {
      ClassificationDataset whole =
          Subset.withClasses(
              Datasets.openClassification(folder, evaluation), data.classes(), folder.toString());
      test = Subset.of(whole, first(Subset.all(whole), p.testing()));
    }
    FeatureExtractor extractor = p.method().extractor();
    return new Split(
        LabelledVectors.of(
            Subset.of(data, first(training, p.training())), extractor, options.threads()),
        LabelledVectors.of(test, extractor, options.threads()),
        data.image(0),
        data.classes());
  }

  private static int[] first(int[] indices, int most) {
    return Arrays.copyOf(indices, Math.min(most, indices.length));
  }

  private static Result net(
      Parameters p, Split split, double featureSeconds, RunOptions options, TaskContext context)
      throws IOException {
    long start = System.nanoTime();
    Subset.HoldOut parts =
        Subset.holdOut(split.training().size(), HELD_OUT, MOST_HELD_OUT, options.seed());
    LabelledVectors fitted = split.training().rows(parts.training());
    Standardization standardization = p.method().standardization(fitted.x());
    LabelledVectors training = fitted.with(standardization.apply(fitted.x()));
    LabelledVectors held = split.training().rows(parts.validation());
    Graph graph =
        p.net()
            .fit(
                training,
                held.with(standardization.apply(held.x())),
                options.seed(),
                TrainingOptions.listener(context),
                options.backend(),
                options.threads());
    context.checkCancelled();
    double fitSeconds = since(start);
    long testStart = System.nanoTime();
    LabelledVectors test = split.test().with(standardization.apply(split.test().x()));
    double accuracy =
        test.accuracy(VectorNet.classify(graph, test, options.backend(), options.threads()));
    double testSeconds = since(testStart);
    if (p.output() != null) {
      write(p, graph, standardization, split, accuracy, options);
    }
    return new Result(
        p.method(),
        split.training().size(),
        test.size(),
        accuracy,
        0,
        List.of(),
        featureSeconds,
        fitSeconds,
        testSeconds,
        p.output());
  }

  private static void write(
      Parameters p,
      Graph vectors,
      Standardization standardization,
      Split split,
      double accuracy,
      RunOptions options)
      throws IOException {
    Image image = split.first();
    Graph graph =
        p.net()
            .ofImages(
                vectors,
                standardization,
                Shape.of(image.channels(), image.height(), image.width()));
    Preprocessing preprocessing =
        Preprocessing.unit(
            image.channels() == 1 ? Preprocessing.Channels.GREY : Preprocessing.Channels.RGB,
            image.width(),
            image.height(),
            Preprocessing.Resize.STRETCH);
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("architecture", p.method().text());
    attributes.put("data", p.data().toString());
    attributes.put("seed", Long.toString(options.seed()));
    attributes.put("epochs", Integer.toString(p.net().epochs()));
    attributes.put("batch_size", Integer.toString(p.net().batchSize()));
    attributes.put("learning_rate", Double.toString(p.net().rate()));
    attributes.put("weight_decay", Double.toString(p.net().l2()));
    attributes.put("test_accuracy", String.format(Locale.ROOT, "%.4f", accuracy));
    attributes.put("fovea_version", Version.string());
    if (!options.command().isEmpty()) {
      attributes.put("command", options.command());
    }
    ModelCard card =
        new ModelCard(
            TrainingOptions.stem(p.output()),
            ModelCard.Task.CLASSIFICATION,
            split.classes(),
            preprocessing,
            attributes);
    new ModelFile(graph, card).write(p.output());
  }

  private static Result neighbors(
      Parameters p,
      Split features,
      double featureSeconds,
      RunOptions options,
      TaskContext context) {
    long start = System.nanoTime();
    Split split = projected(p, features, options);
    List<Score> scores = List.of();
    if (p.folds() > 0) {
      int most = split.training().size() / p.folds() * (p.folds() - 1);
      scores =
          NearestNeighbors.crossValidate(
              split.training(),
              p.distance(),
              IntStream.of(CANDIDATES).filter(k -> k <= most).toArray(),
              p.folds(),
              options.seed(),
              options.backend(),
              options.threads());
      scores.forEach(s -> context.log(String.format(Locale.ROOT, "k = %d: %.4f", s.k(), s.mean())));
    }
    context.checkCancelled();
    double fitSeconds = since(start);
    long testStart = System.nanoTime();
    int k = p.neighbors() > 0 ? p.neighbors() : best(scores);
    int[] predicted =
        new NearestNeighbors(split.training(), p.distance(), options.backend(), options.threads())
            .classify(split.test().x(), k);
    return new Result(
        p.method(),
        split.training().size(),
        split.test().size(),
        split.test().accuracy(predicted),
        k,
        scores,
        featureSeconds,
        fitSeconds,
        since(testStart),
        null);
  }

  /** The number of the highest mean, of several the smallest; 1 without scores. */
  private static int best(List<Score> scores) {
    return scores.stream()
        .max(Comparator.comparingDouble(Score::mean).thenComparing(s -> -s.k()))
        .map(Score::k)
        .orElse(1);
  }

  private static Split projected(Parameters p, Split split, RunOptions options) {
    if (p.projection() == 0) {
      return split;
    }
    RandomProjection projection =
        new RandomProjection(split.training().width(), p.projection(), options.seed());
    return new Split(
        projected(split.training(), projection, options),
        projected(split.test(), projection, options),
        split.first(),
        split.classes());
  }

  private static LabelledVectors projected(
      LabelledVectors data, RandomProjection projection, RunOptions options) {
    return data.with(projection.apply(data.x(), options.backend(), options.threads()));
  }
}
