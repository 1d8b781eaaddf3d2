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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * RetinaNet (Lin et al., "Focal loss for dense object detection", ICCV 2017) on a small backbone:
 * nine anchors on every cell of a feature pyramid, sizes of some strides times 1, 2^(1/3) and
 * 2^(2/3), ratios 1/2, 1 and 2; scores by sigmoids with the focal loss, which lets the many easy
 * background anchors count little, and a smooth L1 loss of the coded boxes. Scores start at 0.01.
 *
 * <p>The graph gives {@code boxes8 [N, 9 * 4, H / 8, W / 8]}, {@code classes8 [N, 9 * classes, H /
 * 8, W / 8]}, logits, and so on for the strides 16 and 32. Immutable.
 *
 * <p>The paper's anchors, 4 strides, are for pictures of some 800 pixels; for smaller inputs with
 * smaller objects there is {@link #small}. As scores start at 0.01 and the focal loss cares little
 * for what is nearly right, the first hundred steps teach less than those of {@link Ssd} do.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, a multiple of 32
 * @param strides of a cell in the side of its smallest anchors, 4 in the paper
 */
public record RetinaNet(int width, int height, double strides) implements OneStageDesign {

  /** Name of the format. */
  public static final String FORMAT = "retinanet";

  /** {@code -ln((1 - 0.01) / 0.01)}, the bias of the class scores at first. */
  public static final float PRIOR = -4.59512f;

  private static final String STRIDES = "anchor_strides";
  private static final double OF_THE_PAPER = 4;
  private static final double SMALL = 2;
  private static final double LARGEST = 64;
  private static final int SHAPES = 9;
  private static final int STEM = 16;
  private static final int NECK = 64;
  private static final double BEND = 1.0 / 9;

  /** Checks the numbers. */
  public RetinaNet {
    OneStageDesign.requireSize("RetinaNet", width, height);
    if (!(strides > 0 && strides <= LARGEST)) {
      throw new IllegalArgumentException(
          "RetinaNet: found anchors of %s strides, expected a number above 0, at most %s"
              .formatted(strides, LARGEST));
    }
  }

  /** For inputs of some hundred pixels: anchors of 2 strides, so from 16 pixels on. */
  public static RetinaNet small(int width, int height) {
    return new RetinaNet(width, height, SMALL);
  }

  static AnchorHead head(double strides) {
    return new AnchorHead(
        OneStageDesign.anchors(
            List.of(strides, strides * Math.cbrt(2), strides * Math.cbrt(4)),
            List.of(0.5, 1.0, 2.0)),
        Matcher.RETINA_NET,
        BoxCoder.UNIT,
        ElementLoss.smoothL1(BEND, Reduction.SUM));
  }

  @Override
  public Map<String, String> attributes() {
    return Map.of(STRIDES, Double.toString(strides));
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes) {
    List<Value> maps = backbone.maps(input, STEM, 1);
    List<Value> outputs = new ArrayList<>();
    for (Value x : backbone.pyramid(maps, NECK)) {
      String stride = Backbone.STRIDES.get(outputs.size() / 2).toString();
      Value boxes = backbone.conv("boxes" + stride + ".hidden", x, NECK, 3, 1);
      Value scores = backbone.conv("classes" + stride + ".hidden", x, NECK, 3, 1);
      outputs.add(backbone.last("boxes" + stride, boxes, SHAPES * BOX, 0));
      outputs.add(backbone.last("classes" + stride, scores, SHAPES * classes, PRIOR));
    }
    return outputs;
  }

  @Override
  public Learner.Opening learner(int classes) {
    return SessionLearner.opening(
        new Losses(head(strides), classes),
        FORMAT + " " + classes + " " + strides,
        OneStageDesign.names("boxes", "classes"));
  }

  /**
   * The losses, both divided by the number of positive anchors of the batch.
   *
   * @param head of the network
   * @param classes number of classes
   */
  record Losses(AnchorHead head, int classes) implements SessionLearner.Objective {
    private static final ElementLoss FOCAL = ElementLoss.sigmoidFocal(0.25, 2, Reduction.SUM);

    @Override
    public Map<String, Double> evaluate(
        List<Tensor> outputs,
        Tensor target,
        Tensor weights,
        List<Tensor> gradients,
        Parallel parallel) {
      AnchorHead.Targets targets = head.targets(outputs, target, parallel);
      List<Tensor> scores = OneStageDesign.every(outputs, 1, 2);
      List<Tensor> wanted = OneStageDesign.zerosLike(scores);
      List<Tensor> factors = OneStageDesign.zerosLike(scores);
      parallel.run(targets.labels().length, i -> wanted(targets, i, wanted, factors));
      double ofClasses = 0;
      for (int l = 0; l < scores.size(); l++) {
        ofClasses +=
            FOCAL.evaluate(
                scores.get(l), wanted.get(l), factors.get(l), gradients.get(2 * l + 1), parallel);
      }
      Map<String, Double> losses = new LinkedHashMap<>();
      losses.put("boxes", head.boxes(outputs, targets, gradients, parallel));
      losses.put("classes", ofClasses);
      return losses;
    }

    /** Fills which scores of a picture are to be 1, and which count. */
    private void wanted(
        AnchorHead.Targets targets, int picture, List<Tensor> wanted, List<Tensor> factors) {
      int[] labels = targets.labels()[picture];
      HeadLayout layout = targets.layout();
      for (int a = 0; a < labels.length; a++) {
        if (labels[a] == AnchorHead.IGNORED) {
          continue;
        }
        if (labels[a] != AnchorHead.BACKGROUND) {
          layout.add(wanted, picture, a, labels[a] - 1, classes, 1);
        }
        for (int c = 0; c < classes; c++) {
          layout.add(factors, picture, a, c, classes, 1.0 / targets.positives());
        }
      }
    }
  }

  /** Runs networks of {@link RetinaNet}. */
  public static final class Format implements DetectorFormat {

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      int classes = card.classes().size();
      Heads.requireMaps(graph, card, new int[] {SHAPES, SHAPES, SHAPES}, BOX, classes);
      AnchorHead head = head(strides(card));
      return new OneStageNetwork(
          runtime.apply(graph),
          (outputs, input, found) ->
              head.decode(
                  outputs,
                  (layout, maps, anchor) ->
                      IntStream.range(0, classes)
                          .mapToDouble(c -> Heads.sigmoid(layout.get(maps, 0, anchor, c, classes)))
                          .toArray(),
                  found));
    }

    /** Cards of earlier models say nothing of it. */
    private static double strides(ModelCard card) {
      String text = card.attributes().getOrDefault(STRIDES, Double.toString(OF_THE_PAPER));
      try {
        double strides = Double.parseDouble(text);
        if (strides > 0 && strides <= LARGEST) {
          return strides;
        }
      } catch (NumberFormatException e) {
        // Refused below, as is a number that is too small or too large.
      }
      throw new IllegalArgumentException(
          "model card: found %s '%s', expected a number above 0, at most %s"
              .formatted(STRIDES, text, LARGEST));
    }
  }
}
