package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.BoxCoder;
import dev.fovea.detection.box.Nms;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Reduction;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is said of each region by Fast R-CNN and all that came after it (Girshick 2015): logits
 * {@code [R, 1 + classes]}, background first, and for each class the moves {@code [R, 4 classes]}
 * from the region to the object's box.
 */
final class Heads {
  /** Name of the logits. */
  static final String CLASSES = "classes";

  /** Name of the moves. */
  static final String BOXES = "boxes";

  /** Target of regions that take no part. */
  static final int NO_PART = SoftmaxCrossEntropy.IGNORE;

  private static final int MOVES = 4;

  /** He's initialisation is for what a ReLU follows; last layers start near their biases. */
  private static final float DAMPED = 0.05f;

  private static final Loss CLASS_LOSS = new SoftmaxCrossEntropy();
  private static final Loss BOX_LOSS = ElementLoss.smoothL1(1, Reduction.SUM);

  private Heads() {}

  /**
   * Adds two hidden layers and the outputs.
   *
   * @param pooled {@code [R, C, h, w]}
   */
  static List<Value> add(Layers layers, Value pooled, int hidden, int classes) {
    Graph.Builder graph = layers.graph();
    Value x = graph.node("head.flat", new Flatten(1), pooled);
    for (String name : List.of("head.1", "head.2")) {
      x = layers.dense(name, x, hidden, Initializer.he());
      x = graph.node(name + ".relu", new Relu(), x);
    }
    List<Value> outputs =
        List.of(
            layers.dense(CLASSES, x, 1 + classes, Initializer.he()),
            layers.dense(BOXES, x, MOVES * classes, Initializer.he()));
    damp(graph.find(CLASSES + ".weight").tensor());
    damp(graph.find(BOXES + ".weight").tensor());
    return outputs;
  }

  /** Makes the first weights of a last layer small. */
  static void damp(Tensor weights) {
    float[] w = weights.array();
    for (int i = 0; i < weights.size(); i++) {
      w[weights.offset() + i] *= DAMPED;
    }
  }

  /**
   * What regions have to say.
   *
   * @param labels {@code [R]}: 0 for background, 1 plus the label, or {@link #NO_PART}
   * @param moves {@code [R, 4 classes]}
   * @param weights of the moves: 1 where a region has an object of that class
   */
  record Targets(Tensor labels, Tensor moves, Tensor weights) {

    /** For regions none of which takes part yet. */
    static Targets of(int regions, int classes) {
      return new Targets(
          Tensor.zeros(regions).fill(NO_PART),
          Tensor.zeros(regions, MOVES * classes),
          Tensor.zeros(regions, MOVES * classes));
    }

    /** A region is background. */
    void background(int region) {
      labels.array()[region] = 0;
    }

    /** A region has to find an object. */
    void object(int region, Box from, Annotation object) {
      labels.array()[region] = 1 + object.label();
      double[] t = BoxCoder.HEADS.encode(from, object.box());
      int at = region * moves.shape().dim(1) + MOVES * object.label();
      for (int m = 0; m < MOVES; m++) {
        moves.array()[at + m] = (float) t[m];
        weights.array()[at + m] = 1;
      }
    }

    private int count() {
      int n = 0;
      for (int i = 0; i < labels.size(); i++) {
        n += labels.get(i) == NO_PART ? 0 : 1;
      }
      return n;
    }
  }

  /**
   * The two losses: cross-entropy of the classes, and smooth L1 of the moves to the objects, both
   * divided by the number of regions that take part.
   *
   * @param classGradient overwritten
   * @param boxGradient overwritten
   */
  static Map<String, Double> losses(
      Tensor classes,
      Tensor boxes,
      Targets targets,
      Tensor classGradient,
      Tensor boxGradient,
      Parallel parallel) {
    Tensor weights = targets.weights().copy();
    float each = 1f / Math.max(1, targets.count());
    for (int i = 0; i < weights.size(); i++) {
      weights.array()[i] *= each;
    }
    return Map.of(
        "classes",
        CLASS_LOSS.evaluate(classes, targets.labels(), null, classGradient, parallel),
        "boxes",
        BOX_LOSS.evaluate(boxes, targets.moves(), weights, boxGradient, parallel));
  }

  /**
   * A find in pixels of the input, and the region it was found in.
   *
   * @param region its number
   */
  record Found(Detection detection, int region) {}

  /**
   * Reads what is said of the regions of a picture.
   *
   * @param regions in pixels of the input; there may be more rows than regions
   * @return the best of each object, by falling score
   */
  static List<Found> read(
      Tensor classes,
      Tensor boxes,
      List<Box> regions,
      int width,
      int height,
      Thresholds thresholds) {
    int count = classes.shape().dim(1) - 1;
    List<Found> all = new ArrayList<>();
    for (int r = 0; r < regions.size(); r++) {
      double[] shares = softmax(classes, r);
      for (int label = 0; label < count; label++) {
        double score = shares[1 + label];
        if (score >= thresholds.score()) {
          Box box = moved(boxes, r, count, label, regions.get(r)).clip(width, height);
          if (!box.isEmpty()) {
            all.add(new Found(Detection.of(label, score, box), r));
          }
        }
      }
    }
    return best(all, thresholds);
  }

  private static List<Found> best(List<Found> all, Thresholds thresholds) {
    float[] scores = new float[all.size()];
    int[] labels = new int[all.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) all.get(i).detection().score();
      labels[i] = all.get(i).detection().label();
    }
    List<Box> boxes = all.stream().map(f -> f.detection().box()).toList();
    int[] kept = Nms.of(thresholds.iou()).selectWithin(boxes, scores, labels);
    return Arrays.stream(kept)
        .limit(thresholds.most())
        .mapToObj(all::get)
        .sorted(Comparator.comparingDouble(f -> -f.detection().score()))
        .toList();
  }

  private static double[] softmax(Tensor logits, int row) {
    int n = logits.shape().dim(1);
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < n; c++) {
      largest = Math.max(largest, logits.get(row * n + c));
    }
    double[] shares = new double[n];
    double sum = 0;
    for (int c = 0; c < n; c++) {
      shares[c] = Math.exp(logits.get(row * n + c) - largest);
      sum += shares[c];
    }
    for (int c = 0; c < n; c++) {
      shares[c] /= sum;
    }
    return shares;
  }

  private static Box moved(Tensor boxes, int region, int classes, int label, Box from) {
    double[] moves = new double[MOVES];
    for (int m = 0; m < MOVES; m++) {
      double move = boxes.get((region * classes + label) * MOVES + m);
      moves[m] = Double.isFinite(move) ? move : 0;
    }
    return BoxCoder.HEADS.decode(from, moves);
  }
}
