package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Broadcasting;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.op.Variadic;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves transposes towards the outputs, past what works on single elements and past joins, and
 * makes two that meet into one, or into none where the second undoes the first. Networks that were
 * made for channels last have one before and one behind each convolution, with activations, biases
 * and joins between.
 *
 * <p>A transpose that somebody else reads as well stays where it is. Constants on the other side of
 * an elementwise operator are reordered; in graphs to be trained, parameters are not.
 *
 * @param training whether the graph is to be trained
 */
public record TransposeMotion(boolean training) implements GraphPass {

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Sweep(graph, kept, training).run();
  }

  private static final class Sweep extends Rewriting {
    private final boolean training;
    // One copy for all readers: a large constant may have many.
    private final Map<Reordering, Value> reordered = new HashMap<>();

    private record Reordering(Value constant, Order order) {}

    Sweep(Graph graph, Set<String> kept, boolean training) {
      super(graph, kept);
      this.training = training;
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      if (n.op() instanceof Transpose) {
        return joined(n, in.get(0));
      }
      Op op = n.op();
      boolean single = op instanceof Elementwise;
      boolean several = op instanceof Broadcasting || op instanceof Variadic;
      if (!single && !several && !(op instanceof Concat)
          || n.outputs().get(0).shape().rank() == 0) {
        return null;
      }
      Order order = commonOrder(n, in);
      return order == null ? null : moved(n, in, order);
    }

    private boolean isTransposed(Value v) {
      return maker(v) != null && maker(v).op() instanceof Transpose;
    }

    private Order order(Value v) {
      Node t = maker(v);
      return Order.of((Transpose) t.op(), t.inputs().get(0));
    }

    /** A transpose of a transpose. */
    private List<Value> joined(Node n, Value x) {
      if (!isTransposed(x)) {
        return null;
      }
      Value source = maker(x).inputs().get(0);
      Order both = order(x).then(Order.of((Transpose) n.op(), x));
      if (!both.isIdentity()) {
        return instead(n, both.transpose(), List.of(source));
      }
      return mayVanish(n) ? List.of(source) : null;
    }

    /** The one order in which all inputs are that are no constants; null if there is none. */
    private Order commonOrder(Node n, List<Value> in) {
      int rank = n.outputs().get(0).shape().rank();
      Order common = null;
      for (int i = 0; i < in.size(); i++) {
        Value v = in.get(i);
        if (isTransposed(v) && isOnlyFor(n.inputs().get(i), n)) {
          Order own = order(v);
          if (own.rank() != rank || common != null && !common.equals(own)) {
            return null;
          }
          common = own;
        } else if (!isReorderable(v) || n.op() instanceof Concat) {
          return null;
        }
      }
      return common;
    }

    private boolean isReorderable(Value v) {
      return v.tensor() != null
          && (v.shape().size() == 1 || !(training && v.kind() == Value.Kind.PARAMETER));
    }

    private List<Value> moved(Node n, List<Value> in, Order order) {
      List<Value> sources = new ArrayList<>();
      for (Value v : in) {
        sources.add(
            isTransposed(v)
                ? maker(v).inputs().get(0)
                : reordered.computeIfAbsent(
                    new Reordering(v, order), r -> reordered(r.constant(), r.order())));
      }
      Op op = n.op();
      if (op instanceof Concat join) {
        int axis = join.axis() < 0 ? join.axis() + order.rank() : join.axis();
        op = new Concat(order.from().get(axis));
      }
      String name = n.outputs().get(0).name();
      Value inOldOrder = extra(name + ".reordered", op, sources.toArray(Value[]::new));
      return instead(n, order.transpose(), List.of(inOldOrder));
    }

    /** A constant as it must be before the transpose. */
    private Value reordered(Value constant, Order order) {
      Shape s = constant.shape();
      if (s.size() == 1 && s.rank() <= order.rank()) {
        return constant;
      }
      int[] full = new int[order.rank()];
      for (int d = 0; d < full.length; d++) {
        int own = d - (full.length - s.rank());
        full[d] = own < 0 ? 1 : s.dim(own);
      }
      Value whole = tensor(constant, ".whole", constant.tensor().reshape(full));
      Tensor t = Constants.compute(order.inverse().transpose(), List.of(whole), 1).get(0);
      return tensor(constant, ".reordered", t);
    }
  }
}
