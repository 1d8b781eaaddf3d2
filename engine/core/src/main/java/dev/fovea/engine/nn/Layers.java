package dev.fovea.engine.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Direction;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.GRU;
import dev.fovea.engine.op.Gather;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GroupNormalization;
import dev.fovea.engine.op.HardSigmoid;
import dev.fovea.engine.op.InstanceNormalization;
import dev.fovea.engine.op.LSTM;
import dev.fovea.engine.op.LayerNormalization;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Max;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.RNN;
import dev.fovea.engine.op.ReduceMean;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Adds layers that own parameters to a graph: makes the parameters, initialises them, names them
 * {@code layer.weight}, {@code layer.bias}. Layers without parameters are plain nodes of the
 * builder. Not thread-safe.
 */
public final class Layers {

  /** Added to variances. */
  private static final float EPSILON = 1e-5f;

  private final Graph.Builder graph;
  private final long seed;
  private final boolean outline;

  /**
   * Layers for a graph under construction.
   *
   * @param seed decides the first values of all parameters
   */
  public Layers(Graph.Builder graph, long seed) {
    this(graph, seed, false);
  }

  private Layers(Graph.Builder graph, long seed, boolean outline) {
    this.graph = graph;
    this.seed = seed;
    this.outline = outline;
  }

  /**
   * Layers whose tensors have shapes but no memory: such a graph can be counted and its shapes
   * inferred, whatever its size, but it cannot be run or written.
   */
  public static Layers outline(Graph.Builder graph) {
    return new Layers(graph, 0, true);
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
    return conv(name, x, channels, Conv.square(kernel, stride, pad), bias);
  }

  /**
   * A convolution of {@code x [N, C, H, W]}, He-initialised.
   *
   * @param channels output channels
   * @param op window and number of groups
   * @param bias whether it has one; pointless before a batch normalisation
   */
  public Value conv(String name, Value x, int channels, Conv op, boolean bias) {
    int in = x.shape().dim(1) / op.groups();
    int height = op.window().kernelH();
    int width = op.window().kernelW();
    Value w =
        weight(
            name,
            Initializer.he(),
            Shape.of(channels, in, height, width),
            in * height * width,
            channels / op.groups() * height * width);
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

  /**
   * A linear layer with bias of the innermost dimension of {@code x [..., in]}.
   *
   * @param out number of outputs; the weight is {@code [in, out]}
   */
  public Value linear(String name, Value x, int out, Initializer initializer) {
    int in = x.shape().dim(-1);
    Value w = weight(name, initializer, Shape.of(in, out), in, out);
    Value product = graph.node(name + ".product", new MatMul(), x, w);
    return graph.node(name, new Add(), product, bias(name, out));
  }

  /**
   * A vector for each of a number of words, normally distributed.
   *
   * @param words indices {@code [...]} from 0 to {@code count - 1}
   * @param count number of words known
   * @param size number of elements of each vector
   * @return {@code [..., size]}
   */
  public Value embedding(String name, Value words, int count, int size) {
    Value table = weight(name, Initializer.normal(1), Shape.of(count, size), count, size);
    return graph.node(name, new Gather(0), table, words);
  }

  /**
   * Cuts images {@code [N, C, H, W]} into squares and maps each to a vector by one linear layer.
   * Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021.
   *
   * @param patch side of the squares, which divides H and W
   * @return {@code [N, H W / patch^2, size]}, row by row
   */
  public Value patchEmbedding(String name, Value x, int patch, int size) {
    Value patches = conv(name + ".patches", x, size, patch, patch, 0, true);
    Value flat = graph.node(name + ".flat", new Reshape(List.of(0, size, -1)), patches);
    return graph.node(name, Transpose.order(0, 2, 1), flat);
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
        new BatchNormalization(EPSILON, momentum),
        x,
        graph.parameter(name + ".scale", constant(1, c)),
        bias(name, c),
        graph.buffer(name + ".mean", constant(0, c)),
        graph.buffer(name + ".variance", constant(1, c)));
  }

  /**
   * Layer normalisation over the dimensions from {@code axis} on, with scale 1 and bias 0 for each
   * element of these.
   *
   * @param axis negative counts from the innermost; -1 for the features of a sequence
   */
  public Value layerNorm(String name, Value x, int axis) {
    int rank = x.shape().rank();
    int first = axis < 0 ? axis + rank : axis;
    Shape s = Shape.of(Arrays.copyOfRange(x.shape().toArray(), first, rank));
    return normalized(name, new LayerNormalization(axis, EPSILON), x, s);
  }

  /**
   * Group normalisation of {@code x [N, C, ...]} with scale 1 and bias 0 for each channel.
   *
   * @param groups number of groups of channels; 32 in the paper
   */
  public Value groupNorm(String name, Value x, int groups) {
    Shape c = Shape.of(x.shape().dim(1));
    return normalized(name, new GroupNormalization(groups, EPSILON), x, c);
  }

  /** Instance normalisation of {@code x [N, C, ...]} with scale 1 and bias 0 for each channel. */
  public Value instanceNorm(String name, Value x) {
    return normalized(name, new InstanceNormalization(EPSILON), x, Shape.of(x.shape().dim(1)));
  }

  private Value normalized(String name, Op op, Value x, Shape parameters) {
    return graph.node(
        name,
        op,
        x,
        graph.parameter(name + ".scale", Tensor.zeros(parameters).fill(1)),
        graph.parameter(name + ".bias", Tensor.zeros(parameters)));
  }

  /**
   * A maxout unit: elementwise the largest of several layers of the same input. Goodfellow et al.,
   * ICML 2013.
   *
   * @param pieces number of layers
   * @param layer adds one of them under a name, say {@code n -> layers.dense(n, x, 10, he())}
   */
  public Value maxout(String name, int pieces, Function<String, Value> layer) {
    Value[] all = new Value[pieces];
    for (int i = 0; i < pieces; i++) {
      all[i] = layer.apply(name + "." + i);
    }
    return graph.node(name, new Max(), all);
  }

  /**
   * Stochastic depth: a training run drops the branch of each sample with a probability, and scales
   * the others up so that the mean stays; an inference run passes the branch on. Huang et al., ECCV
   * 2016. Add the result to the shortcut.
   *
   * @param branch {@code [N, ...]}
   * @param ratio probability to drop, {@code 0 <= ratio < 1}; it grows with depth in the paper
   */
  public Value dropPath(String name, Value branch, float ratio) {
    Integer[] inner = IntStream.range(1, branch.shape().rank()).boxed().toArray(Integer[]::new);
    Value mean = graph.node(name + ".mean", new ReduceMean(Axes.of(inner)), branch);
    // A one for each sample, however many there are, that hands no gradient on.
    Value one = graph.node(name + ".one", new HardSigmoid(0, 1), mean);
    Value keep = graph.node(name + ".keep", new Dropout(ratio), one);
    return graph.node(name, new Mul(), branch, keep);
  }

  /**
   * A plain recurrent layer of {@code x [T, N, I]} that starts from zero, Xavier-initialised.
   *
   * @return all hidden states {@code [T, D, N, H]} under the layer's name, and the last ones {@code
   *     [D, N, H]}
   */
  public List<Value> rnn(String name, Value x, int hidden, Direction direction) {
    RNN op = new RNN(hidden, direction, true, false);
    return recurrent(
        name, op, x, hidden, zeroBias(hidden, 1, direction), List.of(name, name + ".h"));
  }

  /** A gated recurrent unit; otherwise as {@link #rnn}. */
  public List<Value> gru(String name, Value x, int hidden, Direction direction) {
    GRU op = new GRU(hidden, direction, false, true, false);
    return recurrent(
        name, op, x, hidden, zeroBias(hidden, 3, direction), List.of(name, name + ".h"));
  }

  /**
   * Long short-term memory; otherwise as {@link #rnn}. The forget gates start with a bias of 1, so
   * that gradients reach far back: Jozefowicz et al., ICML 2015.
   *
   * @return all hidden states {@code [T, D, N, H]} under the layer's name, the last ones and the
   *     last cells, both {@code [D, N, H]}
   */
  public List<Value> lstm(String name, Value x, int hidden, Direction direction) {
    LSTM op = new LSTM(hidden, direction, true, false);
    Tensor bias = zeroBias(hidden, 4, direction);
    for (int d = 0; d < direction.count(); d++) {
      bias.slice(d, d + 1).reshape(8, hidden).slice(2, 3).fill(1);
    }
    return recurrent(name, op, x, hidden, bias, List.of(name, name + ".h", name + ".c"));
  }

  /** Biases {@code [D, 2 G H]}, those of the input and then those of the recurrent weights. */
  private static Tensor zeroBias(int hidden, int gates, Direction direction) {
    return Tensor.zeros(direction.count(), 2 * gates * hidden);
  }

  private List<Value> recurrent(
      String name, Op op, Value x, int hidden, Tensor bias, List<String> outputs) {
    int directions = bias.shape().dim(0);
    int rows = bias.shape().dim(1) / 2;
    int in = x.shape().dim(2);
    Initializer xavier = Initializer.xavier();
    Value w = weight(name, xavier, Shape.of(directions, rows, in), in, hidden);
    String recurrent = name + ".recurrent";
    Tensor r = xavier.create(recurrent, Shape.of(directions, rows, hidden), hidden, hidden, seed);
    return graph.node(
        name,
        op,
        List.of(x, w, graph.parameter(recurrent, r), graph.parameter(name + ".bias", bias)),
        outputs);
  }

  private Value weight(String name, Initializer init, Shape shape, int fanIn, int fanOut) {
    String full = name + ".weight";
    return graph.parameter(
        full, outline ? withoutMemory(shape) : init.create(full, shape, fanIn, fanOut, seed));
  }

  private Value bias(String name, int size) {
    return graph.parameter(name + ".bias", constant(0, size));
  }

  private Tensor constant(float value, int size) {
    return outline ? withoutMemory(Shape.of(size)) : Tensor.zeros(size).fill(value);
  }

  private static Tensor withoutMemory(Shape shape) {
    return Tensor.over(new NoMemory(shape.size()), 0, shape);
  }

  /** Storage of tensors of which only the shape is of interest. */
  private record NoMemory(int length) implements Storage {}
}
