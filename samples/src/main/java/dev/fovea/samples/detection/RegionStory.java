package dev.fovea.samples.detection;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.evaluation.CocoEvaluator;
import dev.fovea.detection.evaluation.ProposalRecall;
import dev.fovea.detection.train.BoxAugmentation;
import dev.fovea.detection.train.DetectionTrainer;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.detection.twostage.Backbone;
import dev.fovea.detection.twostage.FastRcnn;
import dev.fovea.detection.twostage.FasterRcnn;
import dev.fovea.detection.twostage.ProposalSamples;
import dev.fovea.detection.twostage.Rcnn;
import dev.fovea.detection.twostage.RegionCrops;
import dev.fovea.detection.twostage.RegionWarp;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.train.AdamW;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.SessionLearner;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.engine.zoo.surgery.TransferLearning;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * From R-CNN over Fast R-CNN to Faster R-CNN: trains each of them from nothing on pictures with
 * boxes and says how good and how fast it is. The first two get the same proposals of selective
 * search. Arguments: {@code rcnn}, {@code fast} or {@code faster}, or several with commas; a folder
 * with {@code images}, {@code annotations} (Pascal VOC), {@code train.txt} and {@code val.txt};
 * number of epochs; perhaps a file for the model.
 *
 * <p>One thread, so that times can be compared; a training goes on where it was stopped.
 */
public final class RegionStory {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int HEIGHT_OF_PYRAMID = 256;
  private static final int PROPOSALS = 1000;
  private static final int PICTURES_A_STEP = 4;
  private static final double RATE = 2e-3;
  private static final long SEED = 1;
  private static final double CHECKPOINT_SECONDS = 120;

  private final PictureSet training;
  private final PictureSet validation;
  private final int epochs;
  private final Path file;
  private final PrintStream out;
  private ProposalSamples proposals;

  /** Reads the data. */
  RegionStory(Path data, int epochs, Path file, PrintStream out) throws IOException {
    this.training = VocSplit.read(data, "train", List.of());
    this.validation = VocSplit.read(data, "val", training.data().classes());
    this.epochs = epochs;
    this.file = file;
    this.out = out;
  }

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 3) {
      throw new IllegalArgumentException("expected: rcnn|fast|faster[,...] DATA EPOCHS [MODEL]");
    }
    RegionStory story =
        new RegionStory(
            Path.of(arguments[1]),
            Integer.parseInt(arguments[2]),
            arguments.length > 3 ? Path.of(arguments[3]) : null,
            new PrintStream(System.out, true, StandardCharsets.UTF_8));
    for (String which : arguments[0].split(",")) {
      story.run(which);
    }
  }

  /** Trains and measures one of the three. */
  void run(String which) throws IOException {
    switch (which) {
      case "rcnn" -> rcnn();
      case "fast" -> fast();
      case "faster" -> faster();
      default ->
          throw new IllegalArgumentException(
              "detector: found " + which + ", expected rcnn, fast or faster");
    }
  }

  private void faster() throws IOException {
    FasterRcnn design = FasterRcnn.small(WIDTH, HEIGHT_OF_PYRAMID);
    Graph graph = design.build(classes(), SEED);
    BoxAugmentation mirrored = BoxAugmentation.MICROGRAPHS.withMosaic(0);
    DetectionTrainer trainer = new DetectionTrainer(design, mirrored);
    long start = System.nanoTime();
    TrainerOptions options =
        checkpointed(trainer.options(epochs, PICTURES_A_STEP, RATE, SEED, false), graph.name());
    trainer.trainer(graph, training, null, listener(start), options).fit();
    say("trained", start, 1);
    measure(graph, design.card("faster-rcnn", training.data().classes()));
  }

  private void fast() throws IOException {
    FastRcnn design = proposing();
    Graph graph = design.build(classes(), SEED);
    ProposalSamples samples = proposals();
    long start = System.nanoTime();
    train(graph, samples, design.learner(classes()), PICTURES_A_STEP, start);
    say("trained", start, 1);
    measure(graph, design.card("fast-rcnn", training.data().classes()));
  }

  /** The features are those of a small classifier, trained to tell objects and background. */
  private void rcnn() throws IOException {
    ProposalSamples samples = proposals();
    RegionWarp warp = new RegionWarp(32, 2);
    long start = System.nanoTime();
    Graph classifier =
        Architectures.named("lenet").build(3, warp.side(), warp.side(), 1 + classes(), SEED);
    Learner.Opening loss =
        SessionLearner.opening(
            SessionLearner.Objective.of(new SoftmaxCrossEntropy()),
            "classes of crops",
            Architecture.LOGITS);
    train(classifier, new RegionCrops(samples, warp, 64), loss, 64, start);
    say("classifier of regions trained", start, 1);
    Rcnn rcnn =
        Rcnn.train(
            TransferLearning.features(classifier), warp, samples, classes(), options(), SEED);
    say("trained", start, 1);
    ProposalSamples pictures = propose(validation);
    CocoEvaluator coco = new CocoEvaluator(CocoEvaluator.Kind.BOX, classes());
    long begin = System.nanoTime();
    for (int p = 0; p < pictures.size(); p++) {
      List<Detection> found =
          rcnn.detect(pictures.input(p), pictures.proposals(p), Thresholds.ALL.withIou(0.3));
      coco.add(pictures.objects(p), found);
    }
    say("a picture, without the proposals", begin, pictures.size());
    out.println(coco.figures().byName());
  }

  private int classes() {
    return training.data().classes().size();
  }

  private static FastRcnn proposing() {
    return new FastRcnn(WIDTH, HEIGHT, Backbone.residual(16, 8), 128, PROPOSALS);
  }

  private ProposalSamples proposals() throws IOException {
    if (proposals == null) {
      proposals = propose(training);
    }
    return proposals;
  }

  private ProposalSamples propose(PictureSet set) throws IOException {
    long start = System.nanoTime();
    ProposalSamples samples = new ProposalSamples(set, proposing());
    say("a picture for proposals", start, set.size());
    ProposalRecall recall = new ProposalRecall();
    for (int p = 0; p < samples.size(); p++) {
      recall.add(samples.objects(p).stream().map(o -> o.box()).toList(), samples.proposals(p));
    }
    out.printf(
        Locale.ROOT,
        "%.0f proposals a picture, recall %.3f at 0.5, %.3f at 0.7%n",
        recall.proposalsPerPicture(),
        recall.recall(0.5, PROPOSALS),
        recall.recall(0.7, PROPOSALS));
    return samples;
  }

  private void train(Graph graph, TrainingData data, Learner.Opening loss, int batch, long start)
      throws IOException {
    TrainerOptions options =
        TrainerOptions.defaults("", epochs, batch, RATE, SEED)
            .withSchedule(Schedule.cosine().withWarmUp(0.05));
    new Trainer(
            graph,
            data,
            loss,
            new AdamW(0.05),
            null,
            listener(start),
            checkpointed(options, graph.name()))
        .fit();
  }

  private TrainerOptions checkpointed(TrainerOptions options, String name) {
    TrainerOptions single = options.on(Backends.defaultBackend(), 1);
    return file == null
        ? single
        : single.withCheckpoint(
            file.resolveSibling(file.getFileName() + "." + name + ".checkpoint"),
            CHECKPOINT_SECONDS,
            true);
  }

  private TrainingListener listener(long start) {
    return new TrainingListener() {
      @Override
      public void step(int epoch, int of, int step, int steps, double loss) {
        if (step % 25 == 0 || step == steps) {
          out.printf(
              Locale.ROOT,
              "%.0f s: epoch %d, step %d of %d, loss %.4f%n",
              (System.nanoTime() - start) / 1e9,
              epoch,
              step,
              steps,
              loss);
        }
      }
    };
  }

  private static SessionOptions options() {
    return SessionOptions.inference().withThreads(1);
  }

  private void measure(Graph graph, ModelCard card) throws IOException {
    if (file != null) {
      new ModelFile(graph, card).write(file);
    }
    Detector detector = Detector.of(graph, card, g -> Passes.open(g, options()));
    long start = System.nanoTime();
    DetectorEvaluation evaluation = DetectorEvaluation.of(detector, validation, () -> false);
    say("a picture, from its file", start, validation.size());
    out.println(evaluation.figures());
  }

  private void say(String what, long start, int count) {
    out.printf(Locale.ROOT, "%.3f s %s%n", (System.nanoTime() - start) / 1e9 / count, what);
  }
}
