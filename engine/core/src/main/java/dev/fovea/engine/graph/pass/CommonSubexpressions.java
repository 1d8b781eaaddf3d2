package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes once what nodes compute twice: the same operator on the same values.
 *
 * @param training whether the graph is to be trained: then two Dropouts drop different elements,
 *     and a batch normalisation moves its statistics each time
 */
public record CommonSubexpressions(boolean training) implements GraphPass {

  private record Expression(Op op, List<Value> in) {}

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    Map<Expression, Node> known = new HashMap<>();
    return new Rewriting(graph, kept) {
      @Override
      List<Value> replace(Node n, List<Value> in) {
        if (training && (n.op() instanceof Dropout || n.op() instanceof BatchNormalization)) {
          return null;
        }
        Node first = known.putIfAbsent(new Expression(n.op(), in), n);
        return first != null && mayVanish(n)
            ? first.outputs().stream().map(this::now).toList()
            : null;
      }
    }.run();
  }
}
