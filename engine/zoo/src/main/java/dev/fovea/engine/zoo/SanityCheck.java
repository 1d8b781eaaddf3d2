package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Averaging;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizers;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingException;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.train.Validator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/**
 * Looks for mistakes before a long training, as the course CS231n advises:
 *
 * <ol>
 *   <li>Before the first step a network knows nothing, so that its loss is about that of equal
 *       scores, {@code log C} for the cross-entropy of {@code C} classes. More than {@link #ALIKE}
 *       times that is doubtful, more than {@link #FAR} times is a failure.
 *   <li>The penalty on the weights makes the loss larger.
 *   <li>Without penalty and chance, 20 images can be learnt by heart: accuracy 1 within {@link
 *       #STEPS} steps at the learning rate, else, which is doubtful, at a tenth or a hundredth of
 *       it. A network that cannot do this has no path from its input to its loss, gradients that
 *       are wrong, or labels that contradict each other.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class SanityCheck {

  /** How many images are to be learnt by heart. */
  public static final int SAMPLES = 20;

  static final int STEPS = 200;
  static final double ALIKE = 2;
  static final double FAR = 5;

  private static final double[] FACTORS = {1, 0.1, 0.01};

  /** What a check says. */
  public enum Verdict {
    /** As it should be. */
    PASS,
    /** Worth a look. */
    DOUBTFUL,
    /** A mistake. */
    FAIL
  }

  /**
   * The outcome of a check.
   *
   * @param check its name
   * @param found what was found, for people
   * @param expected what was expected, for people
   * @param verdict what follows
   */
  public record Finding(String check, String found, String expected, Verdict verdict) {}

  /** How far learning by heart came. */
  private record Outcome(int steps, double accuracy, boolean diverged) {
    boolean reached() {
      return accuracy >= 1;
    }
  }

  private final Supplier<Graph> network;
  private final Loss loss;
  private final ClassificationTraining samples;
  private final TrainerOptions options;

  /**
   * Checks for a training.
   *
   * @param network makes the network as it is before the first step, anew at each call
   * @param loss of the training
   * @param images a few to learn by heart, see {@link #choose}
   * @param options of the training; checkpoint, schedule and averaging play no part
   */
  public SanityCheck(
      Supplier<Graph> network,
      Loss loss,
      ClassificationDataset images,
      Preprocessing preprocessing,
      TrainerOptions options) {
    this.network = network;
    this.loss = loss;
    this.samples = new ClassificationTraining(images, preprocessing, Augmentation.NONE);
    this.options = options;
  }

  /** The first images of each class in turn, {@link #SAMPLES} in all if there are so many. */
  public static int[] choose(ClassificationDataset data) {
    List<List<Integer>> members = new ArrayList<>();
    data.classes().forEach(c -> members.add(new ArrayList<>()));
    for (int i = 0; i < data.size(); i++) {
      members.get(data.label(i)).add(i);
    }
    List<Integer> chosen = new ArrayList<>();
    int wanted = Math.min(SAMPLES, data.size());
    for (int rank = 0; chosen.size() < wanted; rank++) {
      for (List<Integer> images : members) {
        if (rank < images.size() && chosen.size() < wanted) {
          chosen.add(images.get(rank));
        }
      }
    }
    return chosen.stream().mapToInt(i -> i).sorted().toArray();
  }

  /**
   * Runs all checks.
   *
   * @param progress hears 0 to 1
   * @param cancelled asked before each step
   * @throws CancellationException if cancelled
   */
  public List<Finding> run(DoubleConsumer progress, BooleanSupplier cancelled) {
    Graph fresh = network.get();
    double[] initial = initialLosses(fresh);
    return List.of(
        initialLoss(initial[0], initial[1]),
        penalty(fresh, initial[0]),
        learningByHeart(progress, cancelled));
  }

  /** The loss of the network as it is, and that of equal scores. */
  private double[] initialLosses(Graph graph) {
    int n = samples.size();
    Shape s = samples.inputShape();
    Session session =
        new Session(
            graph,
            SessionOptions.training(options.seed())
                .on(options.backend())
                .withThreads(options.threads())
                .withOutputs(options.output()),
            Shape.of(n, s.dim(0), s.dim(1), s.dim(2)));
    Tensor target = Tensor.zeros(n);
    for (int i = 0; i < n; i++) {
      Tensor label = target.slice(i, i + 1).reshape(Shape.SCALAR);
      samples.sample(i, 0, session.input(0).slice(i, i + 1), label, null);
    }
    Tensor scores = session.forward();
    return new double[] {
      loss.evaluate(scores, target, null, null),
      loss.evaluate(Tensor.zeros(scores.shape()), target, null, null)
    };
  }

  private static Finding initialLoss(double found, double ofEqualScores) {
    double ratio = found / ofEqualScores;
    Verdict verdict = Verdict.PASS;
    if (!(ratio <= FAR)) {
      verdict = Verdict.FAIL;
    } else if (ratio > ALIKE || ratio < 1 / ALIKE) {
      verdict = Verdict.DOUBTFUL;
    }
    return new Finding(
        "initial loss",
        number(found),
        "about " + number(ofEqualScores) + ", as of equal scores",
        verdict);
  }

  private Finding penalty(Graph graph, double without) {
    Regularizer regularizer = options.updates().regularizer();
    if (regularizer.equals(Regularizer.none())) {
      return new Finding("penalty", "none", "none is asked for", Verdict.PASS);
    }
    double penalty =
        graph.parameters().stream().map(Value::tensor).mapToDouble(regularizer::penalty).sum();
    return new Finding(
        "penalty",
        "%s with it".formatted(number(without + penalty)),
        "more than " + number(without) + ", as without",
        penalty > 0 && Double.isFinite(penalty) ? Verdict.PASS : Verdict.FAIL);
  }

  private Finding learningByHeart(DoubleConsumer progress, BooleanSupplier cancelled) {
    String check = samples.size() + " images by heart";
    String expected = "accuracy 1 within " + STEPS + " steps";
    StringBuilder failures = new StringBuilder();
    for (int i = 0; i < FACTORS.length; i++) {
      double from = (double) i / FACTORS.length;
      double rate = options.rate() * FACTORS[i];
      Outcome outcome =
          learn(rate, part -> progress.accept(from + part / FACTORS.length), cancelled);
      if (outcome.reached()) {
        return new Finding(
            check,
            "accuracy 1 after %d steps at rate %s%s"
                .formatted(outcome.steps(), number(rate), failures),
            expected,
            i == 0 ? Verdict.PASS : Verdict.DOUBTFUL);
      }
      failures.append(
          outcome.diverged()
              ? ", diverges at " + number(rate)
              : ", %.2f at %s".formatted(outcome.accuracy(), number(rate)));
    }
    return new Finding(check, "accuracy " + failures.substring(2), expected, Verdict.FAIL);
  }

  private Outcome learn(double rate, DoubleConsumer progress, BooleanSupplier cancelled) {
    Watch watch = new Watch(progress, cancelled);
    TrainerOptions.Updates updates =
        new TrainerOptions.Updates(
            options.updates().optimizer(),
            Schedule.constant(),
            Regularizer.none(),
            options.updates().clipping(),
            options.updates().groups(),
            Averaging.none());
    TrainerOptions byHeart =
        TrainerOptions.defaults(options.output(), STEPS, samples.size(), rate, options.seed())
            .with(updates)
            .on(options.backend(), options.threads());
    Validator accuracy = samples.validator(options.backend(), options.threads());
    try {
      new Trainer(
              network.get(), samples, loss, new Sgd(Optimizers.MOMENTUM), accuracy, watch, byHeart)
          .fit();
    } catch (TrainingException e) {
      return new Outcome(watch.steps, watch.best, true);
    } catch (IOException e) {
      throw new IllegalStateException("a training without a checkpoint reads no file", e);
    }
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled");
    }
    return new Outcome(watch.steps, watch.best, false);
  }

  /** Ends a training once all samples are known; each epoch is a step. */
  private static final class Watch implements TrainingListener {
    private final DoubleConsumer progress;
    private final BooleanSupplier cancelled;
    private int steps;
    private double best;

    Watch(DoubleConsumer progress, BooleanSupplier cancelled) {
      this.progress = progress;
      this.cancelled = cancelled;
    }

    @Override
    public void epoch(EpochResult result) {
      steps = result.epoch();
      best = Math.max(best, result.metrics().get(ClassifierRecipe.MONITOR));
      progress.accept((double) steps / STEPS);
    }

    @Override
    public boolean cancelled() {
      return best >= 1 || cancelled.getAsBoolean();
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
