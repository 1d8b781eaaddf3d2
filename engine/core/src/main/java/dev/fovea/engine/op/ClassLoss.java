package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * A loss {@code -w_t log p_t} of the class t that each position of {@code [N, C, ...]} should have.
 * Inputs: the scores, the classes {@code [N, ...]}, then, if they are given, weights {@code [C]}.
 * The loss is that of each position {@code [N, ...]}, or their sum, or the sum divided by that of
 * the weights; positions of the ignored class count nowhere.
 */
interface ClassLoss extends Op {

  /** What becomes of the losses of all positions. */
  LossReduction reduction();

  /** The class that counts nowhere; null for none. */
  Integer ignored();

  static LossReduction readReduction(Attributes a) {
    return OnnxNames.constant(LossReduction.class, "reduction", a.text("reduction", "mean"));
  }

  static Integer readIgnored(Attributes a) {
    return a.values().containsKey("ignore_index") ? a.intValue("ignore_index", 0) : null;
  }

  /** The ONNX attributes. */
  default Attributes write() {
    Attributes a = Attributes.none().with("reduction", OnnxNames.of(reduction()));
    return ignored() == null ? a : a.with("ignore_index", ignored());
  }

  @Override
  default Set<ElementType> accepts(int input) {
    return input == 1 ? ElementType.INTEGERS : Set.of(ElementType.FLOAT);
  }

  /** The weights are part of the question, not of the answer. */
  @Override
  default boolean learns(int input) {
    return input == 0;
  }

  /** The shape of the loss. */
  default Shape loss(List<Shape> in) {
    String op = spec().name();
    Check.inputs(op, in, 2, 3);
    Shape x = in.get(0);
    Check.that(
        x.rank() >= 2 && x.size() > 0, op, "input expected [N, C, ...] with elements, found " + x);
    Shape positions = Check.joined(Check.part(x, 0, 1), Check.part(x, 2, x.rank()), Shape.SCALAR);
    Check.that(
        in.get(1).equals(positions), op, "classes expected " + positions + ", found " + in.get(1));
    if (in.size() == 3) {
      Check.vector(op, "weights", in.get(2), x.dim(1));
    }
    return reduction() == LossReduction.NONE ? positions : Shape.SCALAR;
  }

  /** Room of {@link Targets}. */
  default List<Shape> room(List<Shape> in) {
    Shape each = Shape.of(in.get(1).size());
    return List.of(each, each, each, Shape.SCALAR, Shape.SCALAR);
  }

  /** The classes and weights of all positions. */
  final class Targets {
    private final ClassLoss op;
    private final Kernels k;
    private final Tensor classes;
    private final Tensor factors;
    private final Tensor work;
    private final Tensor total;
    private final Tensor scalar;
    private final Indexing places;

    /**
     * Finds them.
     *
     * @param weights null for ones
     * @param room tensors as {@link ClassLoss#room} wants them
     */
    Targets(
        ClassLoss op, Kernels k, Shape x, Tensor given, Tensor weights, IntFunction<Tensor> room) {
      this.op = op;
      this.k = k;
      classes = room.apply(0);
      factors = room.apply(1);
      work = room.apply(2);
      total = room.apply(3);
      scalar = room.apply(4);
      places = new Indexing(x.dim(0), List.of(x.dim(1)), x.size(2, x.rank()), 1, true, true);
      Tensor wanted = given.reshape(given.size());
      k.fill(1, factors);
      k.axpby(1, wanted, 0, classes);
      if (op.ignored() != null) {
        k.fill(op.ignored(), scalar);
        k.binary(Binary.EQUAL, wanted, scalar, work);
        k.axpby(-1, work, 1, factors);
        // The ignored class need not be one: 0 is.
        k.binary(Binary.MUL, wanted, factors, classes);
      }
      if (weights != null) {
        Indexing one = new Indexing(1, List.of(x.dim(1)), 1, given.size(), false, false);
        k.gather(one, weights, classes, false, work);
        k.binary(Binary.MUL, factors, work, factors);
      }
      k.reduce(Reduce.SUM, factors, false, total);
    }

    /** Computes the loss of logarithms of probabilities. */
    void forward(Tensor logarithms, Tensor loss) {
      k.gather(places, logarithms, classes, false, work);
      if (op.ignored() != null) {
        // Where nothing counts an impossible class 0 must not: 0 times infinity is not a number.
        k.fill(0, scalar);
        k.select(factors, work, scalar, work);
      }
      k.binary(Binary.MUL, work, factors, work);
      if (op.reduction() == LossReduction.NONE) {
        k.axpby(-1, work, 0, loss);
        return;
      }
      k.reduce(Reduce.SUM, work, false, loss);
      k.axpby(-1, loss, 0, loss);
      if (op.reduction() == LossReduction.MEAN) {
        k.binary(Binary.DIV, loss, total, loss);
      }
    }

    /** Adds to the gradient of the logarithms. */
    void backward(Tensor dy, Tensor dlogarithms) {
      Tensor each = op.reduction() == LossReduction.NONE ? dy.reshape(dy.size()) : dy;
      k.binary(Binary.MUL, factors, each, work);
      if (op.reduction() == LossReduction.MEAN) {
        k.binary(Binary.DIV, work, total, work);
      }
      k.axpby(-1, work, 0, work);
      k.scatter(places, work, classes, true, dlogarithms);
    }
  }
}
