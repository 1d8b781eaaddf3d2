package dev.fovea.engine.zoo.diffusion;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Div;
import dev.fovea.engine.op.Gelu;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.ReduceMean;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Sqrt;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A U-Net that predicts noise (or what is behind it) from a noisy image, the step, and a condition
 * such as a text embedding: inputs {@link #IMAGE} {@code [N, C, H, W]}, {@link #TIME} {@code [N,
 * width]} (see {@link #timeFeatures}) and {@link #CONDITION} {@code [N, conditions]}, output {@link
 * #PREDICTION} of the image's shape. Two small networks turn time and condition into a context of
 * {@code 4 width} numbers, from which each residual block learns a scale and a shift of its
 * channels.
 *
 * <p>Each level down has two residual blocks and a convolution of stride 2; each level up enlarges
 * twice, and its two blocks also see what the blocks of the way down found. Ho et al., "Denoising
 * diffusion probabilistic models", NeurIPS 2020; scale and shift from Dhariwal and Nichol,
 * "Diffusion models beat GANs on image synthesis", NeurIPS 2021; normalisation by the root mean
 * square over channels from Zhang and Sennrich, NeurIPS 2019.
 *
 * @param channels channels of the images
 * @param width channels of the first level; even
 * @param multipliers width of each level after its way down, in multiples of {@code width}
 * @param conditions numbers of a condition
 */
public record DiffusionUNet(int channels, int width, List<Integer> multipliers, int conditions) {

  /** Name of the input for noisy images. */
  public static final String IMAGE = "image";

  /** Name of the input for features of the step. */
  public static final String TIME = "time";

  /** Name of the input for conditions. */
  public static final String CONDITION = "condition";

  /** Name of the output. */
  public static final String PREDICTION = "prediction";

  /** Checks the numbers. */
  public DiffusionUNet {
    multipliers = List.copyOf(multipliers);
    if (channels < 1 || width < 2 || width % 2 != 0 || conditions < 1 || multipliers.isEmpty()) {
      throw new IllegalArgumentException(
          "DiffusionUNet: expected channels and conditions of at least 1, an even width and at"
              + " least one level, found "
              + channels
              + ", "
              + conditions
              + ", "
              + width
              + " and "
              + multipliers);
    }
  }

  /**
   * Sine and cosine of the step at {@code size / 2} frequencies from 1 down to almost 1/10000:
   * Vaswani et al., "Attention is all you need", NeurIPS 2017.
   *
   * @return {@code [steps, size]}, sines first
   */
  public static Tensor timeFeatures(int size, int... steps) {
    Tensor t = Tensor.zeros(steps.length, size);
    int half = size / 2;
    for (int n = 0; n < steps.length; n++) {
      for (int i = 0; i < half; i++) {
        double angle = steps[n] * StrictMath.pow(1e4, -(double) i / half);
        t.array()[n * size + i] = (float) StrictMath.sin(angle);
        t.array()[n * size + half + i] = (float) StrictMath.cos(angle);
      }
    }
    return t;
  }

  /**
   * Builds the network.
   *
   * @param height rows of the images, a multiple of 2 to the number of levels
   * @param width columns of the images, likewise
   * @param seed decides the first weights
   */
  public Graph build(int height, int width, long seed) {
    int stride = 1 << multipliers.size();
    if (height % stride != 0 || width % stride != 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "DiffusionUNet: expected images of a multiple of "
              + stride
              + " rows and columns, found "
              + height
              + " x "
              + width);
    }
    return new Construction(seed).build(height, width);
  }

  /** One graph under construction. */
  private final class Construction {

    private final Graph.Builder graph = new Graph.Builder("diffusion-unet");
    private final Layers layers;
    private Value context;

    Construction(long seed) {
      this.layers = new Layers(graph, seed);
    }

    Graph build(int height, int columns) {
      Value image = graph.input(IMAGE, Shape.of(1, channels, height, columns), "batch", "", "", "");
      Value time = graph.input(TIME, Shape.of(1, width), "batch", "");
      Value condition = graph.input(CONDITION, Shape.of(1, conditions), "batch", "");
      context =
          activated(
              "context",
              graph.node(
                  "context", new Add(), embedding(TIME, time), embedding(CONDITION, condition)));
      List<Integer> widths = new ArrayList<>(List.of(width));
      multipliers.forEach(m -> widths.add(m * width));
      Deque<Value> seen = new ArrayDeque<>();
      Value x = layers.conv("first", image, width, 3, 1, 1, true);
      for (int level = 1; level < widths.size(); level++) {
        x = down("down" + level, x, widths.get(level), seen);
      }
      for (int block = 1; block <= 2; block++) {
        x = residual("middle.block" + block, x, x.shape().dim(1));
      }
      for (int level = widths.size() - 1; level > 0; level--) {
        x = up("up" + level, x, widths.get(level - 1), seen);
      }
      return graph.build(layers.conv(PREDICTION, x, channels, 1, 1, 0, true));
    }

    private Value embedding(String name, Value x) {
      Value y = layers.dense(name + ".fc1", x, 4 * width, Initializer.he());
      y = graph.node(name + ".gelu", new Gelu(false), y);
      return layers.dense(name + ".fc2", y, 4 * width, Initializer.xavier());
    }

    private Value down(String name, Value x, int out, Deque<Value> seen) {
      Value y = x;
      for (int block = 1; block <= 2; block++) {
        y = residual(name + ".block" + block, y, y.shape().dim(1));
        seen.push(y);
      }
      return layers.conv(name + ".smaller", y, out, 2, 2, 0, true);
    }

    private Value up(String name, Value x, int out, Deque<Value> seen) {
      Value y = graph.node(name + ".larger", Resize.nearest(2), x);
      y = layers.conv(name + ".conv", y, out, 3, 1, 1, true);
      for (int block = 1; block <= 2; block++) {
        y = graph.node(name + ".join" + block, new Concat(1), y, seen.pop());
        y = residual(name + ".block" + block, y, out);
      }
      return y;
    }

    /** Two convolutions; the context scales and shifts between them. */
    private Value residual(String name, Value x, int out) {
      Value y = normalised(name + ".norm1", convolution(name + ".conv1", x, out));
      Value scaled = graph.node(name + ".scaled", new Mul(), y, perChannel(name + ".scale", out));
      y = graph.node(name + ".rescaled", new Add(), y, scaled);
      y = graph.node(name + ".shifted", new Add(), y, perChannel(name + ".shift", out));
      y = activated(name + ".act1", y);
      y = normalised(name + ".norm2", convolution(name + ".conv2", y, out));
      y = activated(name + ".act2", y);
      Value straight =
          x.shape().dim(1) == out ? x : layers.conv(name + ".straight", x, out, 1, 1, 0, true);
      return graph.node(name, new Add(), y, straight);
    }

    private Value convolution(String name, Value x, int out) {
      return layers.conv(name, x, out, 3, 1, 1, true);
    }

    /** A number for each channel, learnt from the context. */
    private Value perChannel(String name, int out) {
      Value y = layers.dense(name, context, out, Initializer.xavier());
      return graph.node(name + ".map", new Reshape(List.of(0, out, 1, 1)), y);
    }

    /** {@code x / sqrt(mean over channels of x^2 + eps)}, times a learnt scale of each channel. */
    private Value normalised(String name, Value x) {
      Value square = graph.node(name + ".square", new Mul(), x, x);
      Value mean = graph.node(name + ".mean", new ReduceMean(Axes.of(1)), square);
      Value epsilon = graph.buffer(name + ".epsilon", Tensor.of(Shape.SCALAR, 1e-12f));
      Value above = graph.node(name + ".above", new Add(), mean, epsilon);
      Value root = graph.node(name + ".root", new Sqrt(), above);
      Value y = graph.node(name + ".divided", new Div(), x, root);
      Tensor ones = Tensor.zeros(x.shape().dim(1), 1, 1).fill(1);
      return graph.node(name, new Mul(), y, graph.parameter(name + ".scale", ones));
    }

    /** SiLU, {@code x sigmoid(x)}. */
    private Value activated(String name, Value x) {
      Value s = graph.node(name + ".sigmoid", new Sigmoid(), x);
      return graph.node(name + ".silu", new Mul(), x, s);
    }
  }
}
