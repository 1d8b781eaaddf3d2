package dev.fovea.engine.nn;

import dev.fovea.engine.graph.Value;

/**
 * A part of a network: adds nodes to a graph under construction. Blocks are how architectures are
 * written; they are immutable, know no sizes but those in their definition, and may be added many
 * times under different names.
 */
@FunctionalInterface
public interface Block {

  /**
   * Adds the nodes.
   *
   * @param layers makes and owns the parameters; its graph is the one that {@code x} is of
   * @param name prefix for the names of all nodes and parameters; a block of a single node gives it
   *     this name
   * @param x what the block works on
   * @return what comes out
   * @throws dev.fovea.engine.graph.GraphException if the input's shape does not fit; names the node
   */
  Value add(Layers layers, String name, Value x);
}
