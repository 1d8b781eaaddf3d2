package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.TrainingException;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * A training as users run it, one step at a time: it goes on in a thread of its own and is held
 * after each step until the next one is asked for.
 */
final class TrainerSteps implements Contender {

  private static final int STEPS_PER_EPOCH = 1000;

  private final Semaphore asked = new Semaphore(0);
  private final Semaphore done = new Semaphore(0);
  private volatile double loss = Double.NaN;
  private volatile boolean closed;
  private volatile Exception failure;

  /**
   * Starts a training and does its first step.
   *
   * @param batch the same in every step
   * @param target class indices
   */
  TrainerSteps(
      Graph graph, Tensor batch, Tensor target, Optimizer optimizer, TrainerOptions options) {
    Trainer trainer =
        new Trainer(
            graph,
            new SameBatch(batch, target),
            new SoftmaxCrossEntropy(),
            optimizer,
            null,
            new Holding(),
            options);
    Thread thread = new Thread(() -> train(trainer), "benchmark-training");
    thread.setDaemon(true);
    thread.start();
    await();
  }

  private void train(Trainer trainer) {
    try {
      trainer.fit();
    } catch (IOException | TrainingException e) {
      failure = e;
    } finally {
      done.release();
    }
  }

  private void await() {
    done.acquireUninterruptibly();
    if (failure != null) {
      throw new IllegalStateException("the training failed: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void run() {
    asked.release();
    await();
  }

  @Override
  public float[] result() {
    return new float[] {(float) loss};
  }

  @Override
  public void close() {
    closed = true;
    asked.release();
  }

  /** Stops the training's thread after each step. */
  private final class Holding implements TrainingListener {
    @Override
    public void step(int epoch, int epochs, int step, int steps, double value) {
      loss = value;
      done.release();
      asked.acquireUninterruptibly();
    }

    @Override
    public boolean cancelled() {
      return closed;
    }
  }

  /** The samples of one batch, over and over. */
  private record SameBatch(Tensor batch, Tensor target) implements TrainingData {
    @Override
    public int size() {
      return batch.shape().dim(0) * STEPS_PER_EPOCH;
    }

    @Override
    public Shape inputShape() {
      return sample(batch.shape());
    }

    @Override
    public Shape targetShape() {
      return sample(target.shape());
    }

    private static Shape sample(Shape s) {
      int[] dims = s.toArray();
      return Shape.of(java.util.Arrays.copyOfRange(dims, 1, dims.length));
    }

    @Override
    public void sample(int index, long seed, Tensor input, Tensor label, Tensor weight) {
      int i = index % batch.shape().dim(0);
      copy(batch, i, input);
      copy(target, i, label);
    }

    private static void copy(Tensor from, int i, Tensor to) {
      System.arraycopy(
          from.array(), from.offset() + i * to.size(), to.array(), to.offset(), to.size());
    }
  }
}
