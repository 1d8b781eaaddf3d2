package dev.fovea.detection.twostage;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.mask.RleMask;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Reduction;

/**
 * The masks of Mask R-CNN (He et al. 2017): for each region and class a square of logits {@code [R,
 * classes, 28, 28]}, whatever the class of the region is taken for.
 */
final class MaskHead {
  /** Name of the output. */
  static final String MASKS = "masks";

  /** Side of the features of a region. */
  static final int POOLED = 14;

  /** Side of a mask. */
  static final int SIDE = 2 * POOLED;

  /** Target of regions that take no part. */
  static final int NO_PART = -1;

  private static final Loss LOSS = ElementLoss.binaryCrossEntropy(Reduction.SUM);

  private MaskHead() {}

  /**
   * Adds convolutions, a transposed one that doubles the side, and the output.
   *
   * @param pooled {@code [R, C, 14, 14]}
   * @param convolutions before the doubling; four in the paper
   */
  static Value add(Layers layers, Value pooled, int convolutions, int classes) {
    Graph.Builder graph = layers.graph();
    int channels = pooled.shape().dim(1);
    Value x = pooled;
    for (int i = 0; i < convolutions; i++) {
      String name = "mask." + i;
      x = graph.node(name + ".relu", new Relu(), layers.conv(name, x, channels, 3, 1, 1, true));
    }
    x = layers.convTranspose("mask.larger", x, channels, 2, 2, 0);
    x = graph.node("mask.larger.relu", new Relu(), x);
    Value masks = layers.conv(MASKS, x, classes, 1, 1, 0, true);
    Heads.damp(graph.find(MASKS + ".weight").tensor());
    return masks;
  }

  /**
   * What a region with an object has to say: whether the centre of each cell lies in the object.
   *
   * @param instances {@code [H, W]}: 1 plus the number of the object of each pixel, 0 for none
   * @param object its number
   * @param to {@code [28, 28]}, overwritten
   */
  static void target(Box region, Tensor instances, int object, Tensor to) {
    int height = instances.shape().dim(0);
    int width = instances.shape().dim(1);
    for (int i = 0; i < SIDE; i++) {
      int y = (int) Math.floor(region.y1() + (i + 0.5) / SIDE * region.height());
      for (int j = 0; j < SIDE; j++) {
        int x = (int) Math.floor(region.x1() + (j + 0.5) / SIDE * region.width());
        boolean inside = x >= 0 && x < width && y >= 0 && y < height;
        boolean own = inside && instances.get(y * width + x) == 1 + object;
        to.array()[to.offset() + i * SIDE + j] = own ? 1 : 0;
      }
    }
  }

  /**
   * The loss: binary cross-entropy of the masks of the right classes alone, so that classes do not
   * compete; the mean over cells and regions that take part.
   *
   * @param masks {@code [R, classes, 28, 28]}
   * @param labels of the regions, or {@link #NO_PART}
   * @param targets {@code [R, 28, 28]}
   * @param gradient overwritten
   */
  static double loss(
      Tensor masks, int[] labels, Tensor targets, Tensor gradient, Parallel parallel) {
    int classes = masks.shape().dim(1);
    int cells = SIDE * SIDE;
    int part = 0;
    for (int label : labels) {
      part += label == NO_PART ? 0 : 1;
    }
    Tensor spread = Tensor.zeros(masks.shape());
    Tensor weights = Tensor.zeros(masks.shape());
    for (int r = 0; r < labels.length; r++) {
      if (labels[r] != NO_PART) {
        int at = (r * classes + labels[r]) * cells;
        for (int i = 0; i < cells; i++) {
          spread.array()[at + i] = targets.get(r * cells + i);
          weights.array()[at + i] = 1f / (part * cells);
        }
      }
    }
    return LOSS.evaluate(masks, spread, weights, gradient, parallel);
  }

  /**
   * Brings a mask to the pixels of a picture: those are inside at whose centre the probability,
   * bilinear between the centres of cells, is at least one half.
   *
   * @param masks {@code [R, classes, 28, 28]}
   * @param box in pixels of the picture, inside of it
   */
  static RleMask paste(Tensor masks, int region, int label, Box box, int width, int height) {
    int at = (region * masks.shape().dim(1) + label) * SIDE * SIDE;
    boolean[] pixels = new boolean[width * height];
    for (int y = (int) box.y1(); y < Math.min(height, Math.ceil(box.y2())); y++) {
      double v = (y + 0.5 - box.y1()) / box.height() * SIDE - 0.5;
      for (int x = (int) box.x1(); x < Math.min(width, Math.ceil(box.x2())); x++) {
        double u = (x + 0.5 - box.x1()) / box.width() * SIDE - 0.5;
        // Beyond half a cell outside of the box nothing is inside.
        boolean near = u >= -0.5 && v >= -0.5 && u <= SIDE - 0.5 && v <= SIDE - 0.5;
        pixels[y * width + x] = near && probability(masks, at, u, v) >= 0.5;
      }
    }
    return RleMask.ofPixels(width, height, pixels);
  }

  private static double probability(Tensor masks, int at, double u, double v) {
    int x = (int) Math.floor(u);
    int y = (int) Math.floor(v);
    double right = u - x;
    double below = v - y;
    double upper = (1 - right) * cell(masks, at, y, x) + right * cell(masks, at, y, x + 1);
    double lower = (1 - right) * cell(masks, at, y + 1, x) + right * cell(masks, at, y + 1, x + 1);
    return (1 - below) * upper + below * lower;
  }

  /** The probability of the nearest cell. */
  private static double cell(Tensor masks, int at, int y, int x) {
    int row = Math.max(0, Math.min(y, SIDE - 1));
    int column = Math.max(0, Math.min(x, SIDE - 1));
    return 1 / (1 + Math.exp(-masks.get(at + row * SIDE + column)));
  }
}
