package dev.fovea.detection.single;

import dev.fovea.detection.box.Box;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Reduction;
import dev.fovea.engine.train.SessionLearner;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Classification and localization: a picture with one object, of which a network says the class and
 * the box, with two heads on the same features and two losses made small together (as in lecture 8
 * of CS231n 2016, after Sermanet et al., "OverFeat", ICLR 2014). Immutable.
 *
 * <p>The outputs are {@code classes [N, classes]}, logits, and {@code box [N, 4]}: x1, y1, x2, y2
 * as parts of the width and height. Targets are {@code [N, 5]}: the label and these four.
 *
 * @param classes number of classes
 * @param boxWeight of the loss of the box beside that of the class
 */
public record Localization(int classes, double boxWeight) {
  /** Name of the logits. */
  public static final String CLASSES = "classes";

  /** Name of the edges. */
  public static final String BOX = "box";

  /** Numbers of a target. */
  public static final int TARGET = 5;

  private static final int EDGES = 4;
  private static final Loss CLASS_LOSS = new SoftmaxCrossEntropy();

  /** Of edges: from 0.1 of the picture on, errors count as they are. */
  private static final Loss BOX_LOSS = ElementLoss.smoothL1(0.1, Reduction.MEAN);

  /** Checks the numbers. */
  public Localization {
    if (classes < 2 || !(boxWeight > 0)) {
      throw new IllegalArgumentException(
          "localization: found %d classes, weight %s, expected 2 or more, a weight above 0"
              .formatted(classes, boxWeight));
    }
  }

  /**
   * Two new heads on the features of a classifier, the weights of which are shared.
   *
   * @param seed of the heads
   */
  public Graph network(Graph classifier, long seed) {
    return new Regressor(classifier, "localization", seed)
        .head(CLASSES, classes)
        .head(BOX, EDGES)
        .build();
  }

  /** Writes what is right. */
  public static void write(int label, Box box, int width, int height, Tensor target) {
    double[] edges = box.scale(1.0 / width, 1.0 / height).xyxy();
    target.array()[target.offset()] = label;
    for (int e = 0; e < EDGES; e++) {
      target.array()[target.offset() + 1 + e] = (float) edges[e];
    }
  }

  /** The losses. */
  public Learner.Opening learner() {
    return SessionLearner.opening(this::losses, "localization " + this, CLASSES, BOX);
  }

  private Map<String, Double> losses(
      List<Tensor> outputs,
      Tensor target,
      Tensor weights,
      List<Tensor> gradients,
      Parallel parallel) {
    int n = target.shape().dim(0);
    Tensor labels = Tensor.zeros(n);
    Tensor edges = Tensor.zeros(n, EDGES);
    for (int i = 0; i < n; i++) {
      labels.array()[i] = target.get(i * TARGET);
      for (int e = 0; e < EDGES; e++) {
        edges.array()[i * EDGES + e] = target.get(i * TARGET + 1 + e);
      }
    }
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put(
        CLASSES, CLASS_LOSS.evaluate(outputs.get(0), labels, null, gradients.get(0), parallel));
    double box = BOX_LOSS.evaluate(outputs.get(1), edges, null, gradients.get(1), parallel);
    losses.put(BOX, boxWeight * box);
    Tensor byBox = gradients.get(1);
    for (int i = 0; i < byBox.size(); i++) {
      byBox.array()[byBox.offset() + i] *= (float) boxWeight;
    }
    return losses;
  }

  /** The box of a picture, from its row of the output; inside of the picture. */
  public static Box box(Tensor output, int row, int width, int height) {
    double[] e = new double[EDGES];
    for (int i = 0; i < EDGES; i++) {
      e[i] = output.get(row * EDGES + i);
    }
    return Box.ofCorners(e[0] * width, e[1] * height, e[2] * width, e[3] * height)
        .clip(width, height);
  }
}
