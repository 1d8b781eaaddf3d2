package dev.fovea.engine.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Gelu;

/**
 * Layers of a transformer, normalised after each residual sum (post-norm) and with the exact GELU:
 * each part's output is dropped from, added to its input and normalised. Vaswani et al., "Attention
 * is all you need", 2017. Not thread-safe.
 */
public final class Transformer {

  private final Layers layers;
  private final Graph.Builder graph;
  private final Attention attention;

  /**
   * Layers for a graph under construction.
   *
   * @param attention makes the attention of all layers; its dropout is used everywhere
   */
  public Transformer(Attention attention) {
    this.layers = attention.layers();
    this.graph = layers.graph();
    this.attention = attention;
  }

  /**
   * An encoder layer: self-attention, then two linear layers.
   *
   * @param x {@code [N, T, E]}
   * @param heads number of heads, which divides E
   * @param hidden size between the two linear layers
   * @param mask where to attend, see {@link Attention#multiHead}; null for everywhere
   * @return {@code [N, T, E]}
   */
  public Value encoder(String name, Value x, int heads, int hidden, Value mask) {
    Value h = attend(name + ".self", x, x, heads, mask);
    return feedForward(name + ".ffn", h, hidden);
  }

  /**
   * A decoder layer: self-attention, attention to a memory, then two linear layers.
   *
   * @param x {@code [N, T, E]}
   * @param memory what an encoder made of another sequence, {@code [N, S, E]}
   * @param heads number of heads, which divides E
   * @param hidden size between the two linear layers
   * @param mask where to attend in {@code x}, usually {@link Attention#causalMask}; null for
   *     everywhere
   * @return {@code [N, T, E]}
   */
  public Value decoder(String name, Value x, Value memory, int heads, int hidden, Value mask) {
    Value h = attend(name + ".self", x, x, heads, mask);
    h = attend(name + ".cross", h, memory, heads, null);
    return feedForward(name + ".ffn", h, hidden);
  }

  private Value attend(String name, Value x, Value context, int heads, Value mask) {
    return residual(name, x, attention.multiHead(name, x, context, heads, mask));
  }

  private Value feedForward(String name, Value x, int hidden) {
    Value h = layers.linear(name + ".1", x, hidden, Initializer.xavier());
    h = graph.node(name + ".gelu", new Gelu(false), h);
    h = attention.drop(name + ".hidden", h);
    h = layers.linear(name + ".2", h, x.shape().dim(-1), Initializer.xavier());
    return residual(name, x, h);
  }

  private Value residual(String name, Value x, Value change) {
    Value dropped = attention.drop(name + ".dropout", change);
    Value sum = graph.node(name + ".sum", new Add(), x, dropped);
    return layers.layerNorm(name + ".norm", sum, -1);
  }
}
