package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import java.util.List;
import java.util.Set;

/**
 * Folds what multiplies and shifts whole channels into the weights of the layer before: a batch
 * normalisation (with its running statistics: for inference only), and sums, differences, products
 * and quotients with a constant for each channel, behind a convolution, a transposed convolution or
 * a fully connected layer. {@code s (W x + b) + t = (s W) x + (s b + t)}.
 *
 * <p>Nothing is folded if somebody else reads the layer's output, or if a folded weight would not
 * be finite. The scales are computed in double precision; the folded weights differ from the
 * product of the old ones by rounding.
 */
public record ChannelFolding() implements GraphPass {

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Rewriting(graph, kept) {
      @Override
      List<Value> replace(Node n, List<Value> in) {
        for (int i = 0; i < in.size(); i++) {
          Node layer = maker(in.get(i));
          if (layer == null || !isOnlyFor(n.inputs().get(i), n)) {
            continue;
          }
          LinearLayer linear = LinearLayer.of(layer);
          ChannelMap map = linear == null ? null : ChannelMap.of(n.op(), in, i);
          LinearLayer folded = map == null ? null : linear.then(map);
          if (folded != null && folded.isFinite()) {
            Value weights = tensor(layer.inputs().get(1), ".folded", folded.weights());
            Value bias = tensor(layer.inputs().get(1), ".bias", folded.bias());
            return instead(n, folded.op(), List.of(layer.inputs().get(0), weights, bias));
          }
        }
        return null;
      }
    }.run();
  }
}
