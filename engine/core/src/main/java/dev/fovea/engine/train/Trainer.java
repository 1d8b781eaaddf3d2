package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Fits a graph to data by mini-batches.
 *
 * <p>For one seed the result is the same bits for any number of threads, and for a training that
 * was killed and resumed any number of times: the order of samples, their augmentation and the
 * random masks depend on the seed and on how far the training is, on nothing else. In each epoch
 * the samples that do not fill a last batch are left out; the next epoch has another order.
 *
 * <p>Not thread-safe.
 */
public final class Trainer {

  private final Graph graph;
  private final TrainingData data;
  private final Loss loss;
  private final Optimizer optimizer;
  private final Validator validator;
  private final TrainingListener listener;
  private final TrainerOptions options;
  private final Session session;
  private final List<Tensor> parameters;
  private final List<Tensor> gradients = new ArrayList<>();
  private final List<Tensor> best = new ArrayList<>();
  private final Tensor target;
  private final Tensor weights;
  private final int batch;
  private final int steps;
  private final String fingerprint;
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
    if (data.size() == 0) {
      throw new IllegalArgumentException("training data: expected at least one sample, found none");
    }
    if (options.monitor() != null && validator == null) {
      throw new IllegalArgumentException(
          "cannot keep the best '" + options.monitor() + "' without validation");
    }
    this.graph = graph;
    this.data = data;
    this.loss = loss;
    this.optimizer = optimizer;
    this.validator = validator;
    this.listener = listener;
    this.options = options;
    this.batch = Math.min(options.batchSize(), data.size());
    this.steps = data.size() / batch;
    this.session =
        new Session(
            graph,
            SessionOptions.training(options.seed())
                .on(options.backend())
                .withThreads(options.threads())
                .withOutputs(options.output()),
            batched(data.inputShape()));
    this.target = Tensor.zeros(batched(data.targetShape()));
    this.weights = data.weighted() ? Tensor.zeros(target.shape()) : null;
    this.parameters = new ArrayList<>();
    for (Map.Entry<Value, Tensor> e : session.parameterGradients().entrySet()) {
      parameters.add(e.getKey().tensor());
      gradients.add(e.getValue());
    }
    optimizer.attach(parameters);
    Checkpoint.tensors(graph).forEach(t -> best.add(t.copy()));
    this.fingerprint =
        String.join(
            " ",
            "graph=" + graph.name(),
            "parameters=" + graph.parameterCount(),
            "samples=" + data.size(),
            "batch=" + batch,
            "epochs=" + options.epochs(),
            "rate=" + options.rate(),
            "seed=" + options.seed(),
            optimizer.describe());
  }

  private Shape batched(Shape sample) {
    int[] d = new int[sample.rank() + 1];
    d[0] = batch;
    System.arraycopy(sample.toArray(), 0, d, 1, sample.rank());
    return Shape.of(d);
  }

  /** Steps in one epoch. */
  public int stepsPerEpoch() {
    return steps;
  }

  /** Bytes of activations and gradients one step needs. */
  public long plannedBytes() {
    return session.plannedBytes();
  }

  /**
   * Trains to the end, or until cancelled. Afterwards the graph holds the weights of the best epoch
   * if a figure is monitored, else the last ones.
   *
   * @return the results of all epochs, those of earlier runs included
   * @throws IOException if a checkpoint cannot be read or written
   * @throws TrainingException if the loss is no longer a number; the last checkpoint stays
   */
  public List<EpochResult> fit() throws IOException {
    if (options.resume() && Files.exists(options.checkpoint())) {
      at = Checkpoint.read(options.checkpoint(), fingerprint, graph, optimizer, best);
    }
    while (at.epoch < options.epochs() && !outOfPatience()) {
      if (!trainEpoch()) {
        saveCheckpoint();
        return List.copyOf(at.history);
      }
      finishEpoch();
      saveCheckpoint();
    }
    if (options.monitor() != null) {
      List<Tensor> current = Checkpoint.tensors(graph);
      for (int i = 0; i < best.size(); i++) {
        current.get(i).copyFrom(best.get(i));
      }
    }
    return List.copyOf(at.history);
  }

  /** The epoch, from 1, whose weights {@link #fit} left in the graph. */
  public int bestEpoch() {
    return options.monitor() == null ? at.epoch : at.bestEpoch;
  }

  private boolean outOfPatience() {
    return options.patience() > 0
        && options.monitor() != null
        && at.epoch - at.bestEpoch >= options.patience();
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
      if (!Double.isFinite(value)) {
        throw new TrainingException(
            "the loss is "
                + value
                + " in epoch "
                + (at.epoch + 1)
                + ", step "
                + (at.step + 1)
                + ": try a smaller learning rate than "
                + options.rate()
                + (options.checkpoint() == null
                    ? ""
                    : "; the last good state is in " + options.checkpoint()));
      }
      at.lossSum += value;
      at.step++;
      long now = System.nanoTime();
      at.secondsInEpoch = before + (now - start) * 1e-9;
      listener.step(at.epoch + 1, options.epochs(), at.step, steps, value);
      if ((now - saved) * 1e-9 >= options.checkpointSeconds() && at.step < steps) {
        saveCheckpoint();
        saved = now;
      }
    }
    return true;
  }

  private double trainStep(int[] order) {
    long step = (long) at.epoch * steps + at.step;
    fillBatch(order, step);
    session.setStep(step);
    boolean inspected = listener.inspects(step);
    session.observe(inspected ? listener : null);
    Tensor output = session.forward();
    double value = loss.evaluate(output, target, weights, session.cotangent(options.output()));
    session.zeroGradients();
    session.backward();
    for (int i = 0; i < parameters.size(); i++) {
      options.regularizer().addTo(parameters.get(i), gradients.get(i));
    }
    double progress = (double) step / ((long) steps * options.epochs());
    double rate = options.rate() * options.schedule().factor(progress);
    List<Tensor> before = inspected ? parameters.stream().map(Tensor::copy).toList() : List.of();
    optimizer.step(gradients, rate);
    if (inspected) {
      listener.inspect(new StepView(step, value, rate, session.input(0), output, changed(before)));
    }
    return value;
  }

  /** The parameters now; {@code before} is overwritten with the differences. */
  private List<StepView.Parameter> changed(List<Tensor> before) {
    List<StepView.Parameter> changed = new ArrayList<>();
    for (Value v : session.parameterGradients().keySet()) {
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

  private void fillBatch(int[] order, long step) {
    Tensor input = session.input(0);
    new Parallel(options.threads())
        .run(
            batch,
            i -> {
              int index = order[at.step * batch + i];
              data.sample(
                  index,
                  mix(options.seed(), step * batch + i, 2),
                  row(input, i, data.inputShape()),
                  row(target, i, data.targetShape()),
                  weights == null ? null : row(weights, i, data.targetShape()));
            });
  }

  private static Tensor row(Tensor batch, int i, Shape sample) {
    return Tensor.over(batch.storage(), batch.offset() + i * sample.size(), sample);
  }

  private void finishEpoch() {
    Map<String, Double> figures = validator == null ? Map.of() : validator.validate(graph);
    EpochResult result =
        new EpochResult(at.epoch + 1, at.lossSum / steps, figures, at.secondsInEpoch);
    at.history.add(result);
    at.epoch++;
    at.step = 0;
    at.lossSum = 0;
    at.secondsInEpoch = 0;
    if (options.monitor() != null) {
      Double figure = figures.get(options.monitor());
      if (figure == null) {
        throw new IllegalArgumentException(
            "validation gives no '" + options.monitor() + "', only " + figures.keySet());
      }
      if (figure > at.bestFigure) {
        at.bestFigure = figure;
        at.bestEpoch = at.epoch;
        List<Tensor> current = Checkpoint.tensors(graph);
        for (int i = 0; i < best.size(); i++) {
          best.get(i).copyFrom(current.get(i));
        }
      }
    }
    listener.epoch(result);
  }

  private void saveCheckpoint() throws IOException {
    if (options.checkpoint() != null) {
      Checkpoint.write(options.checkpoint(), fingerprint, at, graph, optimizer, best);
    }
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
