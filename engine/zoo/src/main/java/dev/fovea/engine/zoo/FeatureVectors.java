package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.Validator;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * What a frozen network sees in the samples of a data set, computed once: training a head on it
 * costs a thousandth of running the network again in every epoch. Samples are not augmented.
 * Thread-safe.
 */
final class FeatureVectors implements TrainingData {

  private static final int BATCH = 16;

  private final Tensor vectors;
  private final Tensor labels;

  private FeatureVectors(Tensor vectors, Tensor labels) {
    this.vectors = vectors;
    this.labels = labels;
  }

  /**
   * Runs the network on all samples.
   *
   * @param network from the input to vectors {@code [N, K]}
   * @param images samples whose target is a class index
   * @throws CancellationException if {@code cancelled} says so
   */
  static FeatureVectors of(
      Graph network, TrainingData images, SessionOptions options, BooleanSupplier cancelled) {
    int size = network.outputs().get(0).shape().dim(1);
    FeatureVectors all =
        new FeatureVectors(Tensor.zeros(images.size(), size), Tensor.zeros(images.size()));
    Session session = null;
    for (int first = 0; first < images.size(); first += BATCH) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("cancelled while features were computed");
      }
      int n = Math.min(BATCH, images.size() - first);
      if (session == null || session.input(0).shape().dim(0) != n) {
        Shape s = images.inputShape();
        session = new Session(network, options, Shape.of(n, s.dim(0), s.dim(1), s.dim(2)));
      }
      for (int i = 0; i < n; i++) {
        Tensor label = all.labels.slice(first + i, first + i + 1).reshape(Shape.SCALAR);
        images.sample(first + i, 0, session.input(0).slice(i, i + 1), label, null);
      }
      all.vectors.slice(first, first + n).copyFrom(session.forward());
    }
    return all;
  }

  @Override
  public int size() {
    return labels.size();
  }

  @Override
  public Shape inputShape() {
    return Shape.of(vectors.shape().dim(1));
  }

  @Override
  public Shape targetShape() {
    return Shape.SCALAR;
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    input.copyFrom(vectors.slice(index, index + 1));
    target.fill(labels.get(index));
  }

  /** Measures {@code accuracy} and {@code top5} of a head on these vectors. */
  Validator validator(SessionOptions options) {
    return head -> {
      Tensor scores = new Session(head, options, vectors.shape()).forward(vectors);
      ClassificationCount count = new ClassificationCount();
      for (int i = 0; i < size(); i++) {
        count.add(scores.slice(i, i + 1), (int) labels.get(i));
      }
      return count.figures();
    };
  }
}
