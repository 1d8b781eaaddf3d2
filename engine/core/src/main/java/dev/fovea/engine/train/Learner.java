package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Map;

/**
 * What a {@link Trainer} trains: runs a batch through a network, by one session ({@link
 * SessionLearner}) or by several with plain Java between them, says the losses and brings their
 * gradient back to the parameters.
 *
 * <p>For equal weights, batch and step all results are the same bits. Not thread-safe.
 */
public interface Learner {

  /** Opens a learner for a training. */
  interface Opening {

    /**
     * Opens a network.
     *
     * @param input shape of a batch, {@code [N, ...]}
     * @param options for training: backend, threads, seed and frozen parameters
     */
    Learner open(Graph graph, Shape input, SessionOptions options);

    /** What is made small, with its figures, in one line: a checkpoint belongs to it. */
    String describe();
  }

  /** The network. Its tensors are trained, averaged and kept in checkpoints. */
  Graph graph();

  /** Memory of the batch, to be filled before each {@link #evaluate}. */
  Tensor input();

  /**
   * Runs the batch forward, in training mode.
   *
   * @param target what is right, {@code [N, ...]}; its form is the learner's business
   * @param weights a factor for each target element, or null for ones
   * @param step decides the random masks, and whatever else is drawn
   * @return the loss: the sum of {@link #losses}
   */
  double evaluate(Tensor target, Tensor weights, long step);

  /** The parts of the last loss by name, weighted as they are summed. */
  Map<String, Double> losses();

  /**
   * Overwrites {@link #gradients} with the derivatives of the last loss; once for each {@link
   * #evaluate}.
   */
  void backward();

  /** The gradients of all parameters that are trained, in the order of the graph. */
  Map<Value, Tensor> gradients();

  /** What the network said to the batch, or the first of several such values; for onlookers. */
  Tensor output();

  /** Shows every value and gradient of the runs from now on; null for nobody. */
  void observe(Session.Observer observer);

  /** Bytes of activations and gradients one step needs. */
  long plannedBytes();
}
