package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizers;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.architecture.Architecture;
import java.io.IOException;
import java.util.Map;

/**
 * A classifier of vectors: linear, or with one hidden layer of ReLU units, trained by SGD with
 * momentum 0.9 along a cosine; the epoch of the best validation accuracy is kept. With a hinge loss
 * the linear one is a support vector machine, with cross-entropy it is softmax regression.
 * Immutable.
 *
 * @param hidden number of hidden units; 0 for a linear classifier
 * @param loss what is made small
 * @param epochs passes over the vectors
 * @param batchSize vectors a step
 * @param rate base learning rate
 * @param l2 penalty on weights, {@code l2 / 2 sum w^2}
 */
public record VectorNet(int hidden, Loss loss, int epochs, int batchSize, double rate, double l2) {

  /** Name of the validation figure. */
  public static final String MONITOR = "accuracy";

  private static final String HIDDEN = "hidden";

  /** Checks the number of hidden units; the rest is checked where it is used. */
  public VectorNet {
    if (hidden < 0) {
      throw new IllegalArgumentException(
          "hidden units: found " + hidden + ", expected 0 for none, or more");
    }
  }

  /**
   * A new network from {@link Architecture#INPUT} {@code [N, features]} over {@link
   * Architecture#LOGITS} to {@link Architecture#PROBABILITIES} {@code [N, classes]}.
   */
  public Graph network(int features, int classes, long seed) {
    Graph.Builder g = new Graph.Builder(hidden == 0 ? "linear" : "two-layer");
    Value x = g.input(Architecture.INPUT, Shape.of(1, features), "batch", "");
    return complete(g, x, classes, seed);
  }

  private Graph complete(Graph.Builder g, Value vectors, int classes, long seed) {
    Layers l = new Layers(g, seed);
    Value x = vectors;
    if (hidden > 0) {
      x = l.dense(HIDDEN, x, hidden, Initializer.he());
      x = g.node("relu", new Relu(), x);
    }
    x = l.dense(Architecture.LOGITS, x, classes, Initializer.xavier());
    return g.build(g.node(Architecture.PROBABILITIES, new Softmax(1), x));
  }

  /**
   * A trained classifier of pixels as a network of images: from {@link Architecture#INPUT} {@code
   * [N, C, H, W]}, each pixel divided by the largest possible one, to the same probabilities.
   *
   * @param trained from {@link #fit}, on the rows of {@link FeatureExtractor#pixels}
   * @param pixels how these were standardized; becomes a part of the first layer
   * @param image shape {@code [C, H, W]} of one image
   * @throws IllegalArgumentException if the classifier takes another number of pixels
   */
  public Graph ofImages(Graph trained, Standardization pixels, Shape image) {
    int features = trained.inputs().get(0).shape().dim(1);
    if (image.rank() != 3 || image.size() != features) {
      throw new IllegalArgumentException(
          "classifier of images: found "
              + features
              + " features, expected the pixels of images "
              + image);
    }
    Graph.Builder g = new Graph.Builder(trained.name());
    Shape one = Shape.of(1, image.dim(0), image.dim(1), image.dim(2));
    Value x = g.input(Architecture.INPUT, one, "batch", "", "", "");
    int classes = trained.outputs().get(0).shape().dim(1);
    Graph images = complete(g, g.node("pixels", new Flatten(1), x), classes, 0);
    images.parameters().forEach(p -> p.tensor().copyFrom(trained.value(p.name()).tensor()));
    String first = hidden > 0 ? HIDDEN : Architecture.LOGITS;
    pixels.foldInto(
        images.value(first + ".weight").tensor(),
        images.value(first + ".bias").tensor(),
        FeatureExtractor.LARGEST_PIXEL);
    return images;
  }

  /**
   * Trains a new network.
   *
   * @param validation chooses the epoch
   * @param seed decides first weights and order
   */
  public Graph fit(
      LabelledVectors training,
      LabelledVectors validation,
      long seed,
      TrainingListener listener,
      Backend backend,
      int threads) {
    Graph graph = network(training.width(), training.classes(), seed);
    TrainerOptions options =
        TrainerOptions.defaults(Architecture.LOGITS, epochs, batchSize, rate, seed)
            .withRegularizer(Regularizer.l2(l2))
            .on(backend, threads)
            .withMonitor(MONITOR, 0);
    try {
      new Trainer(
              graph,
              new VectorTraining(training),
              loss,
              new Sgd(Optimizers.MOMENTUM),
              g -> Map.of(MONITOR, validation.accuracy(classify(g, validation, backend, threads))),
              listener,
              options)
          .fit();
    } catch (IOException e) {
      throw new IllegalStateException("a training without a checkpoint reads no file", e);
    }
    return graph;
  }

  /** The most probable class of each row; of several the lowest. */
  public static int[] classify(Graph graph, LabelledVectors data, Backend backend, int threads) {
    Session session =
        new Session(
            graph, SessionOptions.inference().on(backend).withThreads(threads), data.x().shape());
    float[] p = session.forward(data.x()).toArray();
    int[] classes = new int[data.size()];
    for (int i = 0; i < classes.length; i++) {
      for (int c = 1; c < data.classes(); c++) {
        int at = i * data.classes();
        classes[i] = p[at + c] > p[at + classes[i]] ? c : classes[i];
      }
    }
    return classes;
  }
}
