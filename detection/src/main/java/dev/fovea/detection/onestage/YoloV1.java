package dev.fovea.detection.onestage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.loss.YoloV1Loss;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.SessionLearner;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A detector in the manner of the first YOLO (Redmon et al., "You only look once", CVPR 2016) on a
 * small backbone: a grid of cells of 32 pixels, each with two boxes and one distribution of classes
 * for both; trained with {@link YoloV1Loss}. Where the paper has two dense layers, here are
 * convolutions, so that there are few weights. A cell finds one object: of several with their
 * centres in a cell, the first one counts. Objects to be ignored count as background.
 *
 * <p>The graph goes from {@code input [N, 3, H, W]} to {@code cells [N, 2 * 5 + classes, H / 32, W
 * / 32]}: for each box x and y in the cell from 0 to 1, the roots of width and height in parts of
 * the picture (as in the program of the paper, so that they can turn positive again) and a
 * confidence, then the scores of the classes. Immutable.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, as the width
 */
public record YoloV1(int width, int height) implements OneStageDesign {

  /** Name of the format. */
  public static final String FORMAT = "yolo-v1";

  private static final int STEM = 16;
  private static final int BOXES = 2;
  private static final int NUMBERS = 5;
  private static final int CONFIDENCE = 4;

  /** What the numbers of a box are at first: in the middle of the cell, some size, no object. */
  private static final float[] FIRST = {0.5f, 0.5f, 0.4f, 0.4f, 0};

  /** Checks the sides. */
  public YoloV1 {
    OneStageDesign.requireSize("YOLO", width, height);
    if (width != height) {
      throw new IllegalArgumentException(
          "YOLO input: found %d x %d, expected a square".formatted(width, height));
    }
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes) {
    List<Value> maps = backbone.maps(input, STEM, 1);
    Value last = maps.get(maps.size() - 1);
    Value hidden = backbone.conv("cells.hidden", last, last.shape().dim(1), 3, 1);
    Value cells = backbone.last("cells", hidden, BOXES * NUMBERS + classes, 0);
    Tensor bias = layers.graph().find("cells.bias").tensor();
    for (int i = 0; i < BOXES * NUMBERS; i++) {
      bias.array()[bias.offset() + i] = FIRST[i % NUMBERS];
    }
    return List.of(cells);
  }

  @Override
  public Learner.Opening learner(int classes) {
    return SessionLearner.opening(new Losses(classes, width), FORMAT + " " + classes, "cells");
  }

  /** The numbers of a picture in the order of {@link YoloV1Loss}. */
  private record Cells(Tensor map, int picture) {
    int side() {
      return map.shape().dim(2);
    }

    int channels() {
      return map.shape().dim(1);
    }

    /** Place in the map of a number of the loss. */
    int at(int i) {
      int area = side() * side();
      return map.offset() + (picture * channels() + i % channels()) * area + i / channels();
    }

    /** Whether a number of the loss is a width or a height. */
    boolean isSize(int i) {
      int number = i % channels();
      int ofBox = number % NUMBERS;
      return number < BOXES * NUMBERS && (ofBox == 2 || ofBox == 3);
    }

    double[] read() {
      double[] numbers = new double[channels() * side() * side()];
      for (int i = 0; i < numbers.length; i++) {
        double raw = map.array()[at(i)];
        numbers[i] = isSize(i) ? raw * raw : raw;
      }
      return numbers;
    }
  }

  /**
   * The loss, as a mean over the pictures.
   *
   * @param classes number of classes
   * @param side of the input in pixels
   */
  record Losses(int classes, int side) implements SessionLearner.Objective {

    @Override
    public Map<String, Double> evaluate(
        List<Tensor> outputs,
        Tensor target,
        Tensor weights,
        List<Tensor> gradients,
        Parallel parallel) {
      Tensor map = outputs.get(0);
      Tensor into = gradients.get(0);
      YoloV1Loss loss = YoloV1Loss.of(map.shape().dim(2), BOXES, classes);
      int pictures = target.shape().dim(0);
      YoloV1Loss.Parts[] parts = new YoloV1Loss.Parts[pictures];
      parallel.run(
          pictures,
          p -> {
            Cells cells = new Cells(map, p);
            Cells to = new Cells(into, p);
            double[] gradient = new double[loss.size()];
            parts[p] = loss.evaluate(cells.read(), targets(target, p, loss.cells()), gradient);
            for (int i = 0; i < gradient.length; i++) {
              // A size is the square of what the network says.
              double ofRaw = cells.isSize(i) ? 2 * map.array()[cells.at(i)] : 1;
              into.array()[to.at(i)] = (float) (gradient[i] * ofRaw / pictures);
            }
          });
      Map<String, Double> losses = new LinkedHashMap<>();
      losses.put("boxes", mean(parts, p -> loss.coordinates() * (p.position() + p.size())));
      losses.put("objects", mean(parts, YoloV1Loss.Parts::object));
      losses.put("background", mean(parts, p -> loss.noObject() * p.noObject()));
      losses.put("classes", mean(parts, YoloV1Loss.Parts::classes));
      return losses;
    }

    private static double mean(YoloV1Loss.Parts[] parts, ToDoubleFunction<YoloV1Loss.Parts> part) {
      return Arrays.stream(parts).mapToDouble(part).sum() / parts.length;
    }

    /** The objects of a picture, the first one of each cell. */
    private List<YoloV1Loss.Target> targets(Tensor target, int picture, int cells) {
      YoloV1Loss.Target[] of = new YoloV1Loss.Target[cells * cells];
      for (Annotation object : OneStageDesign.wanted(target, picture)) {
        Box box = object.box().scale(1.0 / side, 1.0 / side);
        double x = box.cx() * cells;
        double y = box.cy() * cells;
        int column = (int) Box.clamp(x, 0, cells - 1);
        int row = (int) Box.clamp(y, 0, cells - 1);
        int cell = row * cells + column;
        if (of[cell] == null) {
          of[cell] =
              new YoloV1Loss.Target(
                  row, column, x - column, y - row, box.width(), box.height(), object.label());
        }
      }
      return Arrays.stream(of).filter(t -> t != null).toList();
    }
  }

  /** Runs networks of {@link YoloV1}. */
  public static final class Format implements DetectorFormat {

    /** The format; found by its name. */
    public Format() {}

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      Heads.requireMaps(graph, card, BOXES * NUMBERS + card.classes().size());
      return new OneStageNetwork(runtime.apply(graph), Format::decode);
    }

    /** A score is that of the class times the confidence, as far as they are probabilities. */
    private static void decode(List<Tensor> outputs, Shape input, Candidates found) {
      Cells cells = new Cells(outputs.get(0), 0);
      double[] p = cells.read();
      int side = input.dim(3);
      double stride = (double) side / cells.side();
      for (int at = 0, cell = 0; at < p.length; at += cells.channels(), cell++) {
        int column = cell % cells.side();
        int row = cell / cells.side();
        for (int b = 0; b < BOXES; b++) {
          int from = at + b * NUMBERS;
          Box box =
              Box.ofCentre(
                  (column + p[from]) * stride,
                  (row + p[from + 1]) * stride,
                  p[from + 2] * side,
                  p[from + 3] * side);
          for (int c = BOXES * NUMBERS; c < cells.channels(); c++) {
            double score = Box.clamp(p[from + CONFIDENCE], 0, 1) * Box.clamp(p[at + c], 0, 1);
            found.add(box, score, c - BOXES * NUMBERS);
          }
        }
      }
    }
  }
}
