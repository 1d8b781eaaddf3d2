package dev.fovea.segmentation;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;

/**
 * U-Net (Ronneberger, Fischer and Brox, U-Net: convolutional networks for biomedical image
 * segmentation, 2015): a contracting path of {@code depth} poolings, an expanding path of as many
 * enlargements, each joined with the features of the same size from the way down.
 *
 * <p>Unlike the paper's, the 3x3 convolutions keep the size (padding 1), so that the result is as
 * large as the input, and each is followed by batch normalisation. The graph goes from {@link
 * #INPUT} {@code [N, C, H, W]} over {@link #LOGITS} to {@link #PROBABILITIES}, both {@code [N,
 * classes, H, W]}; N, H and W are free, H and W multiples of {@link #multiple()}.
 *
 * @param channels input channels, at least 1
 * @param classes output classes, at least 2
 * @param width channels at full size, at least 1; they double with every pooling (64 in the paper)
 * @param depth number of poolings, 1 to 8 (4 in the paper)
 * @param maxWidth most channels anywhere, at least {@code width}; keeps deep networks small
 * @param upsampling how features are enlarged
 */
public record UNet(
    int channels, int classes, int width, int depth, int maxWidth, Upsampling upsampling) {
  /**
   * Batches are a few patches of very different images: running statistics over some ten of them,
   * as is usual, differ so much from epoch to epoch that the validation figures do too.
   */
  private static final float MOMENTUM = 0.98f;

  /** Name of the input value. */
  public static final String INPUT = "input";

  /** Name of the value before the softmax. */
  public static final String LOGITS = "logits";

  /** Name of the output value. */
  public static final String PROBABILITIES = "probabilities";

  /** How the expanding path doubles height and width. */
  public enum Upsampling {
    /** A learnt transposed convolution of 2x2 pixels, as in the paper. */
    TRANSPOSED_CONVOLUTION,
    /**
     * Bilinear, after a 1x1 convolution: no checkerboard patterns and fewer weights. The two could
     * change places without changing the result, but on the smaller picture it costs a quarter.
     */
    BILINEAR
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public UNet {
    require("input channels", channels, 1, 1024);
    require("classes", classes, 2, 1024);
    require("width", width, 1, 1024);
    require("depth", depth, 1, 8);
    require("greatest width", maxWidth, width, 4096);
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " is " + value + ", expected " + least + " to " + most);
    }
  }

  /**
   * Returns what height and width of an input must be multiples of.
   *
   * @return 2 to the power of {@link #depth()}
   */
  public int multiple() {
    return 1 << depth;
  }

  /**
   * Builds the network with He-initialised weights.
   *
   * @param seed decides the first weights
   * @return a graph with one input and one output
   */
  public Graph build(long seed) {
    Graph.Builder graph = new Graph.Builder("unet");
    Layers layers = new Layers(graph, seed);
    Shape example = Shape.of(1, channels, 2 * multiple(), 2 * multiple());
    Value x = graph.input(INPUT, example, "batch", "", "height", "width");
    Value[] skips = new Value[depth];
    for (int level = 0; level < depth; level++) {
      skips[level] = twoConvolutions(layers, "down" + level, x, widthAt(level));
      x = graph.node("down" + level + ".pool", MaxPool.square(2, 2, 0), skips[level]);
    }
    x = twoConvolutions(layers, "bottom", x, widthAt(depth));
    for (int level = depth - 1; level >= 0; level--) {
      String name = "up" + level;
      x = enlarge(layers, name + ".enlarge", x, widthAt(level));
      x = graph.node(name + ".join", new Concat(1), skips[level], x);
      x = twoConvolutions(layers, name, x, widthAt(level));
    }
    x = layers.conv(LOGITS, x, classes, 1, 1, 0, true);
    return graph.build(graph.node(PROBABILITIES, new Softmax(1), x));
  }

  private int widthAt(int level) {
    return (int) Math.min(maxWidth, (long) width << level);
  }

  private static Value twoConvolutions(Layers layers, String name, Value input, int width) {
    Value x = input;
    for (int i = 1; i <= 2; i++) {
      x = layers.conv(name + ".conv" + i, x, width, 3, 1, 1, false);
      x = layers.batchNorm(name + ".norm" + i, x, MOMENTUM);
      x = layers.graph().node(name + ".relu" + i, new Relu(), x);
    }
    return x;
  }

  private Value enlarge(Layers layers, String name, Value x, int width) {
    return switch (upsampling) {
      case TRANSPOSED_CONVOLUTION -> layers.convTranspose(name, x, width, 2, 2);
      case BILINEAR -> {
        Value narrow = layers.conv(name + ".conv", x, width, 1, 1, 0, true);
        yield layers.graph().node(name, Resize.bilinear(2), narrow);
      }
    };
  }
}
