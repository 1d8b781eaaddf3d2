package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import java.util.Set;

/**
 * Rewrites a graph into one that computes the same outputs from the same inputs. A pure function:
 * the graph that is given stays as it is; tensors that need no change are shared, others are made
 * anew, so that later changes of the old weights are not seen in the new graph.
 *
 * <p>Names of inputs and outputs are kept, and so are those of all values that stay.
 */
public interface GraphPass {

  /**
   * The graph rewritten; the very same object if there is nothing to rewrite.
   *
   * @param kept names of values that must stay, with what they hold: those that a caller wants to
   *     see or differentiate by. Inputs and outputs stay without being named.
   */
  Graph apply(Graph graph, Set<String> kept);

  /** The graph rewritten, where nothing but inputs and outputs must stay. */
  default Graph apply(Graph graph) {
    return apply(graph, Set.of());
  }
}
