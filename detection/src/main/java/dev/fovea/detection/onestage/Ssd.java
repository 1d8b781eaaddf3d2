package dev.fovea.detection.onestage;

import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.box.BoxCoder;
import dev.fovea.detection.box.Matcher;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Reduction;
import dev.fovea.engine.train.SessionLearner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * SSD (Liu et al., "SSD: single shot multibox detector", ECCV 2016) on a small backbone: default
 * boxes on every cell of the backbone's maps, with sizes of 2.5 and 3.5 strides and ratios 1/2, 1
 * and 2; a softmax over the classes and background (class 0), trained on the positive boxes and
 * three times as many of the hardest negative ones, and a smooth L1 loss of the coded boxes.
 *
 * <p>The graph gives {@code boxes8 [N, 6 * 4, H / 8, W / 8]}, {@code classes8 [N, 6 * (1 +
 * classes), H / 8, W / 8]}, logits, and so on for the strides 16 and 32. Immutable.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, a multiple of 32
 */
public record Ssd(int width, int height) implements OneStageDesign {

  /** Name of the format. */
  public static final String FORMAT = "ssd";

  private static final int SHAPES = 6;
  private static final int STEM = 16;
  private static final AnchorHead HEAD =
      new AnchorHead(
          OneStageDesign.anchors(List.of(2.5, 3.5), List.of(0.5, 1.0, 2.0)),
          new Matcher(0.5, 0.5, true),
          BoxCoder.ofVariances(0.1, 0.2),
          ElementLoss.smoothL1(1, Reduction.SUM));

  /** Negative boxes for each positive one. */
  private static final int NEGATIVES = 3;

  /** Checks the sides. */
  public Ssd {
    OneStageDesign.requireSize("SSD", width, height);
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes) {
    List<Value> maps = backbone.maps(input, STEM, 1);
    List<Value> outputs = new ArrayList<>();
    for (int l = 0; l < maps.size(); l++) {
      String stride = Backbone.STRIDES.get(l).toString();
      outputs.add(head(layers, "boxes" + stride, maps.get(l), SHAPES * BOX));
      outputs.add(head(layers, "classes" + stride, maps.get(l), SHAPES * (1 + classes)));
    }
    return outputs;
  }

  /** As in the paper, one 3x3 convolution. */
  private static Value head(Layers layers, String name, Value x, int channels) {
    return layers.conv(name, x, channels, 3, 1, 1, true);
  }

  @Override
  public Learner.Opening learner(int classes) {
    return SessionLearner.opening(
        new Losses(classes), FORMAT + " " + classes, OneStageDesign.names("boxes", "classes"));
  }

  /**
   * The losses, both divided by the number of positive boxes of the batch.
   *
   * @param classes number of classes, background not counted
   */
  record Losses(int classes) implements SessionLearner.Objective {
    @Override
    public Map<String, Double> evaluate(
        List<Tensor> outputs,
        Tensor target,
        Tensor weights,
        List<Tensor> gradients,
        Parallel parallel) {
      AnchorHead.Targets targets = HEAD.targets(outputs, target, parallel);
      List<Tensor> scores = OneStageDesign.every(outputs, 1, 2);
      List<Tensor> into = OneStageDesign.every(gradients, 1, 2);
      into.forEach(g -> g.fill(0));
      HeadLayout layout = targets.layout();
      double weight = 1.0 / targets.positives();
      double[] ofScores = new double[targets.labels().length];
      parallel.run(
          ofScores.length,
          i -> {
            int[] labels = mine(layout, scores, targets.labels()[i], i);
            ofScores[i] = scores(layout, scores, into, labels, i, weight);
          });
      Map<String, Double> losses = new LinkedHashMap<>();
      losses.put("boxes", HEAD.boxes(outputs, targets, gradients, parallel));
      losses.put("classes", Arrays.stream(ofScores).sum());
      return losses;
    }

    /** Keeps the background boxes with the largest loss, three for each positive one. */
    private int[] mine(HeadLayout layout, List<Tensor> scores, int[] of, int picture) {
      int positives = (int) Arrays.stream(of).filter(label -> label > 0).count();
      double[] loss = new double[of.length];
      for (int a = 0; a < of.length; a++) {
        loss[a] = of[a] == 0 ? -Math.log(softmax(layout, scores, picture, a)[0]) : 0;
      }
      int[] kept = of.clone();
      IntStream.range(0, of.length)
          .filter(a -> of[a] == 0)
          .boxed()
          .sorted(Comparator.<Integer>comparingDouble(a -> -loss[a]).thenComparing(a -> a))
          // A picture without objects has something to say, too.
          .skip((long) NEGATIVES * Math.max(1, positives))
          .forEach(a -> kept[a] = -1);
      return kept;
    }

    private double scores(
        HeadLayout layout,
        List<Tensor> scores,
        List<Tensor> into,
        int[] labels,
        int picture,
        double weight) {
      double sum = 0;
      for (int a = 0; a < labels.length; a++) {
        int label = labels[a];
        if (label < 0) {
          continue;
        }
        double[] p = softmax(layout, scores, picture, a);
        sum -= weight * Math.log(p[label]);
        for (int c = 0; c < p.length; c++) {
          double byLogit = weight * (p[c] - (c == label ? 1 : 0));
          layout.add(into, picture, a, c, p.length, byLogit);
        }
      }
      return sum;
    }

    /** Probabilities of background and the classes, none of them 0. */
    private double[] softmax(HeadLayout layout, List<Tensor> scores, int picture, int anchor) {
      return Ssd.softmax(layout, scores, picture, anchor, 1 + classes);
    }
  }

  private static double[] softmax(
      HeadLayout layout, List<Tensor> scores, int picture, int anchor, int numbers) {
    double[] p = new double[numbers];
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < numbers; c++) {
      p[c] = layout.get(scores, picture, anchor, c, numbers);
      largest = Math.max(largest, p[c]);
    }
    double sum = 0;
    for (int c = 0; c < numbers; c++) {
      p[c] = Math.exp(p[c] - largest);
      sum += p[c];
    }
    for (int c = 0; c < numbers; c++) {
      p[c] = Math.max(Double.MIN_NORMAL, p[c] / sum);
    }
    return p;
  }

  /** Runs networks of {@link Ssd}. */
  public static final class Format implements DetectorFormat {

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      int numbers = 1 + card.classes().size();
      Heads.requireMaps(graph, card, new int[] {SHAPES, SHAPES, SHAPES}, BOX, numbers);
      return new OneStageNetwork(
          runtime.apply(graph),
          (outputs, input, found) ->
              HEAD.decode(
                  outputs,
                  (layout, maps, anchor) ->
                      Arrays.copyOfRange(softmax(layout, maps, 0, anchor, numbers), 1, numbers),
                  found));
    }
  }
}
