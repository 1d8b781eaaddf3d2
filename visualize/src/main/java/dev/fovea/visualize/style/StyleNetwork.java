package dev.fovea.visualize.style;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.InstanceNormalization;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Pad;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Unsqueeze;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A network that paints in one pass: {@link #INPUT} {@code [N, 3, H, W]} red, green, blue from 0 to
 * 1, and for several styles {@link #STYLE} {@code [N, S]}, their shares; to {@link #OUTPUT} of the
 * same shape and range, for H and W that are multiples of {@link #STRIDE}.
 *
 * <p>Convolutions that make the picture four times smaller, residual blocks, and convolutions on
 * enlarged features back; borders are mirrored, each convolution but the last is followed by an
 * instance normalisation. Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style
 * transfer and super-resolution", ECCV 2016; instance normalisation: Ulyanov, Vedaldi and
 * Lempitsky, 2016; enlarging before convolving: Odena, Dumoulin and Olah, 2016; scales and biases
 * for each style: Dumoulin, Shlens and Kudlur, "A learned representation for artistic style", ICLR
 * 2017.
 *
 * @param styles how many styles, 1 or more
 * @param width channels at full size; twice and three times as many where it is smaller
 * @param blocks residual blocks
 */
public record StyleNetwork(int styles, int width, int blocks) {

  /** Name of the input for the picture. */
  public static final String INPUT = "input";

  /** Name of the input for the shares of the styles; there is none for a single style. */
  public static final String STYLE = "style";

  /** Name of the output. */
  public static final String OUTPUT = "output";

  /** Height and width must be multiples of this. */
  public static final int STRIDE = 4;

  private static final int BORDER_KERNEL = 9;
  private static final int KERNEL = 3;
  private static final float EPSILON = 1e-5f;
  private static final int EXAMPLE = 64;

  /** Checks the ranges. */
  public StyleNetwork {
    if (styles < 1 || width < 1 || blocks < 1) {
      throw new IllegalArgumentException(
          "style network: found %d styles, width %d, %d blocks, expected 1 or more of each"
              .formatted(styles, width, blocks));
    }
  }

  /** Builds the network, with free batch, height and width. */
  public Graph build(long seed) {
    Graph.Builder g = new Graph.Builder("style");
    Value x = g.input(INPUT, Shape.of(1, 3, EXAMPLE, EXAMPLE), "batch", "", "height", "width");
    Value style = styles == 1 ? null : g.input(STYLE, Shape.of(1, styles), "batch", "");
    return new Painter(g, new Layers(g, seed), style).paint(x);
  }

  /** Adds the layers. */
  private final class Painter {
    private final Graph.Builder g;
    private final Layers layers;
    private final Value style;

    Painter(Graph.Builder g, Layers layers, Value style) {
      this.g = g;
      this.layers = layers;
      this.style = style;
    }

    Graph paint(Value picture) {
      Value x = layer("in", picture, width, BORDER_KERNEL, 1);
      x = layer("down1", x, 2 * width, KERNEL, 2);
      x = layer("down2", x, 3 * width, KERNEL, 2);
      for (int b = 1; b <= blocks; b++) {
        Value inner = layer("block" + b + ".a", x, 3 * width, KERNEL, 1);
        Value outer = normalized("block" + b + ".b", conv("block" + b + ".b", inner, 3 * width));
        x = g.node("block" + b, new Add(), x, outer);
      }
      x = layer("up1", g.node("up1.larger", Resize.nearest(2), x), 2 * width, KERNEL, 1);
      x = layer("up2", g.node("up2.larger", Resize.nearest(2), x), width, KERNEL, 1);
      x = layers.conv("out", mirrored("out", x, BORDER_KERNEL), 3, BORDER_KERNEL, 1, 0, true);
      return g.build(g.node(OUTPUT, new Sigmoid(), x));
    }

    private Value conv(String name, Value x, int channels) {
      return layers.conv(name, mirrored(name, x, KERNEL), channels, KERNEL, 1, 0, false);
    }

    private Value layer(String name, Value x, int channels, int kernel, int stride) {
      Value c = layers.conv(name, mirrored(name, x, kernel), channels, kernel, stride, 0, false);
      return g.node(name + ".relu", new Relu(), normalized(name, c));
    }

    private Value mirrored(String name, Value x, int kernel) {
      int p = kernel / 2;
      return g.node(
          name + ".mirrored", new Pad(Pad.Mode.REFLECT, List.of(0, 0, p, p, 0, 0, p, p), 0), x);
    }

    private Value normalized(String name, Value x) {
      return style == null ? layers.instanceNorm(name + ".norm", x) : conditional(name, x);
    }

    /** Scales and biases are those of the styles, mixed by their shares. */
    private Value conditional(String name, Value x) {
      int channels = x.shape().dim(1);
      Value plain =
          g.node(
              name + ".norm",
              new InstanceNormalization(EPSILON),
              x,
              g.buffer(name + ".one", Tensor.zeros(channels).fill(1)),
              g.buffer(name + ".zero", Tensor.zeros(channels)));
      Value scaled =
          g.node(name + ".scaled", new Mul(), plain, mixed(name + ".scale", channels, 1));
      return g.node(name + ".shifted", new Add(), scaled, mixed(name + ".bias", channels, 0));
    }

    private Value mixed(String name, int channels, float start) {
      Value rows = g.parameter(name, Tensor.zeros(styles, channels).fill(start));
      Value mix = g.node(name + ".mix", new MatMul(), style, rows);
      return g.node(name + ".planes", new Unsqueeze(List.of(2, 3)), mix);
    }
  }
}
