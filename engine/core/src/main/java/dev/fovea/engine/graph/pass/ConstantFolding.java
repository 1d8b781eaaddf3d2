package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Computes what depends on tensors of the model alone, once and for all, and puts the result in its
 * place as a buffer.
 *
 * <p>Bounded: in one graph, nodes of {@value #MAX_ELEMENTS} elements (read, written and worked in)
 * and {@value #MAX_FLOPS} operations of products, all together. Results that are not finite are not
 * put in place.
 *
 * @param training whether the graph is to be trained: then what depends on parameters, or on
 *     running statistics, is none of the constants
 */
public record ConstantFolding(boolean training) implements GraphPass {

  private static final long MAX_ELEMENTS = 1 << 25;
  private static final long MAX_FLOPS = 1 << 28;

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Sweep(graph, kept, training).run();
  }

  private static final class Sweep extends Rewriting {
    private final boolean training;
    private final Set<String> changing = new HashSet<>();
    private long elements = MAX_ELEMENTS;
    private long flops = MAX_FLOPS;

    Sweep(Graph graph, Set<String> kept, boolean training) {
      super(graph, kept);
      this.training = training;
      for (Node n : graph.nodes()) {
        if (n.op() instanceof BatchNormalization) {
          n.inputs().subList(3, 5).forEach(v -> changing.add(v.name()));
        }
      }
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      if (!mayVanish(n) || !in.stream().allMatch(this::isConstant) || !isFixed(n)) {
        return null;
      }
      long size = Constants.elements(n.op(), in);
      if (size > elements) {
        return null;
      }
      long work = Constants.flops(n.op(), in, n.outputs().size());
      if (work > flops) {
        return null;
      }
      elements -= size;
      flops -= work;
      List<Tensor> results = Constants.compute(n.op(), in, n.outputs().size());
      if (!results.stream().allMatch(Constants::finite)) {
        return null;
      }
      List<Value> out = new ArrayList<>();
      for (Value v : n.outputs()) {
        out.add(constant(v, results.get(out.size())));
      }
      return out;
    }

    private boolean isConstant(Value v) {
      return v.tensor() != null
          && !(training && (v.kind() == Value.Kind.PARAMETER || changing.contains(v.name())));
    }

    /** Whether a node gives the same in every run. */
    private boolean isFixed(Node n) {
      boolean moves = n.op() instanceof Dropout || n.op() instanceof BatchNormalization;
      return !(training && moves)
          && IntStream.range(0, n.outputs().size()).noneMatch(n.op()::sizedByData);
    }
  }
}
