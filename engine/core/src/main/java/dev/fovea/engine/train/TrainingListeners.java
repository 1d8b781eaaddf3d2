package dev.fovea.engine.train;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Several listeners as one; each sees only the steps that it wants to inspect. */
final class TrainingListeners implements TrainingListener {

  private final List<TrainingListener> all;
  private List<TrainingListener> inspecting = List.of();

  TrainingListeners(List<TrainingListener> listeners) {
    this.all = List.copyOf(listeners);
  }

  @Override
  public void losses(Map<String, Double> parts) {
    all.forEach(l -> l.losses(parts));
  }

  @Override
  public void step(int epoch, int epochs, int step, int steps, double loss) {
    all.forEach(l -> l.step(epoch, epochs, step, steps, loss));
  }

  @Override
  public void epoch(EpochResult result) {
    all.forEach(l -> l.epoch(result));
  }

  @Override
  public boolean cancelled() {
    return all.stream().anyMatch(TrainingListener::cancelled);
  }

  @Override
  public boolean inspects(long step) {
    inspecting = all.stream().filter(l -> l.inspects(step)).toList();
    return !inspecting.isEmpty();
  }

  @Override
  public void forward(Value value, Tensor tensor) {
    inspecting.forEach(l -> l.forward(value, tensor));
  }

  @Override
  public void backward(Value value, Tensor gradient) {
    inspecting.forEach(l -> l.backward(value, gradient));
  }

  @Override
  public void inspect(StepView view) {
    inspecting.forEach(l -> l.inspect(view));
  }
}
