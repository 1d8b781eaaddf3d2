package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.ShapeProbes;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.op.FusedConv;
import dev.fovea.engine.op.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes a convolution, the addition of a residual branch and an activation into one {@link
 * FusedConv}, which sweeps over the output once. Nothing is fused if somebody else reads a value
 * between, or if the branch might be broadcast for some extents of free dimensions.
 */
public record ConvFusion() implements GraphPass {

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Sweep(graph, kept).run();
  }

  private static final class Sweep extends Rewriting {
    private final Graph graph;
    private ShapeProbes probes;

    Sweep(Graph graph, Set<String> kept) {
      super(graph, kept);
      this.graph = graph;
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      if (n.op() instanceof Elementwise f && isOnlyFor(n.inputs().get(0), n)) {
        Node conv = maker(in.get(0));
        FusedConv before = fusable(conv);
        return before == null
            ? null
            : instead(
                n,
                new FusedConv(before.conv(), before.bias(), before.residual(), f),
                conv.inputs());
      }
      boolean sum = (n.op() instanceof Add || n.op() instanceof Sum) && in.size() == 2;
      for (int i = 0; sum && i < 2; i++) {
        Node conv = maker(in.get(i));
        FusedConv before = fusable(conv);
        if (before != null && !before.residual() && isBranch(n, i)) {
          List<Value> operands = new ArrayList<>(conv.inputs());
          operands.add(in.get(1 - i));
          return instead(n, new FusedConv(before.conv(), before.bias(), true, null), operands);
        }
      }
      return null;
    }

    /** Whether the other input of a sum has always the shape of the one at a position. */
    private boolean isBranch(Node sum, int position) {
      Value conv = sum.inputs().get(position);
      Value other = sum.inputs().get(1 - position);
      if (!isOnlyFor(conv, sum) || conv.equals(other) || !conv.shape().equals(other.shape())) {
        return false;
      }
      probes = probes == null ? ShapeProbes.of(graph) : probes;
      return probes.alwaysEqual(conv, other);
    }

    /** A convolution without activation, in the form that more can be added to; null for others. */
    private static FusedConv fusable(Node n) {
      if (n != null && n.op() instanceof Conv conv) {
        return new FusedConv(conv, n.inputs().size() == 3, false, null);
      }
      return n != null && n.op() instanceof FusedConv f && f.activation() == null ? f : null;
    }
  }
}
