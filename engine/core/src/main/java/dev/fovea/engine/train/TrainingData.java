package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/** Samples to train on. Must be thread-safe: samples of one batch are made side by side. */
public interface TrainingData {

  /** Number of samples. */
  int size();

  /** Shape of one input, without the batch dimension. */
  Shape inputShape();

  /** Shape of one target, without the batch dimension; {@code []} for a class index. */
  Shape targetShape();

  /** Whether samples have weights, in the shape of the target. */
  default boolean weighted() {
    return false;
  }

  /**
   * How the samples are made, in one line: a checkpoint belongs to it. Empty where there is nothing
   * to choose.
   */
  default String describe() {
    return "";
  }

  /**
   * Makes one sample; a pure function of its arguments.
   *
   * @param index which one
   * @param seed decides all random augmentation; differs in each epoch
   * @param input to be overwritten
   * @param target to be overwritten
   * @param weight to be overwritten; null if samples have no weights
   */
  void sample(int index, long seed, Tensor input, Tensor target, Tensor weight);
}
