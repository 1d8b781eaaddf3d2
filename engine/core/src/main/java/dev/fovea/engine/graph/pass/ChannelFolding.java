package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds what multiplies and shifts whole channels into the weights of the layer before: a batch
 * normalisation (with its running statistics: for inference only), and sums, differences, products
 * and quotients with a constant for each channel, behind a convolution, a transposed convolution or
 * a fully connected layer. {@code s (W x + b) + t = (s W) x + (s b + t)}.
 *
 * <p>Nothing is folded if somebody else reads the layer's output, or if a folded weight would not
 * be finite. Layers that share weights get their own ones, as long as the tensors of the graph have
 * no more than {@value #MAX_ELEMENTS} elements, all together. The scales are computed in double
 * precision; the folded weights differ from the product of the old ones by rounding.
 */
public record ChannelFolding() implements GraphPass {

  private static final long MAX_ELEMENTS = 1 << 26;

  /** Weights that are folded again and again in one sweep, in units of those of the graph. */
  private static final int MAX_WORK = 8;

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Sweep(graph, kept).run();
  }

  private static final class Sweep extends Rewriting {
    private final Map<Tensor, Integer> uses = new HashMap<>();
    private long work;
    private long room;

    Sweep(Graph graph, Set<String> kept) {
      super(graph, kept);
      for (Node n : graph.nodes()) {
        n.inputs().forEach(v -> uses.merge(v.tensor(), 1, Integer::sum));
      }
      uses.remove(null);
      long elements = uses.keySet().stream().mapToLong(Tensor::size).sum();
      work = MAX_WORK * elements;
      room = MAX_ELEMENTS - elements;
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      for (int i = 0; i < in.size(); i++) {
        Node layer = maker(in.get(i));
        if (layer == null || !isOnlyFor(n.inputs().get(i), n)) {
          continue;
        }
        LinearLayer linear = LinearLayer.of(layer);
        ChannelMap map = linear == null ? null : ChannelMap.of(n.op(), in, i);
        LinearLayer folded =
            map == null || !isAffordable(linear.weights()) ? null : linear.then(map);
        if (folded != null && folded.isFinite()) {
          Value weights = tensor(layer.inputs().get(1), ".folded", folded.weights());
          Value bias = tensor(layer.inputs().get(1), ".bias", folded.bias());
          return instead(n, folded.op(), List.of(layer.inputs().get(0), weights, bias));
        }
      }
      return null;
    }

    private boolean isAffordable(Tensor weights) {
      work -= weights.size();
      if (uses.getOrDefault(weights, 1) > 1) {
        room -= weights.size();
      }
      return work >= 0 && (room >= 0 || uses.getOrDefault(weights, 1) == 1);
    }
  }
}
