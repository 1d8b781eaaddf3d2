package dev.fovea.engine.monitor;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.StepView;
import dev.fovea.engine.train.TrainingListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps what a report of a training shows, in bounded memory: the loss of every step, and a look
 * into some steps. Which steps are looked into depends on nothing but their number and the planned
 * length of the training, see {@link Spacing}. Not thread-safe.
 *
 * <p>What it costs: a look visits at most {@link #MOST_ELEMENTS} elements of the activations and of
 * the gradients of at most {@link #MOST_LAYERS} layers, 2<sup>20</sup> in all at some nanoseconds
 * each, and each trained parameter four times. The step itself takes about 6 floating-point
 * operations for each weight, sample and place: 3.6e9, some ten milliseconds, for one layer of 3 x
 * 3 weights from 32 to 32 channels at 64 x 32 x 32 places. And one in 32 steps is looked into, once
 * a training has more than 640 steps.
 */
public final class TrainingRecorder implements TrainingListener {

  /** Most layers that are looked at. */
  public static final int MOST_LAYERS = 32;

  /** Most elements of one tensor that are looked at, evenly spread. */
  public static final int MOST_ELEMENTS = 1 << 14;

  /** Most looks that are kept: twice those planned, as a training can be made longer again. */
  private static final int MOST_KEPT = 2 * (Spacing.MOST_LOOKS + Long.SIZE);

  private final List<NetworkLayers.Layer> layers;
  private final Map<Value, Histogram> activations = new HashMap<>();
  private final Map<Value, Histogram> gradients = new HashMap<>();
  private final Set<Value> wanted;
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final List<EpochResult> epochs = new ArrayList<>();
  private final Curve loss = new Curve();
  private TrainingHistory earlier;
  private Spacing spacing = Spacing.UNKNOWN;
  private int stepsPerEpoch;
  private int epochsPlanned;

  /**
   * A recorder for a training from its start, or from anywhere in it.
   *
   * @param graph the one that is trained
   * @param earlier what was recorded before the training was interrupted; what lies after the step
   *     with which it goes on is dropped
   */
  public TrainingRecorder(Graph graph, TrainingHistory earlier) {
    this.layers = NetworkLayers.of(graph, MOST_LAYERS);
    this.earlier = earlier;
    this.wanted = layers.stream().map(NetworkLayers.Layer::output).collect(Collectors.toSet());
  }

  @Override
  public boolean inspects(long step) {
    if (earlier != null) {
      restore(step);
    }
    return spacing.looksInto(step);
  }

  private void restore(long from) {
    loss.restore(earlier.loss(), from);
    earlier.snapshots().stream().filter(s -> s.step() < from).forEach(snapshots::add);
    plan(earlier.stepsPerEpoch(), earlier.epochsPlanned());
    if (stepsPerEpoch > 0) {
      earlier.epochs().stream()
          .filter(e -> (long) e.epoch() * stepsPerEpoch <= from)
          .forEach(epochs::add);
    }
    earlier = null;
  }

  @Override
  public void forward(Value value, Tensor tensor) {
    if (wanted.contains(value)) {
      activations.put(value, Histogram.of(tensor, MOST_ELEMENTS));
    }
  }

  @Override
  public void backward(Value value, Tensor gradient) {
    if (wanted.contains(value)) {
      gradients.put(value, Histogram.of(gradient, MOST_ELEMENTS));
    }
  }

  @Override
  public void inspect(StepView view) {
    Map<Value, StepView.Parameter> parameters = new HashMap<>();
    view.parameters().forEach(p -> parameters.put(p.value(), p));
    List<LayerState> states = new ArrayList<>();
    for (NetworkLayers.Layer layer : layers) {
      Histogram activation = activations.get(layer.output());
      Histogram gradient = gradients.get(layer.output());
      StepView.Parameter weights = parameters.get(layer.weights());
      if (activation != null && gradient != null) {
        // Frozen weights are none of the trained parameters.
        states.add(
            new LayerState(
                layer.name(), activation, gradient, weights == null ? 0 : weights.updateRatio()));
      }
    }
    activations.clear();
    gradients.clear();
    snapshots.add(new Snapshot(view.step(), view.rate(), states));
    if (snapshots.size() >= MOST_KEPT) {
      thin();
    }
  }

  /** Drops every second look but the first and the last. */
  private void thin() {
    List<Snapshot> all = List.copyOf(snapshots);
    snapshots.clear();
    for (int i = 0; i < all.size(); i++) {
      if (i % 2 == 0 || i == all.size() - 1) {
        snapshots.add(all.get(i));
      }
    }
  }

  @Override
  public void step(int epoch, int epochs, int step, int steps, double value) {
    plan(steps, epochs);
    loss.add((long) (epoch - 1) * steps + step - 1, value);
  }

  private void plan(int steps, int epochs) {
    if (steps != stepsPerEpoch || epochs != epochsPlanned) {
      stepsPerEpoch = steps;
      epochsPlanned = epochs;
      spacing = new Spacing((long) steps * epochs);
    }
  }

  @Override
  public void epoch(EpochResult result) {
    epochs.add(result);
  }

  /** What is known so far. */
  public TrainingHistory history() {
    if (earlier != null) {
      return earlier;
    }
    return new TrainingHistory(stepsPerEpoch, epochsPlanned, loss.points(), snapshots, epochs);
  }

  /** The last look into a step, or null before the first. */
  public Snapshot latest() {
    return snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1);
  }

  /** The weights of the first layer, if there is one. */
  public Optional<Value> firstWeights() {
    return layers.stream().map(NetworkLayers.Layer::weights).findFirst();
  }
}
