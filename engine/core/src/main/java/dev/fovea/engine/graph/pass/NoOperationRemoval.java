package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Cast;
import dev.fovea.engine.op.Clip;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.op.Variadic;
import java.util.List;
import java.util.Set;

/**
 * Leaves out nodes that pass on their input: Dropout in inference, casts to the type that is there,
 * transposes that keep the order, sums and joins of one, limits without limits.
 *
 * @param training whether the graph is to be trained, so that only a Dropout of nothing passes on
 *     its input
 */
public record NoOperationRemoval(boolean training) implements GraphPass {

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Rewriting(graph, kept) {
      @Override
      List<Value> replace(Node n, List<Value> in) {
        return mayVanish(n) && passesOn(n) ? in : null;
      }
    }.run();
  }

  private boolean passesOn(Node n) {
    Op op = n.op();
    if (n.inputs().size() != 1) {
      return false;
    }
    if (op instanceof Cast cast) {
      return cast.to() == n.inputs().get(0).type();
    }
    if (op instanceof Clip clip) {
      return clip.min() == Float.NEGATIVE_INFINITY && clip.max() == Float.POSITIVE_INFINITY;
    }
    return op instanceof Transpose t && Order.of(t, n.inputs().get(0)).isIdentity()
        || op instanceof Dropout && op.isView(training)
        || op instanceof Variadic
        || op instanceof Concat;
  }
}
