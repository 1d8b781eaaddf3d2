package dev.fovea.engine.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Adds layers that own parameters to a graph: makes the parameters, initialises them, names them
 * {@code layer.weight}, {@code layer.bias}. Layers without parameters are plain nodes of the
 * builder. Not thread-safe.
 */
public final class Layers {

  private final Graph.Builder graph;
  private final long seed;

  /**
   * Layers for a graph under construction.
   *
   * @param seed decides the first values of all parameters
   */
  public Layers(Graph.Builder graph, long seed) {
    this.graph = graph;
    this.seed = seed;
  }

  /** The graph under construction. */
  public Graph.Builder graph() {
    return graph;
  }

  /**
   * A convolution of {@code x [N, C, H, W]}, He-initialised.
   *
   * @param channels output channels
   * @param bias whether it has one; pointless before a batch normalisation
   */
  public Value conv(
      String name, Value x, int channels, int kernel, int stride, int pad, boolean bias) {
    int in = x.shape().dim(1);
    int window = kernel * kernel;
    Value w =
        weight(
            name,
            Initializer.he(),
            Shape.of(channels, in, kernel, kernel),
            in * window,
            channels * window);
    Conv op = new Conv(Window.square(kernel, stride, pad), 1);
    return bias ? graph.node(name, op, x, w, bias(name, channels)) : graph.node(name, op, x, w);
  }

  /**
   * A transposed convolution with bias, He-initialised; doubles the size for kernel = stride = 2.
   */
  public Value convTranspose(String name, Value x, int channels, int kernel, int stride) {
    return convTranspose(name, x, channels, kernel, stride, 0);
  }

  /**
   * A transposed convolution with bias, He-initialised; multiplies the size by the stride for
   * {@code kernel = stride + 2 pad}.
   *
   * @param pad rows and columns cut off at each border of the output
   */
  public Value convTranspose(String name, Value x, int channels, int kernel, int stride, int pad) {
    int in = x.shape().dim(1);
    // Each output pixel sums over (kernel / stride)^2 window positions of each input channel.
    int positions = Math.max(1, kernel / stride) * Math.max(1, kernel / stride);
    Value w =
        weight(
            name,
            Initializer.he(),
            Shape.of(in, channels, kernel, kernel),
            in * positions,
            channels * kernel * kernel);
    return graph.node(name, ConvTranspose.square(kernel, stride, pad), x, w, bias(name, channels));
  }

  /**
   * A fully connected layer of {@code x [N, in]} with bias.
   *
   * @param out number of outputs
   * @param initializer He before a ReLU, Xavier before tanh or softmax
   */
  public Value dense(String name, Value x, int out, Initializer initializer) {
    int in = x.shape().dim(1);
    Value w = weight(name, initializer, Shape.of(out, in), in, out);
    return graph.node(name, Gemm.dense(), x, w, bias(name, out));
  }

  /** Batch normalisation with scale 1, bias 0, running mean 0 and variance 1. */
  public Value batchNorm(String name, Value x) {
    return batchNorm(name, x, 0.9f);
  }

  /**
   * Batch normalisation with scale 1, bias 0, running mean 0 and variance 1.
   *
   * @param momentum weight of the old running statistics; near 1 for small batches of mixed images,
   *     whose statistics differ much
   */
  public Value batchNorm(String name, Value x, float momentum) {
    int c = x.shape().dim(1);
    return graph.node(
        name,
        new BatchNormalization(1e-5f, momentum),
        x,
        graph.parameter(name + ".scale", Tensor.zeros(c).fill(1)),
        bias(name, c),
        graph.buffer(name + ".mean", Tensor.zeros(c)),
        graph.buffer(name + ".variance", Tensor.zeros(c).fill(1)));
  }

  private Value weight(String name, Initializer init, Shape shape, int fanIn, int fanOut) {
    String full = name + ".weight";
    return graph.parameter(full, init.create(full, shape, fanIn, fanOut, seed));
  }

  private Value bias(String name, int size) {
    return graph.parameter(name + ".bias", Tensor.zeros(size));
  }
}
