package dev.fovea.visualize;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import java.util.List;

/**
 * Gradient saliency: how much the score of a class changes with each element of a value. Simonyan,
 * Vedaldi and Zisserman, "Deep inside convolutional networks: visualising image classification
 * models and saliency maps", ICLR workshop 2014.
 *
 * <p>For scores {@code S [1, K]} and a value {@code V [1, C, H, W]} the saliency of class k at row
 * y, column x is {@code max_c |dS_k / dV_cyx|}. Scores {@code [1, K, H', W']} of a segmentation
 * network are summed over all pixels. Scores should be logits: behind a softmax the gradient of a
 * sure answer vanishes, and it mixes what speaks for the class with what speaks against the others.
 *
 * <p>Immutable and thread-safe.
 */
public final class Saliency {
  private final SessionPool sessions;
  private final String score;
  private final String value;

  private Saliency(SessionPool sessions, String score, String value) {
    this.sessions = sessions;
    this.score = score;
    this.value = value;
  }

  /**
   * Explains the first output of a graph by its first input; if the output is a softmax, what goes
   * into the softmax is explained.
   *
   * @param options backend and threads to run on
   */
  public static Saliency of(Graph graph, SessionOptions options) {
    return of(graph, Classifier.scores(graph).name(), graph.inputs().get(0).name(), options);
  }

  /**
   * Explains one value by another.
   *
   * @param score name of a value of shape {@code [N, K, ...]}
   * @param value name of what it is to be explained by: the input or any activation
   * @param options backend and threads to run on
   * @throws GraphException if there is no such value
   */
  public static Saliency of(Graph graph, String score, String value, SessionOptions options) {
    graph.value(score);
    graph.value(value);
    SessionOptions both = options.withOutputs(score).withGradients(value);
    return new Saliency(new SessionPool(graph, both), score, value);
  }

  /** Name of the value that is explained. */
  public String score() {
    return score;
  }

  /**
   * The derivative of the score of class {@code index} by the value, in its shape.
   *
   * @param input for the graph's only input, {@code [1, ...]}
   * @param index class index
   * @return a new tensor on the host
   * @throws IllegalArgumentException if there is no such class, or the batch is not of one
   */
  public Tensor gradient(Tensor input, int index) {
    return sessions.with(List.of(input.shape()), session -> gradient(session, input, index));
  }

  private Tensor gradient(Session session, Tensor input, int index) {
    Shape scores = session.forward(input).shape();
    if (scores.rank() < 2 || scores.dim(0) != 1 || index < 0 || index >= scores.dim(1)) {
      throw new IllegalArgumentException(
          "class "
              + index
              + " of '"
              + score
              + "' "
              + scores
              + ": expected [1, K, ...] and 0 to K-1");
    }
    Tensor seed = Tensor.zeros(scores);
    int pixels = scores.size(2, scores.rank());
    for (int i = 0; i < pixels; i++) {
      seed.array()[index * pixels + i] = 1;
    }
    sessions.options().backend().upload(seed, session.cotangent(score));
    session.backward();
    Tensor gradient = Tensor.zeros(session.gradient(value).shape());
    sessions.options().backend().download(session.gradient(value), gradient);
    return gradient;
  }

  /**
   * The saliency of class {@code index}, not normalised.
   *
   * @return a new array of {@code H * W} numbers, 0 or more, row by row
   * @throws IllegalArgumentException as {@link #gradient}, or if the value is not {@code [1, C, H,
   *     W]}
   */
  public float[] map(Tensor input, int index) {
    return maxOverChannels(gradient(input, index));
  }

  /** {@code max_c |g_cyx|} of a gradient {@code [1, C, H, W]}. */
  static float[] maxOverChannels(Tensor gradient) {
    Shape shape = gradient.shape();
    if (shape.rank() != 4 || shape.dim(0) != 1) {
      throw new IllegalArgumentException(
          "saliency: expected a gradient [1, C, H, W], found " + shape);
    }
    int pixels = shape.size(2, 4);
    float[] map = new float[pixels];
    for (int c = 0; c < shape.dim(1); c++) {
      for (int i = 0; i < pixels; i++) {
        map[i] = Math.max(map[i], Math.abs(gradient.get(c * pixels + i)));
      }
    }
    return map;
  }
}
