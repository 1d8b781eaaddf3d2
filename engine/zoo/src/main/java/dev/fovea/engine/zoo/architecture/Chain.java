package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks one after another. Their names are the chain's name, a dot and their own; where one of the
 * two is empty, just the other: a chain of the empty name puts its blocks among those around it.
 * Immutable.
 */
final class Chain implements Block {

  /** No blocks: what comes in comes out. */
  static final Chain EMPTY = new Chain(List.of());

  private record Link(String name, Block block) {}

  private final List<Link> links;

  private Chain(List<Link> links) {
    this.links = links;
  }

  /** A chain of one block. */
  static Chain of(String name, Block block) {
    return EMPTY.then(name, block);
  }

  /** A chain of one node without parameters. */
  static Chain of(String name, Op op) {
    return EMPTY.then(name, op);
  }

  /** This chain with a block at its end. */
  Chain then(String name, Block block) {
    List<Link> longer = new ArrayList<>(links);
    longer.add(new Link(name, block));
    return new Chain(List.copyOf(longer));
  }

  /** This chain with a node without parameters at its end. */
  Chain then(String name, Op op) {
    return then(name, Blocks.op(op));
  }

  @Override
  public Value add(Layers layers, String name, Value x) {
    Value v = x;
    for (Link link : links) {
      v = link.block.add(layers, Blocks.join(name, link.name), v);
    }
    return v;
  }
}
