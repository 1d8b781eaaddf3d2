package dev.fovea.engine.zoo.gan;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Generators and discriminators for grey pictures of 28 x 28 pixels, scaled to -1..1: fully
 * connected ones and convolutional ones. A generator leads from {@link #NOISE} {@code [N, noise]}
 * to {@link #IMAGE} {@code [N, 1, 28, 28]}, a discriminator from there to {@link #SCORE} {@code [N,
 * 1]}, the logit of "this is a real picture".
 *
 * <p>Goodfellow et al., "Generative adversarial nets", NeurIPS 2014; Radford et al., "Unsupervised
 * representation learning with deep convolutional generative adversarial networks", ICLR 2016;
 * widths as in Chen et al., "InfoGAN", NeurIPS 2016.
 */
public final class GanNetworks {

  /** Name of a generator's input. */
  public static final String NOISE = "noise";

  /** Name of a generator's output and a discriminator's input. */
  public static final String IMAGE = "image";

  /** Name of a discriminator's output. */
  public static final String SCORE = "score";

  private static final int SIZE = 28;
  private static final float SLOPE = 0.01f;

  private final Graph.Builder graph;
  private final Layers layers;

  private GanNetworks(String name, long seed) {
    this.graph = new Graph.Builder(name);
    this.layers = new Layers(graph, seed);
  }

  /** Fully connected: two layers of 256 units with leaky ReLUs of slope 0.01. */
  public static Graph discriminator(long seed) {
    GanNetworks net = new GanNetworks("discriminator", seed);
    Value x = net.graph.node("flatten", new Flatten(1), net.image());
    x = net.leakyDense("fc1", x, 256);
    x = net.leakyDense("fc2", x, 256);
    return net.score(x);
  }

  /**
   * Fully connected: two layers of 1024 units with ReLUs, then tanh.
   *
   * @param noise how many random numbers a picture is made from
   */
  public static Graph generator(int noise, long seed) {
    GanNetworks net = new GanNetworks("generator", seed);
    Value x = net.noise(noise);
    for (int layer = 1; layer <= 2; layer++) {
      x = net.layers.dense("fc" + layer, x, 1024, Initializer.he());
      x = net.graph.node("relu" + layer, new Relu(), x);
    }
    x = net.layers.dense("fc3", x, SIZE * SIZE, Initializer.xavier());
    x = net.graph.node("tanh", new Tanh(), x);
    return net.graph.build(net.graph.node(IMAGE, new Reshape(List.of(0, 1, SIZE, SIZE)), x));
  }

  /**
   * Convolutional: 5 x 5 (32), max pool, 5 x 5 (64), max pool, 1024 units; leaky ReLUs of slope
   * 0.01.
   */
  public static Graph convolutionalDiscriminator(long seed) {
    GanNetworks net = new GanNetworks("convolutional discriminator", seed);
    Value x = net.leakyConv("conv1", net.image(), 32);
    x = net.leakyConv("conv2", x, 64);
    x = net.graph.node("flatten", new Flatten(1), x);
    x = net.leakyDense("fc1", x, 4 * 4 * 64);
    return net.score(x);
  }

  /**
   * Convolutional: 1024 units, 7 x 7 x 128 units, transposed convolutions 4 x 4 with stride 2 to 64
   * channels and to the picture; ReLUs and batch normalisation between, tanh at the end.
   *
   * @param noise how many random numbers a picture is made from
   */
  public static Graph convolutionalGenerator(int noise, long seed) {
    GanNetworks net = new GanNetworks("convolutional generator", seed);
    int small = SIZE / 4;
    Value x = net.layers.dense("fc1", net.noise(noise), 1024, Initializer.he());
    x = net.reluAndNorm("1", x);
    x = net.layers.dense("fc2", x, 128 * small * small, Initializer.he());
    x = net.reluAndNorm("2", x);
    x = net.graph.node("reshape", new Reshape(List.of(0, 128, small, small)), x);
    x = net.layers.convTranspose("deconv1", x, 64, 4, 2, 1);
    x = net.reluAndNorm("3", x);
    x = net.layers.convTranspose("deconv2", x, 1, 4, 2, 1);
    return net.graph.build(net.graph.node(IMAGE, new Tanh(), x));
  }

  private Value image() {
    return graph.input(IMAGE, Shape.of(1, 1, SIZE, SIZE), "batch", "", "", "");
  }

  private Value noise(int size) {
    return graph.input(NOISE, Shape.of(1, size), "batch", "");
  }

  private Graph score(Value x) {
    return graph.build(layers.dense(SCORE, x, 1, Initializer.xavier()));
  }

  private Value leakyDense(String name, Value x, int units) {
    Value y = layers.dense(name, x, units, Initializer.he());
    return graph.node(name + ".relu", new LeakyRelu(SLOPE), y);
  }

  private Value leakyConv(String name, Value x, int channels) {
    Value y = layers.conv(name, x, channels, 5, 1, 0, true);
    y = graph.node(name + ".relu", new LeakyRelu(SLOPE), y);
    return graph.node(name + ".pool", MaxPool.square(2, 2, 0), y);
  }

  private Value reluAndNorm(String suffix, Value x) {
    return layers.batchNorm("norm" + suffix, graph.node("relu" + suffix, new Relu(), x));
  }
}
