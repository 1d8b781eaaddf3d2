package dev.fovea.detection.onestage;

import dev.fovea.detection.Detector;
import dev.fovea.detection.train.DetectorDesign;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.SessionLearner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A YOLO without anchors and with a head in two parts (after Ge et al., "YOLOX", 2021, and the
 * assignment of {@link TaskAlignedAssigner}): every cell of three maps, with strides of 8, 16 and
 * 32 pixels, gives a score for each class and the distances of its centre from the four edges of a
 * box.
 *
 * <p>The backbone is made of 3x3 convolutions with residual blocks and a spatial pyramid pooling;
 * its maps are joined from top to bottom. The graph goes from {@link #INPUT} {@code [N, 3, H, W]}
 * to {@code boxes8 [N, 4, H / 8, W / 8]}, logarithms of distances in strides (left, top, right,
 * bottom), {@code classes8 [N, classes, H / 8, W / 8]}, logits, and so on. Immutable.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, a multiple of 32
 * @param size of the network
 */
public record Yolo(int width, int height, Size size) implements DetectorDesign {

  /** Name of the input value. */
  public static final String INPUT = "input";

  /** Name of the format. */
  public static final String FORMAT = "yolo";

  /** What width and height are multiples of. */
  public static final int MULTIPLE = 32;

  private static final int[] STRIDES = {8, 16, 32};

  /** As YOLO pads: middle grey. */
  private static final float MARGIN = 114;

  /** {@code -ln((1 - 0.01) / 0.01)}: scores start at 0.01, as nearly all cells are background. */
  static final float PRIOR = -4.59512f;

  /** Distances start at two strides. */
  private static final float DISTANCE = 0.6931472f;

  /** Sizes of the network. */
  public enum Size {
    /** About a million weights. */
    NANO(16, 48, 1),
    /** About three million weights. */
    TINY(24, 72, 2);

    private final int stem;
    private final int neck;
    private final int depth;

    Size(int stem, int neck, int depth) {
      this.stem = stem;
      this.neck = neck;
      this.depth = depth;
    }
  }

  /** Checks the sides. */
  public Yolo {
    if (width < MULTIPLE || height < MULTIPLE || width % MULTIPLE != 0 || height % MULTIPLE != 0) {
      throw new IllegalArgumentException(
          "YOLO input: found %d x %d, expected multiples of %d".formatted(width, height, MULTIPLE));
    }
  }

  @Override
  public Graph build(int classes, long seed) {
    Graph.Builder graph =
        new Graph.Builder("yolo-" + size.name().toLowerCase(java.util.Locale.ROOT));
    Network network = new Network(new Layers(graph, seed));
    Value x = graph.input(INPUT, Shape.of(1, 3, height, width), "batch", "", "", "");
    List<Value> outputs = new ArrayList<>();
    List<Value> maps = network.neck(network.backbone.maps(x, size.stem, size.depth));
    for (int l = 0; l < maps.size(); l++) {
      String at = Integer.toString(STRIDES[l]);
      outputs.add(network.head("boxes" + at, maps.get(l), 4, DISTANCE));
      outputs.add(network.head("classes" + at, maps.get(l), classes, PRIOR));
    }
    return graph.build(outputs.toArray(Value[]::new));
  }

  @Override
  public ModelCard card(String name, List<String> classes) {
    return new ModelCard(
        name,
        ModelCard.Task.DETECTION,
        classes,
        Preprocessing.unit(
                Preprocessing.Channels.RGB, width, height, Preprocessing.Resize.LETTERBOX)
            .withMargin(MARGIN),
        Map.of(Detector.FORMAT, FORMAT));
  }

  @Override
  public Learner.Opening learner(int classes) {
    List<String> outputs = new ArrayList<>();
    for (int stride : STRIDES) {
      outputs.add("boxes" + stride);
      outputs.add("classes" + stride);
    }
    YoloLoss loss = new YoloLoss(classes, TaskAlignedAssigner.DEFAULT);
    return SessionLearner.opening(loss, loss.toString(), outputs.toArray(String[]::new));
  }

  /** The network in the making. */
  private final class Network {
    private final Backbone backbone;
    private final Graph.Builder graph;

    Network(Layers layers) {
      this.backbone = new Backbone(layers);
      this.graph = layers.graph();
    }

    /** Joins the maps from top to bottom (Lin et al., "Feature pyramid networks", 2017). */
    List<Value> neck(List<Value> maps) {
      List<Value> joined = new ArrayList<>();
      Value above = null;
      for (int l = maps.size() - 1; l >= 0; l--) {
        String name = "neck" + STRIDES[l];
        Value x = backbone.conv(name + ".lateral", maps.get(l), size.neck, 1, 1);
        if (above != null) {
          Value larger = graph.node(name + ".larger", Resize.nearest(2), above);
          x = graph.node(name + ".sum", new Add(), x, larger);
        }
        above = backbone.conv(name + ".smooth", x, size.neck, 3, 1);
        joined.add(0, above);
      }
      return joined;
    }

    Value head(String name, Value x, int channels, float bias) {
      Value hidden = backbone.conv(name + ".hidden", x, size.neck, 3, 1);
      return backbone.last(name, hidden, channels, bias);
    }
  }
}
