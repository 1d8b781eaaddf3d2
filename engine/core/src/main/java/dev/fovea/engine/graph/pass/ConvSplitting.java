package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.FusedConv;
import java.util.List;
import java.util.Set;

/**
 * Undoes {@link ConvFusion}: each {@link FusedConv} becomes a Conv, an Add and an activation, the
 * form that files have and that is trained.
 */
public record ConvSplitting() implements GraphPass {

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Rewriting(graph, kept) {
      @Override
      List<Value> replace(Node n, List<Value> in) {
        if (!(n.op() instanceof FusedConv fused)) {
          return null;
        }
        int operands = fused.bias() ? 3 : 2;
        List<Value> own = in.subList(0, operands);
        if (!fused.residual() && fused.activation() == null) {
          return instead(n, fused.conv(), own);
        }
        String name = n.outputs().get(0).name();
        Value sum = extra(name + ".conv", fused.conv(), own.toArray(Value[]::new));
        if (!fused.residual()) {
          return instead(n, fused.activation(), List.of(sum));
        }
        if (fused.activation() == null) {
          return instead(n, new Add(), List.of(sum, in.get(operands)));
        }
        Value whole = extra(name + ".sum", new Add(), sum, in.get(operands));
        return instead(n, fused.activation(), List.of(whole));
      }
    }.run();
  }
}
