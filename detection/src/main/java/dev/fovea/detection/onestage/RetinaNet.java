package dev.fovea.detection.onestage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.BoxCoder;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.detection.box.Matcher;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Resize;
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

/**
 * RetinaNet (Lin et al., "Focal loss for dense object detection", ICCV 2017) on a small backbone:
 * nine anchors on every cell of a feature pyramid, sizes of 4 strides times 1, 2^(1/3) and 2^(2/3),
 * ratios 1/2, 1 and 2; scores by sigmoids with the focal loss, which lets the many easy background
 * anchors count little, and a smooth L1 loss of the coded boxes. Scores start at 0.01.
 *
 * <p>The graph gives {@code boxes8 [N, 9 * 4, H / 8, W / 8]}, {@code classes8 [N, 9 * classes, H /
 * 8, W / 8]}, logits, and so on for the strides 16 and 32. Immutable.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, a multiple of 32
 */
public record RetinaNet(int width, int height) implements AnchorDesign {

  /** Name of the format. */
  public static final String FORMAT = "retinanet";

  /** {@code -ln((1 - 0.01) / 0.01)}, the bias of the class scores at first. */
  public static final float PRIOR = -4.59512f;

  static final GridAnchors ANCHORS =
      AnchorDesign.anchors(
          List.of(4.0, 4 * Math.cbrt(2), 4 * Math.cbrt(4)), List.of(0.5, 1.0, 2.0));

  private static final int SHAPES = 9;
  private static final int STEM = 16;
  private static final int NECK = 64;
  private static final double BEND = 1.0 / 9;

  /** Checks the sides. */
  public RetinaNet {
    AnchorDesign.requireSize("RetinaNet", width, height);
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes) {
    List<Value> maps = backbone.maps(input, STEM, 1);
    List<Value> outputs = new ArrayList<>();
    Value above = null;
    for (int l = maps.size() - 1; l >= 0; l--) {
      int stride = Backbone.STRIDES.get(l);
      String name = "neck" + stride;
      Value x = backbone.conv(name + ".lateral", maps.get(l), NECK, 1, 1);
      if (above != null) {
        Value larger = layers.graph().node(name + ".larger", Resize.nearest(2), above);
        x = layers.graph().node(name + ".sum", new Add(), x, larger);
      }
      above = x;
      Value boxes = backbone.conv("boxes" + stride + ".hidden", x, NECK, 3, 1);
      Value scores = backbone.conv("classes" + stride + ".hidden", x, NECK, 3, 1);
      outputs.add(0, backbone.last("classes" + stride, scores, SHAPES * classes, PRIOR));
      outputs.add(0, backbone.last("boxes" + stride, boxes, SHAPES * BOX, 0));
    }
    return outputs;
  }

  @Override
  public Learner.Opening learner(int classes) {
    return SessionLearner.opening(
        new Losses(classes), FORMAT + " " + classes, AnchorDesign.names("boxes", "classes"));
  }

  /**
   * The losses, both divided by the number of positive anchors of the batch.
   *
   * @param classes number of classes
   */
  record Losses(int classes) implements SessionLearner.Objective {
    private static final ElementLoss FOCAL = ElementLoss.sigmoidFocal(0.25, 2, Reduction.SUM);
    private static final ElementLoss SMOOTH = ElementLoss.smoothL1(BEND, Reduction.SUM);

    @Override
    public Map<String, Double> evaluate(
        List<Tensor> outputs,
        Tensor target,
        Tensor weights,
        List<Tensor> gradients,
        Parallel parallel) {
      List<Tensor> wanted = AnchorDesign.zerosLike(outputs);
      List<Tensor> factors = AnchorDesign.zerosLike(outputs);
      int pictures = target.shape().dim(0);
      int[] positives = new int[pictures];
      parallel.run(pictures, i -> positives[i] = assign(wanted, factors, target, i));
      int sum = java.util.Arrays.stream(positives).sum();
      float share = 1f / Math.max(1, sum);
      double ofBoxes = 0;
      double ofClasses = 0;
      for (int m = 0; m < outputs.size(); m++) {
        Tensor factor = factors.get(m);
        for (int i = 0; i < factor.size(); i++) {
          factor.array()[i] *= share;
        }
        boolean boxes = m % 2 == 0;
        double loss =
            (boxes ? SMOOTH : FOCAL)
                .evaluate(outputs.get(m), wanted.get(m), factor, gradients.get(m), parallel);
        ofBoxes += boxes ? loss : 0;
        ofClasses += boxes ? 0 : loss;
      }
      Map<String, Double> losses = new LinkedHashMap<>();
      losses.put("boxes", ofBoxes);
      losses.put("classes", ofClasses);
      return losses;
    }

    /** Fills what is wanted of a picture, and which numbers count; gives the positive anchors. */
    private int assign(List<Tensor> wanted, List<Tensor> factors, Tensor target, int picture) {
      List<Tensor> boxMaps = AnchorDesign.every(wanted, 0, 2);
      HeadLayout layout = AnchorDesign.layout(boxMaps, BOX);
      List<Box> anchors = AnchorDesign.boxes(ANCHORS, boxMaps);
      List<Annotation> objects = AnchorDesign.wanted(target, picture);
      List<Box> ignore = AnchorDesign.toIgnore(target, picture);
      Matcher.Matches matches =
          Matcher.RETINA_NET.match(objects.stream().map(Annotation::box).toList(), anchors);
      int positives = 0;
      for (int a = 0; a < anchors.size(); a++) {
        Matcher.Label label = matches.label(a);
        if (label == Matcher.Label.POSITIVE) {
          Annotation object = objects.get(matches.truth(a));
          double[] coded = BoxCoder.UNIT.encode(anchors.get(a), object.box());
          for (int e = 0; e < BOX; e++) {
            layout.add(boxMaps, picture, a, e, BOX, coded[e]);
            layout.add(AnchorDesign.every(factors, 0, 2), picture, a, e, BOX, 1);
          }
          layout.add(AnchorDesign.every(wanted, 1, 2), picture, a, object.label(), classes, 1);
          positives++;
        }
        if (label == Matcher.Label.POSITIVE
            || label == Matcher.Label.NEGATIVE && !AnchorDesign.ignored(anchors.get(a), ignore)) {
          for (int c = 0; c < classes; c++) {
            layout.add(AnchorDesign.every(factors, 1, 2), picture, a, c, classes, 1);
          }
        }
      }
      return positives;
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
      return new OneStageNetwork(
          runtime.apply(graph), (outputs, input, found) -> decode(outputs, classes, found));
    }

    private static void decode(List<Tensor> outputs, int classes, Candidates found) {
      List<Tensor> boxMaps = AnchorDesign.every(outputs, 0, 2);
      List<Tensor> classMaps = AnchorDesign.every(outputs, 1, 2);
      HeadLayout layout = AnchorDesign.layout(boxMaps, BOX);
      List<Box> anchors = AnchorDesign.boxes(ANCHORS, boxMaps);
      double[] coded = new double[BOX];
      for (int a = 0; a < anchors.size(); a++) {
        for (int c = 0; c < classes; c++) {
          double score = Heads.sigmoid(layout.get(classMaps, 0, a, c, classes));
          if (score >= found.score()) {
            for (int e = 0; e < BOX; e++) {
              coded[e] = layout.get(boxMaps, 0, a, e, BOX);
            }
            found.add(BoxCoder.UNIT.decode(anchors.get(a), coded), score, c);
          }
        }
      }
    }
  }
}
