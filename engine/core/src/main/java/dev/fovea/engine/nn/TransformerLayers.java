package dev.fovea.engine.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Gelu;
import dev.fovea.engine.op.LayerNormalization;
import dev.fovea.engine.tensor.Tensor;

/**
 * The layers of encoders and decoders, over sequences {@code [N, T, E]}: attention and a network of
 * each position, {@code linear(dropout(gelu(linear(x))))}; after each, dropout, the sum with what
 * went in, and layer normalisation. Vaswani et al., "Attention is all you need", NeurIPS 2017. Not
 * thread-safe.
 */
public final class TransformerLayers {

  private static final float EPSILON = 1e-5f;

  private final Attention attention;
  private final Layers layers;
  private final Graph.Builder graph;
  private final int heads;

  /**
   * Layers for a graph under construction.
   *
   * @param attention whose dropout is also that of these layers
   * @param heads number of heads of each attention, which divides E
   */
  public TransformerLayers(Layers layers, Attention attention, int heads) {
    this.attention = attention;
    this.layers = layers;
    this.graph = layers.graph();
    this.heads = heads;
  }

  /**
   * A layer of an encoder: self-attention, then the network.
   *
   * @param x {@code [N, T, E]}
   * @param hidden units between the two linear maps of the network
   * @param mask of the self-attention, see {@link Attention#multiHead}; null for none
   * @return {@code [N, T, E]}
   */
  public Value encoder(String name, Value x, int hidden, Value mask) {
    return network(name + ".network", attend(name + ".self", x, x, mask), hidden);
  }

  /**
   * A layer of a decoder: self-attention, attention to what an encoder found, then the network.
   *
   * @param x {@code [N, T, E]}
   * @param memory what the encoder found, {@code [N, S, E]}
   * @param hidden units between the two linear maps of the network
   * @param mask of the self-attention, see {@link Attention#causalMask}; null for none
   * @return {@code [N, T, E]}
   */
  public Value decoder(String name, Value x, Value memory, int hidden, Value mask) {
    Value own = attend(name + ".self", x, x, mask);
    Value both = attend(name + ".cross", own, memory, null);
    return network(name + ".network", both, hidden);
  }

  private Value attend(String name, Value x, Value context, Value mask) {
    return added(name, x, attention.multiHead(name, x, context, heads, mask));
  }

  private Value network(String name, Value x, int hidden) {
    Value y = layers.linear(name + ".fc1", x, hidden, Initializer.he());
    y = attention.drop(name + ".dropout", graph.node(name + ".gelu", new Gelu(false), y));
    y = layers.linear(name + ".fc2", y, x.shape().dim(2), Initializer.xavier());
    return added(name, x, y);
  }

  private Value added(String name, Value x, Value change) {
    Value y = graph.node(name + ".sum", new Add(), x, attention.drop(name + ".change", change));
    int size = x.shape().dim(2);
    Value scale = graph.parameter(name + ".norm.scale", Tensor.zeros(size).fill(1));
    Value bias = graph.parameter(name + ".norm.bias", Tensor.zeros(size));
    return graph.node(name + ".norm", new LayerNormalization(-1, EPSILON), y, scale, bias);
  }
}
