package dev.fovea.detection.twostage;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.GridAnchors;
import dev.fovea.detection.box.PyramidLevels;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The networks of Faster R-CNN and Mask R-CNN, in one graph, so that they are one file with one set
 * of weights. Its parts have no edges between them, as plain Java chooses the regions:
 *
 * <ul>
 *   <li>the trunk, from {@code input [N, C, H, W]} to the maps of a pyramid {@code features0}, ...
 *       and, by the region proposal network, to {@code objects0}, {@code moves0}, ...;
 *   <li>the heads, from {@code roi.features0}, ..., {@code regions0 [R, 4]}, ... and {@code
 *       pictures [R]} to {@code classes [R, 1 + classes]} and {@code boxes [R, 4 classes]};
 *   <li>for Mask R-CNN the mask head, from {@code mask.features0}, ..., {@code mask.regions0}, ...
 *       and {@code mask.pictures} to {@code masks [R, classes, 28, 28]}.
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param anchors a level for each map
 * @param masks whether there is a mask head
 */
record RegionModel(GridAnchors anchors, boolean masks) {
  /** Name of the picture. */
  static final String INPUT = "input";

  /** Attribute of a model card: sides of the anchors of each map, in pixels of the input. */
  static final String SIZES = "anchor_sizes";

  private static final int EDGES = 4;
  private static final int POOLED = 7;
  private static final List<Double> RATIOS = List.of(0.5, 1.0, 2.0);

  /**
   * How large the parts are.
   *
   * @param sizes sides of the anchors of each map of the backbone
   * @param channels of the pyramid
   * @param hidden numbers in the hidden layers of the heads
   * @param maskConvolutions before the doubling; 0 for no masks
   */
  record Sizes(List<Double> sizes, int channels, int hidden, int maskConvolutions) {
    Sizes {
      sizes = List.copyOf(sizes);
      if (sizes.isEmpty() || sizes.stream().anyMatch(s -> !(s > 0)) || channels < 1 || hidden < 1) {
        throw new IllegalArgumentException(
            "regions: found anchors of %s pixels, %d channels, %d hidden, expected numbers above 0"
                .formatted(sizes, channels, hidden));
      }
    }
  }

  /** A new network for pictures of any size that is a multiple of the coarsest stride. */
  static Graph build(
      String name, Backbone backbone, Sizes sizes, int height, int width, int classes, long seed) {
    Graph.Builder graph = new Graph.Builder(name);
    Layers layers = new Layers(graph, seed);
    Value x = graph.input(INPUT, Shape.of(1, 3, height, width), "batch", "", "height", "width");
    List<Value> maps = backbone.add(layers, x);
    if (maps.size() != sizes.sizes().size()) {
      throw new GraphException(
          "graph '%s': found %d maps of the backbone, expected %d, one for each of the anchors %s"
              .formatted(name, maps.size(), sizes.sizes().size(), sizes.sizes()));
    }
    int levels = maps.size();
    List<Value> features =
        new FeaturePyramid(sizes.channels()).add(layers, maps, names("features", levels));
    RegionModel model = of(features, height, sizes.sizes(), sizes.maskConvolutions() > 0);
    List<Value> outputs = new ArrayList<>(features);
    outputs.addAll(new RegionProposals(model.anchors).add(layers, features, model.proposalNames()));
    outputs.addAll(
        Heads.add(layers, model.pool(graph, "roi.", features, POOLED), sizes.hidden(), classes));
    if (model.masks) {
      Value pooled = model.pool(graph, "mask.", features, MaskHead.POOLED);
      outputs.add(MaskHead.add(layers, pooled, sizes.maskConvolutions(), classes));
    }
    return graph.build(outputs.toArray(Value[]::new));
  }

  /** Inputs for regions, and their features. */
  private Value pool(Graph.Builder graph, String part, List<Value> features, int side) {
    List<Value> maps = new ArrayList<>();
    List<Value> regions = new ArrayList<>();
    for (int l = 0; l < features.size(); l++) {
      Shape map = features.get(l).shape();
      maps.add(graph.input(part + "features" + l, map, "batch", "", "h" + l, "w" + l));
    }
    String count = part + "count";
    for (int l = 0; l < features.size(); l++) {
      regions.add(graph.input(part + "regions" + l, Shape.of(1, EDGES), count, ""));
    }
    Value pictures = graph.input(part + "pictures", ElementType.INT64, Shape.of(1), count);
    return pooling().add(graph, part + "pooled", maps, regions, pictures, side);
  }

  private static RegionModel of(
      List<Value> features, int height, List<Double> sizes, boolean masks) {
    List<GridAnchors.Level> levels =
        IntStream.range(0, features.size())
            .mapToObj(
                l ->
                    GridAnchors.Level.of(
                        (double) height / features.get(l).shape().dim(2),
                        List.of(sizes.get(l)),
                        RATIOS))
            .toList();
    return new RegionModel(new GridAnchors(levels, 0.5), masks);
  }

  /**
   * The model in a graph.
   *
   * @throws IllegalArgumentException if it is another one
   */
  static RegionModel of(Graph graph, List<Double> sizes) {
    Set<String> outputs = graph.outputs().stream().map(Value::name).collect(Collectors.toSet());
    Set<String> expected = new HashSet<>(List.of(Heads.CLASSES, Heads.BOXES));
    expected.addAll(names("features", sizes.size()));
    expected.addAll(names("objects", sizes.size()));
    expected.addAll(names("moves", sizes.size()));
    boolean masks = outputs.contains(MaskHead.MASKS);
    if (masks) {
      expected.add(MaskHead.MASKS);
    }
    if (!outputs.equals(expected)) {
      throw new IllegalArgumentException(
          "model '%s': found the outputs %s, expected %s"
              .formatted(graph.name(), outputs, expected));
    }
    List<Value> features = names("features", sizes.size()).stream().map(graph::value).toList();
    return of(features, graph.inputs().get(0).shape().dim(2), sizes, masks);
  }

  /** Writes the sides of anchors for a card. */
  static String text(List<Double> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * Reads the sides of anchors from a card.
   *
   * @throws IllegalArgumentException if it has none
   */
  static List<Double> sizes(ModelCard card) {
    String text = card.attributes().getOrDefault(SIZES, "");
    try {
      return Arrays.stream(text.split(",")).map(Double::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "model card: found " + SIZES + " '" + text + "', expected numbers and commas", e);
    }
  }

  private static List<String> names(String prefix, int levels) {
    return IntStream.range(0, levels).mapToObj(l -> prefix + l).toList();
  }

  /** Number of maps. */
  int levels() {
    return anchors.levels().size();
  }

  /** Pixels of the input that a side has to be a multiple of. */
  int multiple() {
    return (int) anchors.levels().get(levels() - 1).stride();
  }

  /** Names of the maps. */
  List<String> featureNames() {
    return names("features", levels());
  }

  /** Names of what the region proposal network says: logits and moves of each map in turn. */
  List<String> proposalNames() {
    return IntStream.range(0, levels())
        .boxed()
        .flatMap(l -> Stream.of("objects" + l, "moves" + l))
        .toList();
  }

  /** The region proposal network. */
  RegionProposals proposals() {
    return new RegionProposals(anchors);
  }

  /** Where the features of regions come from: a region as large as an anchor, from its map. */
  RegionPooling pooling() {
    int middle = Math.min(1, levels() - 1);
    double width = anchors.levels().get(middle).shapes().get(RATIOS.indexOf(1.0)).width();
    List<Integer> strides = anchors.levels().stream().map(l -> (int) l.stride()).toList();
    return new RegionPooling(new PyramidLevels(0, levels() - 1, middle, width), strides);
  }

  /** From pictures to maps and proposals. */
  Graph trunk(Graph graph) {
    return part(graph, Stream.concat(featureNames().stream(), proposalNames().stream()).toList());
  }

  /** From maps and regions to classes and boxes. */
  static Graph heads(Graph graph) {
    return part(graph, List.of(Heads.CLASSES, Heads.BOXES));
  }

  /** From maps and regions to masks. */
  static Graph maskHead(Graph graph) {
    return part(graph, List.of(MaskHead.MASKS));
  }

  /** What some outputs need, with those inputs alone; shares the weights. */
  private static Graph part(Graph graph, List<String> outputs) {
    Graph cut = graph.withOutputs(outputs.toArray(String[]::new));
    GraphCopy copy = new GraphCopy(new Graph.Builder(graph.name()));
    Set<Value> read =
        cut.nodes().stream().flatMap(n -> n.inputs().stream()).collect(Collectors.toSet());
    cut.inputs().stream().filter(read::contains).forEach(copy::of);
    cut.nodes().forEach(copy::node);
    return copy.build(cut.outputs());
  }

  /** The inputs of a head but for the maps: the regions for each map, and their pictures. */
  record RegionInputs(List<Tensor> regions, Tensor pictures) {

    /** For a number of regions, none of which is there yet. */
    static RegionInputs of(RegionModel model, int count) {
      List<Tensor> regions =
          IntStream.range(0, model.levels()).mapToObj(l -> Tensor.zeros(count, EDGES)).toList();
      RegionInputs inputs = new RegionInputs(regions, Tensor.zeros(count));
      inputs.clear(model);
      return inputs;
    }

    void clear(RegionModel model) {
      for (int r = 0; r < pictures.size(); r++) {
        model.pooling().putNone(r, regions);
      }
      pictures.fill(0);
    }

    void put(RegionModel model, int row, Box region, int picture) {
      model.pooling().put(region, row, regions);
      pictures.array()[row] = picture;
    }

    /** All inputs in the order of the graph. */
    Tensor[] after(List<Tensor> maps) {
      return Stream.of(maps, regions, List.of(pictures))
          .flatMap(List::stream)
          .toArray(Tensor[]::new);
    }
  }
}
