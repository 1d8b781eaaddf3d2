package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Fits a graph to data by mini-batches.
 *
 * <p>For one seed the result is the same bits for any number of threads, and for a training that
 * was killed and resumed any number of times: the order of samples, their augmentation and the
 * random masks depend on the seed and on how far the training is, on nothing else. In each epoch
 * the samples that do not fill a last batch are left out; the next epoch has another order.
 *
 * <p>A training may be resumed with another number of epochs, to end it sooner or later than was
 * planned: from there on, the schedule is that of the new number.
 *
 * <p>Not thread-safe.
 */
public final class Trainer {

  // More than the uses that seeds are mixed for.
  private static final int USES = 8;

  private final Graph graph;
  private final TrainingData data;
  private final Optimizer optimizer;
  private final Validator validator;
  private final TrainingListener listener;
  private final TrainerOptions options;
  private final Learner learner;
  private final List<Tensor> parameters;
  private final List<Tensor> gradients = new ArrayList<>();
  private final List<Tensor> best = new ArrayList<>();
  private final WeightAverage average;
  private final BatchStatistics statistics;
  private final BatchLoader loader;
  private final Tensor target;
  private final Tensor weights;
  private final int batch;
  private final int steps;
  private final String fingerprint;
  private boolean trained;
  private Checkpoint.Position at = new Checkpoint.Position();

  /**
   * Prepares a training.
   *
   * @param graph its parameters are changed in place
   * @param validator measures after each epoch, or null for never
   * @param listener is told how it goes on
   * @throws IllegalArgumentException if the data is empty or does not fit the graph
   */
  public Trainer(
      Graph graph,
      TrainingData data,
      Loss loss,
      Optimizer optimizer,
      Validator validator,
      TrainingListener listener,
      TrainerOptions options) {
    this(
        graph,
        data,
        SessionLearner.opening(
            SessionLearner.Objective.of(loss), loss.describe(), options.output()),
        optimizer,
        validator,
        listener,
        options);
  }

  /**
   * Prepares a training of what is more than a loss of one output.
   *
   * @param graph its parameters are changed in place
   * @param opening opens what is trained; {@link TrainerOptions#output} is not looked at
   * @param validator measures after each epoch, or null for never
   * @param listener is told how it goes on
   * @throws IllegalArgumentException if the data is empty or does not fit the graph
   */
  public Trainer(
      Graph graph,
      TrainingData data,
      Learner.Opening opening,
      Optimizer optimizer,
      Validator validator,
      TrainingListener listener,
      TrainerOptions options) {
    if (data.size() == 0) {
      throw new IllegalArgumentException("training data: expected at least one sample, found none");
    }
    if (options.selection().monitor() != null && validator == null) {
      throw new IllegalArgumentException(
          "cannot keep the best '" + options.selection().monitor() + "' without validation");
    }
    this.graph = graph;
    this.data = data;
    Supplier<Optimizer> chosen = options.updates().optimizer();
    this.optimizer = chosen == null ? optimizer : chosen.get();
    this.validator = validator;
    this.listener = listener;
    this.options = options;
    this.batch = Math.min(options.batchSize(), data.size());
    this.steps = data.size() / batch;
    this.loader = new BatchLoader(data, batch, options.threads());
    options.updates().groups().forEach(g -> g.checkUsed(graph));
    List<String> frozen =
        graph.parameters().stream().map(Value::name).filter(n -> rateFactor(n) == 0).toList();
    this.learner =
        opening.open(
            graph,
            data.inputShape().under(batch),
            SessionOptions.training(options.seed())
                .on(options.backend())
                .withThreads(options.threads())
                .withFrozen(frozen));
    this.target = Tensor.zeros(data.targetShape().under(batch));
    this.weights = data.weighted() ? Tensor.zeros(target.shape()) : null;
    this.parameters = new ArrayList<>();
    for (Map.Entry<Value, Tensor> e : learner.gradients().entrySet()) {
      parameters.add(e.getKey().tensor());
      gradients.add(e.getValue());
    }
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to train: all parameters that '" + options.output() + "' needs are frozen");
    }
    this.optimizer.attach(
        parameters,
        learner.gradients().keySet().stream().mapToDouble(v -> rateFactor(v.name())).toArray());
    List<Tensor> model = Checkpoint.tensors(graph);
    model.forEach(t -> best.add(t.copy()));
    this.average = new WeightAverage(options.updates().averaging(), model);
    this.statistics = new BatchStatistics(graph, frozen);
    this.fingerprint =
        String.join(
            " ",
            "graph=" + graph.name(),
            "parameters=" + graph.parameterCount(),
            ("samples=" + data.size() + " " + data.describe()).strip(),
            "batch=" + batch,
            "rate=" + options.rate(),
            "seed=" + options.seed(),
            "loss=" + opening.describe(),
            this.optimizer.describe(),
            options.updates().describe());
  }

  private double rateFactor(String parameter) {
    return ParameterGroup.rate(options.updates().groups(), parameter);
  }

  /** Steps in one epoch. */
  public int stepsPerEpoch() {
    return steps;
  }

  /** Bytes of activations and gradients one step needs. */
  public long plannedBytes() {
    return learner.plannedBytes();
  }

  /**
   * Trains to the end, or until cancelled. Afterwards the graph holds the weights of the best epoch
   * if a figure is monitored, else the last ones; their average, if one is asked for.
   *
   * @return the results of all epochs, those of earlier runs included
   * @throws IOException if a checkpoint cannot be read or written
   * @throws TrainingException if the loss or a gradient is no longer a number, or the loss has
   *     exploded; the message says where and what to do. The last checkpoint stays: none is ever
   *     written without a look at the loss its weights give
   */
  public List<EpochResult> fit() throws IOException {
    try {
      return run();
    } finally {
      loader.close();
    }
  }

  private List<EpochResult> run() throws IOException {
    Path file = options.checkpoints().file();
    if (options.checkpoints().resume() && Files.exists(file)) {
      at = Checkpoint.read(file, fingerprint, state());
    }
    while (at.epoch < options.epochs() && !outOfPatience()) {
      if (!trainEpoch()) {
        saveCheckpoint();
        return List.copyOf(at.history);
      }
      checkHealth();
      finishEpoch();
      write();
    }
    if (options.selection().monitor() != null) {
      copy(best, Checkpoint.tensors(graph));
    } else if (average.exists()) {
      average.swap();
    }
    return List.copyOf(at.history);
  }

  /** The epoch, from 1, whose weights {@link #fit} left in the graph. */
  public int bestEpoch() {
    return options.selection().monitor() == null ? at.epoch : at.bestEpoch;
  }

  private boolean outOfPatience() {
    TrainerOptions.Selection s = options.selection();
    return s.patience() > 0 && s.monitor() != null && at.epoch - at.bestEpoch >= s.patience();
  }

  /** Trains what is left of the current epoch; false if cancelled. */
  private boolean trainEpoch() throws IOException {
    int[] order = permutation(data.size(), mix(options.seed(), at.epoch, 1));
    long start = System.nanoTime();
    double before = at.secondsInEpoch;
    long saved = start;
    while (at.step < steps) {
      if (listener.cancelled()) {
        return false;
      }
      double value = trainStep(order);
      at.lossSum += value;
      at.step++;
      long now = System.nanoTime();
      at.secondsInEpoch = before + (now - start) * 1e-9;
      listener.losses(learner.losses());
      listener.step(at.epoch + 1, options.epochs(), at.step, steps, value);
      if ((now - saved) * 1e-9 >= options.checkpoints().seconds() && at.step < steps) {
        saveCheckpoint();
        saved = now;
      }
    }
    return true;
  }

  private double trainStep(int[] order) {
    long step = (long) at.epoch * steps + at.step;
    fillBatch(order, at.step, step, 2);
    boolean inspected = listener.inspects(step);
    learner.observe(inspected ? listener : null);
    double value = evaluate(step);
    if (Double.isNaN(at.firstLoss)) {
      at.firstLoss = value;
    }
    if (Divergence.isBad(value, at.firstLoss)) {
      throw diverged("the loss is " + value, divergence(step).ofLoss());
    }
    learner.backward();
    Regularizer regularizer = options.updates().regularizer();
    for (int i = 0; i < parameters.size(); i++) {
      regularizer.addTo(parameters.get(i), gradients.get(i));
    }
    if (!gradients.stream().allMatch(Divergence::isFinite)) {
      throw diverged("a gradient is not finite", divergence(step).ofGradient());
    }
    options.updates().clipping().apply(gradients);
    double progress = (double) step / totalSteps();
    double rate = options.rate() * options.updates().schedule().factor(progress, at.history);
    List<Tensor> before = inspected ? parameters.stream().map(Tensor::copy).toList() : List.of();
    optimizer.step(gradients, rate);
    parameters.forEach(regularizer::project);
    trained = true;
    average.afterStep();
    if (inspected) {
      listener.inspect(
          new StepView(step, value, rate, learner.input(), learner.output(), changed(before)));
    }
    return value;
  }

  /** Runs the batch forward. */
  private double evaluate(long step) {
    return learner.evaluate(target, weights, step);
  }

  private Divergence divergence(long step) {
    return new Divergence(learner, () -> evaluate(step));
  }

  private long totalSteps() {
    return (long) steps * options.epochs();
  }

  /** The parameters now; {@code before} is overwritten with the differences. */
  private List<StepView.Parameter> changed(List<Tensor> before) {
    List<StepView.Parameter> changed = new ArrayList<>();
    for (Value v : learner.gradients().keySet()) {
      int i = changed.size();
      Tensor now = parameters.get(i);
      float[] update = before.get(i).array();
      for (int k = 0; k < update.length; k++) {
        update[k] = now.get(k) - update[k];
      }
      changed.add(new StepView.Parameter(v, now, gradients.get(i), before.get(i)));
    }
    return changed;
  }

  /**
   * Makes batch {@code number} of an order.
   *
   * @param step decides the augmentation, together with {@code use}
   */
  private void fillBatch(int[] order, int number, long step, int use) {
    BatchLoader.Plan next = number + 1 < steps ? plan(order, number + 1, step + 1, use) : null;
    BatchLoader.Batch made = loader.load(plan(order, number, step, use), next);
    learner.input().copyFrom(made.input());
    target.copyFrom(made.target());
    if (weights != null) {
      weights.copyFrom(made.weights());
    }
  }

  private BatchLoader.Plan plan(int[] order, int number, long step, int use) {
    return new BatchLoader.Plan(
        step * USES + use,
        i -> order[number * batch + i],
        i -> mix(options.seed(), step * batch + i, use));
  }

  private void finishEpoch() {
    average.afterEpoch((double) (at.epoch + 1) / options.epochs());
    if (average.exists()) {
      average.swap();
    }
    if (average.needsStatistics()) {
      measureStatistics();
    }
    Map<String, Double> figures = validator == null ? Map.of() : validator.validate(graph);
    EpochResult result =
        new EpochResult(at.epoch + 1, at.lossSum / steps, figures, at.secondsInEpoch);
    at.history.add(result);
    at.epoch++;
    at.step = 0;
    at.lossSum = 0;
    at.secondsInEpoch = 0;
    keepBest(figures);
    if (average.exists()) {
      average.swap();
    }
    listener.epoch(result);
  }

  /** Of the weights that stand in the graph, on one epoch of training batches. */
  private void measureStatistics() {
    learner.observe(null);
    int[] order = permutation(data.size(), mix(options.seed(), at.epoch, 3));
    statistics.measure(
        steps,
        b -> {
          long step = (long) at.epoch * steps + b;
          fillBatch(order, b, step, 4);
          evaluate(step);
        });
  }

  private void keepBest(Map<String, Double> figures) {
    String monitor = options.selection().monitor();
    if (monitor == null) {
      return;
    }
    Double figure = figures.get(monitor);
    if (figure == null) {
      throw new IllegalArgumentException(
          "validation gives no '" + monitor + "', only " + figures.keySet());
    }
    // Not a number is worse than every number, but better than the weights before the training.
    double score = Double.isNaN(figure) ? Double.NEGATIVE_INFINITY : figure;
    if (at.bestEpoch == 0 || score > at.bestFigure) {
      at.bestFigure = score;
      at.bestEpoch = at.epoch;
      copy(Checkpoint.tensors(graph), best);
    }
  }

  private static void copy(List<Tensor> from, List<Tensor> to) {
    for (int i = 0; i < from.size(); i++) {
      to.get(i).copyFrom(from.get(i));
    }
  }

  private void saveCheckpoint() throws IOException {
    checkHealth();
    write();
  }

  private void write() throws IOException {
    if (options.checkpoints().file() != null) {
      Checkpoint.write(options.checkpoints().file(), fingerprint, at, state());
    }
  }

  private Checkpoint.State state() {
    return new Checkpoint.State(graph, optimizer, average, best);
  }

  /**
   * Looks at the loss that the weights give now on the last batch, before they are kept for good:
   * an update can ruin them although its own step had a fine loss. Leaves everything as it was.
   */
  private void checkHealth() {
    if (options.checkpoints().file() == null || !trained) {
      return;
    }
    List<Tensor> running = graph.buffers().stream().map(Value::tensor).toList();
    List<Tensor> kept = running.stream().map(Tensor::copy).toList();
    learner.observe(null);
    long step = (long) at.epoch * steps + at.step;
    double value = evaluate(step);
    if (Divergence.isBad(value, at.firstLoss)) {
      at.step--;
      throw diverged("after the update the loss is " + value, divergence(step).ofLoss());
    }
    copy(kept, running);
  }

  private TrainingException diverged(String what, Divergence.Finding finding) {
    Path file = options.checkpoints().file();
    boolean kept = file != null && Files.exists(file);
    return new TrainingException(
        String.format(
            Locale.ROOT,
            "training diverged in epoch %d, step %d: %s (it was %.4g in the first step); %s. %s%s",
            at.epoch + 1,
            at.step + 1,
            what,
            at.firstLoss,
            finding.what(),
            finding.data()
                ? "Look at the data and their preprocessing"
                : "Try a learning rate of "
                    + options.rate() / 10
                    + " instead of "
                    + options.rate()
                    + ", a warm-up, or clipping of gradients",
            kept ? "; the last good state is in " + file : ""),
        finding.where());
  }

  /** Fisher-Yates. */
  private static int[] permutation(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] p = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      p[i] = p[j];
      p[j] = i;
    }
    return p;
  }

  private static long mix(long seed, long position, int use) {
    return new SplittableRandom(seed * 31 + use).nextLong()
        ^ new SplittableRandom(position).nextLong();
  }
}
