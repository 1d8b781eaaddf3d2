package dev.fovea.detection.onestage;

import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.SessionLearner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * YOLOv3 (Redmon and Farhadi, "YOLOv3: an incremental improvement", 2018) on a small backbone:
 * three anchors on every cell of three maps, each with a box relative to it, an objectness, and a
 * score for each class that is independent of the others'. Anchors are those of the paper, which
 * were clustered for inputs of 416 pixels, scaled with the input.
 *
 * <p>The graph gives {@code cells8 [N, 3 * (5 + classes), H / 8, W / 8]} and so on for the strides
 * 16 and 32: for each anchor t_x, t_y, t_w, t_h (see {@link dev.fovea.detection.box.YoloCoder}),
 * objectness and classes, these as logits. Immutable.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, a multiple of 32
 */
public record YoloV3(int width, int height) implements OneStageDesign {

  /** Name of the format. */
  public static final String FORMAT = "yolo-v3";

  /** Anchors of a cell. */
  static final int SHAPES = 3;

  /** Numbers of an anchor before those of the classes. */
  static final int NUMBERS = 5;

  /** Which of them is the objectness. */
  static final int OBJECTNESS = 4;

  private static final int STEM = 16;
  private static final int NECK = 64;
  private static final double SIDE_OF_THE_PAPER = 416;
  private static final double[][] ANCHORS_OF_THE_PAPER = {
    {10, 13}, {16, 30}, {33, 23}, {30, 61}, {62, 45}, {59, 119}, {116, 90}, {156, 198}, {373, 326}
  };

  /** Checks the sides. */
  public YoloV3 {
    OneStageDesign.requireSize("YOLO", width, height);
  }

  @Override
  public String format() {
    return FORMAT;
  }

  /** The anchors of all levels for an input. */
  static GridAnchors anchors(int width, int height) {
    double scale = Math.sqrt((double) width * height) / SIDE_OF_THE_PAPER;
    List<GridAnchors.Level> levels = new ArrayList<>();
    for (int l = 0; l < Backbone.STRIDES.size(); l++) {
      List<GridAnchors.Size> shapes = new ArrayList<>();
      for (int s = 0; s < SHAPES; s++) {
        double[] size = ANCHORS_OF_THE_PAPER[l * SHAPES + s];
        shapes.add(new GridAnchors.Size(size[0] * scale, size[1] * scale));
      }
      levels.add(new GridAnchors.Level(Backbone.STRIDES.get(l), shapes));
    }
    return new GridAnchors(levels, 0.5);
  }

  @Override
  public List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes) {
    List<Value> outputs = new ArrayList<>();
    int numbers = NUMBERS + classes;
    for (Value x : backbone.pyramid(backbone.maps(input, STEM, 1), NECK)) {
      String name = "cells" + Backbone.STRIDES.get(outputs.size());
      Value hidden = backbone.conv(name + ".hidden", x, NECK, 3, 1);
      outputs.add(backbone.last(name, hidden, SHAPES * numbers, 0));
      Tensor bias = layers.graph().find(name + ".bias").tensor();
      for (int s = 0; s < SHAPES; s++) {
        bias.array()[bias.offset() + s * numbers + OBJECTNESS] = RetinaNet.PRIOR;
      }
    }
    return outputs;
  }

  @Override
  public Learner.Opening learner(int classes) {
    return SessionLearner.opening(
        new YoloV3Loss(anchors(width, height), classes),
        FORMAT + " " + classes,
        OneStageDesign.names("cells"));
  }

  /** Runs networks of {@link YoloV3}. */
  public static final class Format implements DetectorFormat {

    /** The format; found by its name. */
    public Format() {}

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      int classes = card.classes().size();
      int channels = SHAPES * (NUMBERS + classes);
      Heads.requireMaps(
          graph, card, IntStream.range(0, Backbone.STRIDES.size()).map(l -> channels).toArray());
      return new OneStageNetwork(
          runtime.apply(graph),
          (outputs, input, found) ->
              new YoloV3Loss(anchors(input.dim(3), input.dim(2)), classes).decode(outputs, found));
    }
  }
}
