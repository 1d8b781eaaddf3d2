package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Changes parameters by their gradients. Holds state for each parameter; not thread-safe, one for
 * each training.
 */
public interface Optimizer {

  /**
   * Prepares the state for a list of parameters; called once, before the first step.
   *
   * @param parameters the parameters, in an order that stays
   * @param rateFactors for each parameter, what the learning rate is multiplied by
   */
  void attach(List<Tensor> parameters, double[] rateFactors);

  /** The same, with one learning rate for all. */
  default void attach(List<Tensor> parameters) {
    double[] ones = new double[parameters.size()];
    Arrays.fill(ones, 1);
    attach(parameters, ones);
  }

  /**
   * One step; overwrites the parameters.
   *
   * @param gradients one for each parameter, in the order of {@link #attach}; not modified
   * @param rate learning rate
   */
  void step(List<Tensor> gradients, double rate);

  /**
   * The state to be kept in a checkpoint, in a fixed order; a restored optimizer is written into.
   */
  List<Tensor> state();

  /** Number of steps taken; part of the state. */
  long steps();

  /** Restores the number of steps. */
  void setSteps(long steps);

  /** Name and hyper-parameters in one line, for model cards and checkpoints. */
  String describe();
}
