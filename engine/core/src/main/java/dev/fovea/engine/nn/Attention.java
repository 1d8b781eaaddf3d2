package dev.fovea.engine.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.op.Where;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Attention over sequences {@code [N, T, E]} of T vectors of size E. Vaswani et al., "Attention is
 * all you need", 2017. Not thread-safe.
 */
public final class Attention {

  /** Far below every score, and finite: files hold finite numbers only. */
  private static final float EXCLUDED = -1e30f;

  private final Layers layers;
  private final Graph.Builder graph;
  private final BiFunction<String, Value, Value> dropout;

  /**
   * Attention for a graph under construction.
   *
   * @param dropout probability to drop an attention weight in training, {@code 0 <= dropout < 1}
   */
  public Attention(Layers layers, float dropout) {
    this(layers, (name, x) -> layers.graph().node(name, new Dropout(dropout), x));
  }

  /**
   * Attention with something else in place of a dropout.
   *
   * @param dropout from the name of a node and a value to that node's value, of the same shape
   */
  public Attention(Layers layers, BiFunction<String, Value, Value> dropout) {
    this.layers = layers;
    this.graph = layers.graph();
    this.dropout = dropout;
  }

  /** The layers that parameters are made with. */
  Layers layers() {
    return layers;
  }

  /** A value with some elements dropped in training. */
  Value drop(String name, Value x) {
    return dropout.apply(name, x);
  }

  /**
   * Scaled dot-product attention {@code dropout(softmax(Q K^T / sqrt(D))) V}.
   *
   * @param query {@code [..., T, D]}
   * @param key {@code [..., S, D]}
   * @param value {@code [..., S, E]}
   * @param mask truth values that broadcast to {@code [..., T, S]}, true where a query may attend
   *     to a key; null for everywhere. A query that may attend to nothing attends to all alike
   * @return {@code [..., T, E]}
   */
  public Value scaledDotProduct(String name, Value query, Value key, Value value, Value mask) {
    int rank = key.shape().rank();
    int[] swapped = new int[rank];
    for (int d = 0; d < rank; d++) {
      swapped[d] = d;
    }
    swapped[rank - 1] = rank - 2;
    swapped[rank - 2] = rank - 1;
    Value keys = graph.node(name + ".keys", Transpose.order(swapped), key);
    float scale = (float) (1 / Math.sqrt(query.shape().dim(-1)));
    Value scaled = graph.node(name + ".scaled", new Mul(), query, scalar(name + ".scale", scale));
    Value scores = graph.node(name + ".scores", new MatMul(), scaled, keys);
    if (mask != null) {
      Value excluded = scalar(name + ".excluded", EXCLUDED);
      scores = graph.node(name + ".masked", new Where(), mask, scores, excluded);
    }
    Value weights = graph.node(name + ".weights", new Softmax(-1), scores);
    return graph.node(name, new MatMul(), drop(name + ".dropout", weights), value);
  }

  private Value scalar(String name, float value) {
    return graph.buffer(name, Tensor.of(Shape.SCALAR, value));
  }

  /**
   * Multi-head attention: queries, keys and values are linear in the inputs, each of the heads
   * attends with its part of the channels, and the heads are joined by a linear layer. Parameters
   * are {@code name.query.weight}, {@code name.query.bias}, and likewise for {@code key}, {@code
   * value} and {@code output}.
   *
   * @param query {@code [N, T, E]}, what attends
   * @param context {@code [N, S, E]}, what is attended to; the same value for self-attention
   * @param heads number of heads, which divides E
   * @param mask as in {@link #scaledDotProduct}, for {@code [N, heads, T, S]}; null for none
   * @return {@code [N, T, E]}
   */
  public Value multiHead(String name, Value query, Value context, int heads, Value mask) {
    int size = query.shape().dim(2);
    if (heads < 1 || size % heads != 0) {
      throw new IllegalArgumentException(
          "attention '"
              + name
              + "': expected heads that divide the "
              + size
              + " channels, found "
              + heads);
    }
    Value q = heads(name + ".query", query, heads);
    Value k = heads(name + ".key", context, heads);
    Value v = heads(name + ".value", context, heads);
    Value attended = scaledDotProduct(name + ".attention", q, k, v, mask);
    Value ordered = graph.node(name + ".ordered", Transpose.order(0, 2, 1, 3), attended);
    Value joined = graph.node(name + ".joined", new Reshape(List.of(0, 0, size)), ordered);
    return layers.linear(name + ".output", joined, size, Initializer.xavier());
  }

  /** A linear layer cut into heads: {@code [N, heads, T, E / heads]}. */
  private Value heads(String name, Value x, int heads) {
    int size = x.shape().dim(2);
    Value linear = layers.linear(name, x, size, Initializer.xavier());
    Value cut = graph.node(name + ".cut", new Reshape(List.of(0, 0, heads, size / heads)), linear);
    return graph.node(name + ".heads", Transpose.order(0, 2, 1, 3), cut);
  }

  /** A mask {@code [T, T]} by which each position attends to itself and those before it. */
  public Value causalMask(String name, int length) {
    Tensor mask = Tensor.zeros(length, length);
    for (int t = 0; t < length; t++) {
      for (int s = 0; s <= t; s++) {
        mask.array()[t * length + s] = 1;
      }
    }
    return graph.buffer(name, ElementType.BOOL, mask);
  }

  /**
   * Adds sines and cosines of the position, then drops: channel {@code 2i} gets {@code sin(t
   * 10000^(-2i/E))}, channel {@code 2i + 1} the cosine of the same.
   *
   * @param x {@code [N, T, E]} with a fixed T
   */
  public Value positionalEncoding(String name, Value x) {
    int length = x.shape().dim(1);
    int size = x.shape().dim(2);
    Tensor encoding = Tensor.zeros(1, length, size);
    for (int t = 0; t < length; t++) {
      for (int c = 0; c < size; c++) {
        double angle = t * Math.pow(10000, -(c - c % 2) / (double) size);
        encoding.array()[t * size + c] = (float) (c % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
    }
    Value table = graph.buffer(name + ".encoding", encoding);
    return drop(name, graph.node(name + ".added", new Add(), x, table));
  }
}
