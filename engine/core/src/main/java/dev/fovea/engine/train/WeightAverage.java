package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** An average of a model's tensors as {@link Averaging} says; its state goes into checkpoints. */
final class WeightAverage {

  private final Averaging how;
  private final List<Tensor> current;
  private final List<Tensor> average;
  private long count;

  /**
   * An average of nothing yet.
   *
   * @param current all tensors of the model, running statistics included
   */
  WeightAverage(Averaging how, List<Tensor> current) {
    this.how = how;
    this.current = current;
    this.average =
        how.kind() == Averaging.Kind.NONE ? List.of() : current.stream().map(Tensor::copy).toList();
  }

  /** Whether there is an average, to be used in place of the last weights. */
  boolean exists() {
    return count > 0;
  }

  /** Whether the running statistics of normalisations have to be measured for the average. */
  boolean needsStatistics() {
    return how.kind() == Averaging.Kind.SWA && exists();
  }

  /** A step was done. */
  void afterStep() {
    if (how.kind() == Averaging.Kind.EMA) {
      add(1 - Math.min(how.value(), (1.0 + count) / (10.0 + count)));
    }
  }

  /**
   * An epoch was done.
   *
   * @param progress share of the training that is done
   */
  void afterEpoch(double progress) {
    if (how.kind() == Averaging.Kind.SWA && progress > how.value()) {
      add(1.0 / (count + 1));
    }
  }

  private void add(double share) {
    float s = (float) share;
    for (int t = 0; t < average.size(); t++) {
      Tensor now = current.get(t);
      float[] a = average.get(t).array();
      for (int i = 0; i < a.length; i++) {
        a[i] += s * (now.get(i) - a[i]);
      }
    }
    count++;
  }

  /** Exchanges the model's tensors for the average; twice is as before. */
  void swap() {
    for (int t = 0; t < average.size(); t++) {
      Tensor kept = current.get(t).copy();
      current.get(t).copyFrom(average.get(t));
      average.get(t).copyFrom(kept);
    }
  }

  /** The state to be kept in a checkpoint, beside {@link #count}. */
  List<Tensor> state() {
    return average;
  }

  long count() {
    return count;
  }

  void setCount(long count) {
    this.count = count;
  }
}
