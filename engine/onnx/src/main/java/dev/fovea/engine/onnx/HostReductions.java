package dev.fovea.engine.onnx;

import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.onnx.Places.Cut;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Reductions, running sums and orders along axes, for every element type. */
final class HostReductions {

  private HostReductions() {}

  /**
   * A reduction as a fold.
   *
   * @param start what it is for no elements at all, by type
   * @param real what is folded in for a real number
   * @param integer the same for an integer
   * @param fold two results become one
   * @param end what becomes of the result, by the number of elements; null for nothing
   */
  record Reduction(
      ToDoubleFunction<Type> start,
      DoubleUnaryOperator real,
      LongUnaryOperator integer,
      HostArithmetic.Function fold,
      End end) {

    /** A sum of the elements themselves, of which something becomes at the end. */
    static Reduction sum(End end) {
      return new Reduction(t -> 0, v -> v, v -> v, HostArithmetic.ADD, end);
    }
  }

  /** The result, by the sum and the number of elements. */
  interface End {
    double of(double sum, int n);
  }

  static final Reduction SUM = Reduction.sum(null);
  static final Reduction MEAN = Reduction.sum((sum, n) -> sum / n);
  static final Reduction LOG_SUM = Reduction.sum((sum, n) -> Math.log(sum));
  static final Reduction PRODUCT =
      new Reduction(t -> 1, v -> v, v -> v, HostArithmetic.MULTIPLY, null);
  static final Reduction L1 = new Reduction(t -> 0, Math::abs, Math::abs, HostArithmetic.ADD, null);
  static final Reduction SUM_OF_SQUARES =
      new Reduction(t -> 0, v -> v * v, v -> v * v, HostArithmetic.ADD, null);
  static final Reduction L2 =
      new Reduction(t -> 0, v -> v * v, v -> v * v, HostArithmetic.ADD, (sum, n) -> Math.sqrt(sum));
  static final Reduction LARGEST =
      new Reduction(HostReductions::least, v -> v, v -> v, HostArithmetic.LARGER, null);
  static final Reduction SMALLEST =
      new Reduction(HostReductions::most, v -> v, v -> v, HostArithmetic.SMALLER, null);

  private static double least(Type type) {
    if (type.isReal()) {
      return Double.NEGATIVE_INFINITY;
    }
    return type == Type.BOOL || type.isUnsigned() ? 0 : -Math.scalb(1.0, type.bits() - 1);
  }

  private static double most(Type type) {
    if (type.isReal()) {
      return Double.POSITIVE_INFINITY;
    }
    boolean signed = type != Type.BOOL && !type.isUnsigned();
    return Math.scalb(1.0, signed ? type.bits() - 1 : type.bits()) - 1;
  }

  /**
   * For each element of the input the place of the result it belongs to, and the result's shape.
   */
  private record Groups(Shape kept, Shape result, int[] place) {

    static Groups of(NodeCall call) {
      Shape s = call.in(0).shape();
      int[] axes = call.integers("axes", 1);
      boolean all = axes == null || axes.length == 0;
      boolean none = all && call.flag("noop_with_empty_axes", false);
      boolean[] reduced = new boolean[s.rank()];
      Arrays.fill(reduced, all && !none);
      for (int axis : all ? new int[0] : axes) {
        reduced[NodeCall.axis(s, axis)] = true;
      }
      Shape kept = s;
      for (int d = 0; d < s.rank(); d++) {
        kept = reduced[d] ? kept.with(d, 1) : kept;
      }
      int[] left = IntStream.range(0, s.rank()).filter(d -> !reduced[d]).map(s::dim).toArray();
      Shape result = call.flag("keepdims", true) ? kept : Shape.of(left);
      return new Groups(kept, result, Places.broadcast(kept, s));
    }
  }

  /** A reduction of real numbers or integers. */
  static OnnxTensor reduce(NodeCall call, Reduction r) {
    OnnxTensor t = call.in(0);
    Groups groups = Groups.of(call);
    int n = groups.result.size();
    int count = n == 0 ? 0 : t.size() / n;
    if (t.type().isReal()) {
      double[] sums = new double[n];
      Arrays.fill(sums, r.start.applyAsDouble(t.type()));
      for (int i = 0; i < t.size(); i++) {
        int p = groups.place[i];
        sums[p] = r.fold.reals().applyAsDouble(sums[p], r.real.applyAsDouble(t.real(i)));
      }
      return OnnxTensor.reals(
          t.type(), groups.result, i -> r.end == null ? sums[i] : r.end.of(sums[i], count));
    }
    return integers(t, groups, r, count);
  }

  private static OnnxTensor integers(OnnxTensor t, Groups groups, Reduction r, int count) {
    long[] sums = new long[groups.result.size()];
    boolean[] begun = new boolean[sums.length];
    for (int i = 0; i < t.size(); i++) {
      int p = groups.place[i];
      long v = r.integer.applyAsLong(t.integer(i));
      sums[p] = begun[p] ? r.fold.integers(t.type()).applyAsLong(sums[p], v) : v;
      begun[p] = true;
    }
    return OnnxTensor.whole(
        t.type(),
        groups.result,
        i ->
            !begun[i]
                ? HostCasts.whole(t.type(), r.start.applyAsDouble(t.type()))
                : r.end == null ? sums[i] : (long) r.end.of(sums[i], count));
  }

  /** The logarithm of the sum of exponentials, of which the largest is taken out. */
  static OnnxTensor logSumExp(NodeCall call) {
    OnnxTensor t = call.in(0);
    Groups groups = Groups.of(call);
    double[] largest = new double[groups.result.size()];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < t.size(); i++) {
      largest[groups.place[i]] = Math.max(largest[groups.place[i]], t.real(i));
    }
    double[] sums = new double[largest.length];
    for (int i = 0; i < t.size(); i++) {
      double m = largest[groups.place[i]];
      sums[groups.place[i]] += Double.isInfinite(m) ? 1 : Math.exp(t.real(i) - m);
    }
    return OnnxTensor.reals(t.type(), groups.result, i -> largest[i] + Math.log(sums[i]));
  }

  /**
   * Running sums or products along an axis, from either end, with or without the element itself.
   */
  static OnnxTensor cumulate(NodeCall call, HostArithmetic.Function f, long start) {
    OnnxTensor t = call.in(0);
    Cut cut = Cut.of(t.shape(), NodeCall.axis(t.shape(), call.number(1)));
    boolean exclusive = call.flag("exclusive", false);
    boolean reverse = call.flag("reverse", false);
    double[] reals = new double[t.size()];
    long[] integers = new long[t.size()];
    for (int o = 0; o < cut.outer(); o++) {
      for (int i = 0; i < cut.inner(); i++) {
        double real = start;
        long integer = start;
        for (int a = 0; a < cut.along(); a++) {
          int p = cut.place(o, reverse ? cut.along() - 1 - a : a, i);
          double nextReal = f.reals().applyAsDouble(real, t.real(p));
          long next = f.integers().applyAsLong(integer, t.integer(p));
          reals[p] = exclusive ? real : nextReal;
          integers[p] = exclusive ? integer : next;
          real = nextReal;
          integer = next;
        }
      }
    }
    return OnnxTensor.compute(t.type(), t.shape(), i -> integers[i], i -> reals[i]);
  }

  /**
   * The index of the largest or smallest element along an axis; of equal ones the first or last.
   */
  static OnnxTensor extremum(NodeCall call, boolean largest) {
    OnnxTensor t = call.in(0);
    int axis = call.axis(0, t.shape());
    boolean last = call.flag("select_last_index", false);
    Cut cut = Cut.of(t.shape(), axis);
    if (cut.along() == 0) {
      throw new IllegalArgumentException("expected elements along axis " + axis + ", found " + t);
    }
    Shape kept = t.shape().with(axis, 1);
    long[] best = new long[kept.size()];
    for (int r = 0; r < best.length; r++) {
      int o = r / cut.inner();
      int i = r % cut.inner();
      for (int a = 1; a < cut.along(); a++) {
        int c = HostArithmetic.compare(t, cut.place(o, a, i), t, cut.place(o, (int) best[r], i));
        if ((largest ? c : -c) > 0 || (c == 0 && last)) {
          best[r] = a;
        }
      }
    }
    Shape result = call.flag("keepdims", true) ? kept : without(t.shape(), axis);
    return OnnxTensor.of(result, best);
  }

  private static Shape without(Shape s, int axis) {
    return Shape.of(IntStream.range(0, s.rank()).filter(d -> d != axis).map(s::dim).toArray());
  }

  /** The largest or smallest elements along an axis, best first; of equal ones the first ones. */
  static List<OnnxTensor> best(NodeCall call) {
    OnnxTensor t = call.in(0);
    int axis = call.axis(-1, t.shape());
    Cut cut = Cut.of(t.shape(), axis);
    int k = Math.toIntExact(call.attribute("k") != null ? call.integer("k", 0) : call.number(1));
    if (k < 0 || k > cut.along()) {
      throw new IllegalArgumentException(
          "K: expected 0 to " + cut.along() + " for axis " + axis + " of " + t + ", found " + k);
    }
    int sign = call.flag("largest", true) ? -1 : 1;
    Shape shape = t.shape().with(axis, k);
    int[] places = new int[shape.size()];
    long[] indices = new long[shape.size()];
    Cut to = Cut.of(shape, axis);
    for (int o = 0; o < cut.outer(); o++) {
      for (int i = 0; i < cut.inner(); i++) {
        int outer = o;
        int inner = i;
        Comparator<Integer> order =
            (a, b) ->
                sign
                    * HostArithmetic.compare(
                        t, cut.place(outer, a, inner), t, cut.place(outer, b, inner));
        // Sorting is stable, so equal elements stay in the order of their indices.
        List<Integer> sorted =
            IntStream.range(0, cut.along()).boxed().sorted(order).limit(k).toList();
        for (int a = 0; a < k; a++) {
          places[to.place(o, a, i)] = cut.place(o, sorted.get(a), i);
          indices[to.place(o, a, i)] = sorted.get(a);
        }
      }
    }
    return List.of(t.pick(shape, places), OnnxTensor.of(shape, indices));
  }
}
