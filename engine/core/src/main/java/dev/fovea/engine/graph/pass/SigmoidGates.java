package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.op.HardSigmoid;
import dev.fovea.engine.op.HardSwish;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Swish;
import java.util.List;
import java.util.Set;

/**
 * Finds {@link Swish} in {@code x sigmoid(x)} and {@link HardSwish} in {@code x hardSigmoid(x)},
 * which files of older opsets spell out.
 */
public record SigmoidGates() implements GraphPass {

  private static final HardSigmoid SIXTH = new HardSigmoid(1 / 6f, 0.5f);

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Rewriting(graph, kept) {
      @Override
      List<Value> replace(Node n, List<Value> in) {
        for (int i = 0; n.op() instanceof Mul && i < 2; i++) {
          Node gate = maker(in.get(i));
          boolean gated = gate != null && gate.inputs().get(0).equals(in.get(1 - i));
          if (gated && isOnlyFor(n.inputs().get(i), n) && named(gate) != null) {
            return instead(n, named(gate), List.of(in.get(1 - i)));
          }
        }
        return null;
      }
    }.run();
  }

  private static Elementwise named(Node gate) {
    if (gate.op() instanceof Sigmoid) {
      return new Swish(1);
    }
    return gate.op().equals(SIXTH) ? new HardSwish() : null;
  }
}
