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
 * into some steps, at equal distances that double when there are {@link #MOST_SNAPSHOTS}. Which
 * steps are looked into depends on nothing but their number. Not thread-safe.
 */
public final class TrainingRecorder implements TrainingListener {

  /** Most looks into single steps that are kept. */
  public static final int MOST_SNAPSHOTS = 96;

  /** Most layers that are looked at. */
  public static final int MOST_LAYERS = 32;

  private final List<NetworkLayers.Layer> layers;
  private final Map<Value, Histogram> activations = new HashMap<>();
  private final Map<Value, Histogram> gradients = new HashMap<>();
  private final Set<Value> wanted;
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final List<EpochResult> epochs = new ArrayList<>();
  private final Curve loss = new Curve();
  private TrainingHistory earlier;
  private long interval = 1;
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
    return step % interval == 0;
  }

  private void restore(long from) {
    loss.restore(earlier.loss(), from);
    earlier.snapshots().stream().filter(s -> s.step() < from).forEach(snapshots::add);
    if (snapshots.size() > 1) {
      interval = Math.max(1, snapshots.get(1).step() - snapshots.get(0).step());
    }
    stepsPerEpoch = earlier.stepsPerEpoch();
    epochsPlanned = earlier.epochsPlanned();
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
      activations.put(value, Histogram.of(tensor));
    }
  }

  @Override
  public void backward(Value value, Tensor gradient) {
    if (wanted.contains(value)) {
      gradients.put(value, Histogram.of(gradient));
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
    if (snapshots.size() >= MOST_SNAPSHOTS) {
      interval *= 2;
      snapshots.removeIf(s -> s.step() % interval != 0);
    }
  }

  @Override
  public void step(int epoch, int epochs, int step, int steps, double value) {
    stepsPerEpoch = steps;
    epochsPlanned = epochs;
    loss.add((long) (epoch - 1) * steps + step - 1, value);
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
