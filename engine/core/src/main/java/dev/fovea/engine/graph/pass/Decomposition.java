package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.Div;
import dev.fovea.engine.op.Erf;
import dev.fovea.engine.op.Gelu;
import dev.fovea.engine.op.HardSigmoid;
import dev.fovea.engine.op.HardSwish;
import dev.fovea.engine.op.Hardmax;
import dev.fovea.engine.op.LayerNormalization;
import dev.fovea.engine.op.LogSoftmax;
import dev.fovea.engine.op.Mish;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.ReduceMean;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Softplus;
import dev.fovea.engine.op.Sqrt;
import dev.fovea.engine.op.Sub;
import dev.fovea.engine.op.Swish;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Spells out operators that an opset of ONNX does not have yet by those that it has: Swish (opset
 * 24), Gelu (20, not its approximation), Mish (18), LayerNormalization (17), HardSwish (14), and,
 * before opset 13, Softmax, LogSoftmax and Hardmax of other dimensions than the innermost one,
 * which are then transposed.
 *
 * @param opset for whose operators
 */
public record Decomposition(int opset) implements GraphPass {

  @Override
  public Graph apply(Graph graph, Set<String> kept) {
    return new Sweep(graph, kept, opset).run();
  }

  private static final class Sweep extends Rewriting {
    private final int opset;

    Sweep(Graph graph, Set<String> kept, int opset) {
      super(graph, kept);
      this.opset = opset;
    }

    @Override
    List<Value> replace(Node n, List<Value> in) {
      Op op = n.op();
      if (op.minimumOpset() <= opset) {
        return null;
      }
      String name = n.outputs().get(0).name();
      Value x = in.get(0);
      if (op instanceof Swish swish) {
        Value scaled =
            swish.alpha() == 1
                ? x
                : extra(name + ".scaled", new Mul(), x, scalar(name + ".alpha", swish.alpha()));
        return product(n, x, extra(name + ".gate", new Sigmoid(), scaled));
      }
      if (op instanceof HardSwish) {
        return product(n, x, extra(name + ".gate", new HardSigmoid(1 / 6f, 0.5f), x));
      }
      if (op instanceof Mish) {
        Value soft = extra(name + ".softplus", new Softplus(), x);
        return product(n, x, extra(name + ".gate", new Tanh(), soft));
      }
      if (op instanceof Gelu gelu && !gelu.tanh()) {
        return gelu(n, x, name);
      }
      if (op instanceof LayerNormalization norm && norm.outputs() == 1) {
        return normalised(n, in, norm, name);
      }
      if (op instanceof Softmax s) {
        return innermost(n, x, s.axis(), Softmax::new);
      }
      if (op instanceof LogSoftmax s) {
        return innermost(n, x, s.axis(), LogSoftmax::new);
      }
      return op instanceof Hardmax h ? innermost(n, x, h.axis(), Hardmax::new) : null;
    }

    private List<Value> product(Node n, Value a, Value b) {
      return instead(n, new Mul(), List.of(a, b));
    }

    private Value scalar(String name, double value) {
      return constant(name, Tensor.of(Shape.SCALAR, (float) value));
    }

    /** {@code x (1 + erf(x / sqrt 2)) / 2}. */
    private List<Value> gelu(Node n, Value x, String name) {
      Value scaled =
          extra(name + ".scaled", new Mul(), x, scalar(name + ".factor", Math.sqrt(0.5)));
      Value erf = extra(name + ".erf", new Erf(), scaled);
      Value gate = extra(name + ".gate", new Add(), erf, scalar(name + ".one", 1));
      Value half = extra(name + ".half", new Mul(), x, scalar(name + ".0.5", 0.5));
      return product(n, half, gate);
    }

    private List<Value> normalised(Node n, List<Value> in, LayerNormalization norm, String name) {
      Value x = in.get(0);
      int rank = x.shape().rank();
      int first = norm.axis() < 0 ? norm.axis() + rank : norm.axis();
      Integer[] inner = IntStream.range(first, rank).boxed().toArray(Integer[]::new);
      ReduceMean mean = new ReduceMean(Axes.of(inner));
      Value apart = extra(name + ".apart", new Sub(), x, extra(name + ".mean", mean, x));
      Value squares = extra(name + ".squares", new Mul(), apart, apart);
      Value variance = extra(name + ".variance", mean, squares);
      Value positive =
          extra(name + ".positive", new Add(), variance, scalar(name + ".epsilon", norm.epsilon()));
      Value deviation = extra(name + ".deviation", new Sqrt(), positive);
      Value standard = extra(name + ".standard", new Div(), apart, deviation);
      if (in.size() == 2) {
        return product(n, standard, in.get(1));
      }
      Value scaled = extra(name + ".scaled", new Mul(), standard, in.get(1));
      return instead(n, new Add(), List.of(scaled, in.get(2)));
    }

    /** Between two transposes that swap the axis with the innermost one; null if it is that. */
    private List<Value> innermost(Node n, Value x, int axis, IntFunction<Op> op) {
      int last = x.shape().rank() - 1;
      int own = axis < 0 ? axis + last + 1 : axis;
      if (own == last) {
        return null;
      }
      List<Integer> swapped = new ArrayList<>(IntStream.rangeClosed(0, last).boxed().toList());
      Collections.swap(swapped, own, last);
      String name = n.outputs().get(0).name();
      Value turned = extra(name + ".turned", new Transpose(swapped), x);
      Value result = extra(name + ".innermost", op.apply(-1), turned);
      return instead(n, new Transpose(swapped), List.of(result));
    }
  }
}
