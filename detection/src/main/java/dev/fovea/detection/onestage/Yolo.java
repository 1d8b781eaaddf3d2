package dev.fovea.detection.onestage;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.SessionLearner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A YOLO without anchors and with a head in two parts (after Ge et al., "YOLOX", 2021, and the
 * assignment of {@link TaskAlignedAssigner}): every cell of three maps, with strides of 8, 16 and
 * 32 pixels, gives a score for each class and the distances of its centre from the four edges of a
 * box.
 *
 * <p>The backbone is made of 3x3 convolutions with residual blocks and a spatial pyramid pooling;
 * its maps are joined from top to bottom. The graph goes from {@code input [N, 3, H, W]} to {@code
 * boxes8 [N, 4, H / 8, W / 8]}, logarithms of distances in strides (left, top, right, bottom),
 * {@code classes8 [N, classes, H / 8, W / 8]}, logits, and so on. Immutable.
 *
 * @param width of the input in pixels, a multiple of 32
 * @param height of the input in pixels, a multiple of 32
 * @param size of the network
 */
public record Yolo(int width, int height, Size size) implements OneStageDesign {

  /** Name of the format. */
  public static final String FORMAT = "yolo";

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
    OneStageDesign.requireSize("YOLO", width, height);
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String title() {
    return "yolo-" + size.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Value> outputs(Backbone backbone, Layers layers, Value input, int classes) {
    List<Value> outputs = new ArrayList<>();
    for (Value map : backbone.pyramid(backbone.maps(input, size.stem, size.depth), size.neck)) {
      int stride = Backbone.STRIDES.get(outputs.size() / 2);
      outputs.add(head(backbone, "boxes" + stride, map, BOX, DISTANCE));
      outputs.add(head(backbone, "classes" + stride, map, classes, PRIOR));
    }
    return outputs;
  }

  private Value head(Backbone backbone, String name, Value x, int channels, float bias) {
    Value hidden = backbone.conv(name + ".hidden", x, size.neck, 3, 1);
    return backbone.last(name, hidden, channels, bias);
  }

  @Override
  public Learner.Opening learner(int classes) {
    YoloLoss loss = new YoloLoss(classes, TaskAlignedAssigner.DEFAULT);
    return SessionLearner.opening(loss, loss.toString(), OneStageDesign.names("boxes", "classes"));
  }
}
