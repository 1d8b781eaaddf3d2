package dev.fovea.detection.onestage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detector;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.detection.train.DetectorDesign;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What detectors on the maps of a {@link Backbone} have in common. */
interface OneStageDesign extends DetectorDesign {

  /** Name of the input value. */
  String INPUT = "input";

  /** What width and height are multiples of. */
  int MULTIPLE = 32;

  /** Numbers of a box. */
  int BOX = 4;

  /** As YOLO pads: middle grey. */
  float MARGIN = 114;

  /** Width of the input in pixels. */
  int width();

  /** Height of the input in pixels. */
  int height();

  /** Name of the format. */
  String format();

  /** Adds the nodes from the input to the outputs. */
  List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes);

  /** Name of the graph. */
  default String title() {
    return format();
  }

  /** What the card says besides the format. */
  default Map<String, String> attributes() {
    return Map.of();
  }

  @Override
  default Graph build(int classes, long seed) {
    Graph.Builder graph = new Graph.Builder(title());
    Layers layers = new Layers(graph, seed);
    Value x = graph.input(INPUT, Shape.of(1, 3, height(), width()), "batch", "", "", "");
    List<Value> outputs = outputs(new Backbone(layers), layers, x, classes);
    return graph.build(outputs.toArray(Value[]::new));
  }

  @Override
  default ModelCard card(String name, List<String> classes) {
    Map<String, String> attributes = new LinkedHashMap<>(attributes());
    attributes.put(Detector.FORMAT, format());
    return new ModelCard(
        name,
        ModelCard.Task.DETECTION,
        classes,
        Preprocessing.unit(
                Preprocessing.Channels.RGB, width(), height(), Preprocessing.Resize.LETTERBOX)
            .withMargin(MARGIN),
        attributes);
  }

  /** Checks the size of an input. */
  static void requireSize(String what, int width, int height) {
    if (width < MULTIPLE || height < MULTIPLE || width % MULTIPLE != 0 || height % MULTIPLE != 0) {
      throw new IllegalArgumentException(
          "%s input: found %d x %d, expected multiples of %d"
              .formatted(what, width, height, MULTIPLE));
    }
  }

  /** The names of the outputs, for each stride those of all kinds. */
  static String[] names(String... kinds) {
    return Backbone.STRIDES.stream()
        .flatMap(stride -> Arrays.stream(kinds).map(kind -> kind + stride))
        .toArray(String[]::new);
  }

  /**
   * The shapes on all levels: for each stride some squares and their like with other aspects.
   *
   * @param sizes of a stride of 1, in pixels
   * @param ratios heights over widths
   */
  static GridAnchors anchors(List<Double> sizes, List<Double> ratios) {
    return new GridAnchors(
        Backbone.STRIDES.stream()
            .map(
                stride ->
                    GridAnchors.Level.of(
                        stride, sizes.stream().map(size -> size * stride).toList(), ratios))
            .toList(),
        0.5);
  }

  /**
   * Every {@code kinds}-th tensor: of maps of several kinds in turns, those of one kind.
   *
   * @param kind from 0
   */
  static List<Tensor> every(List<Tensor> tensors, int kind, int kinds) {
    return IntStream.range(0, tensors.size() / kinds)
        .mapToObj(l -> tensors.get(kinds * l + kind))
        .toList();
  }

  /** Where the numbers of anchors stand. */
  static HeadLayout layout(List<Tensor> maps, int numbers) {
    return new HeadLayout(maps.stream().map(Tensor::shape).toList(), numbers);
  }

  /** All anchors in the order of a layout. */
  static List<Box> boxes(GridAnchors anchors, List<Tensor> maps) {
    List<Box> boxes = new ArrayList<>();
    for (int l = 0; l < maps.size(); l++) {
      Shape s = maps.get(l).shape();
      boxes.addAll(anchors.of(l, s.dim(2), s.dim(3)));
    }
    return boxes;
  }

  /** The objects of a picture that are to be found. */
  static List<Annotation> wanted(Tensor target, int picture) {
    return ObjectRows.read(target, picture).stream().filter(o -> !o.difficult()).toList();
  }

  /** Whether the middle of an anchor lies in an object that is to be ignored. */
  static boolean ignored(Box anchor, List<Box> objects) {
    Box point = Box.ofCentre(anchor.cx(), anchor.cy(), 1, 1);
    return objects.stream().anyMatch(o -> o.intersection(point) > 0);
  }

  /** The boxes to be ignored in a picture. */
  static List<Box> toIgnore(Tensor target, int picture) {
    return ObjectRows.read(target, picture).stream()
        .filter(Annotation::difficult)
        .map(Annotation::box)
        .toList();
  }

  /** New tensors of the same shapes, all zero. */
  static List<Tensor> zerosLike(List<Tensor> maps) {
    return maps.stream().map(m -> Tensor.zeros(m.shape())).toList();
  }
}
