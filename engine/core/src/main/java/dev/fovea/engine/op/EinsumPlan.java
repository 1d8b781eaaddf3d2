package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.op.EinsumEquation.Bound;
import dev.fovea.engine.op.EinsumEquation.Operand;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * An {@link Einsum} as a sequence of batched matrix products, operand after operand, with copies
 * between them where letters are not in the order that a product needs, stand on a diagonal, or are
 * summed in one operand alone.
 *
 * <p>Tensors have numbers: the operands, then the output, then those in between.
 */
final class EinsumPlan {

  private final Bound bound;
  private final List<Step> steps = new ArrayList<>();
  private final List<Shape> between = new ArrayList<>();

  EinsumPlan(EinsumEquation equation, List<Shape> in) {
    bound = equation.bind(in);
    int n = bound.operands().size();
    Operand left = bound.operands().get(0);
    int at = 0;
    for (int i = 1; i < n; i++) {
      StringBuilder later = new StringBuilder(bound.output());
      bound.operands().subList(i + 1, n).forEach(o -> later.append(o.letters()));
      String result = multiply(left, at, i, later.toString(), i == n - 1);
      left = dense(result);
      at = steps.get(steps.size() - 1).to();
    }
    if (at != n) {
      steps.add(copy(left, at, bound.output(), n));
    }
  }

  /** The shape of the output. */
  Shape output() {
    return bound.shape(bound.output());
  }

  /** Shapes of the tensors between the operands and the output. */
  List<Shape> between() {
    return between;
  }

  /** Tensors by their numbers. */
  IntFunction<Tensor> tensors(
      IntFunction<Tensor> operands, Tensor output, IntFunction<Tensor> between) {
    int n = bound.operands().size();
    return i -> i < n ? operands.apply(i) : i == n ? output : between.apply(i - n - 1);
  }

  void forward(Kernels k, IntFunction<Tensor> values) {
    steps.forEach(s -> s.forward(k, values));
  }

  /**
   * From the gradient of the output to those of the operands.
   *
   * @param gradients by number; null for operands nobody asks for
   */
  void backward(Kernels k, IntFunction<Tensor> values, IntFunction<Tensor> gradients) {
    int n = bound.operands().size();
    boolean[] wanted = new boolean[n + 1 + between.size()];
    for (int i = 0; i < n; i++) {
      wanted[i] = gradients.apply(i) != null;
    }
    for (Step s : steps) {
      for (int from : s.from()) {
        wanted[s.to()] |= wanted[from];
      }
    }
    for (int i = n + 1; i < wanted.length; i++) {
      if (wanted[i]) {
        k.fill(0, gradients.apply(i));
      }
    }
    for (int s = steps.size() - 1; s >= 0; s--) {
      if (wanted[steps.get(s).to()]) {
        steps.get(s).backward(k, values, i -> wanted[i] ? gradients.apply(i) : null);
      }
    }
  }

  private Operand dense(String letters) {
    return new Operand(letters, bound.shape(letters).strides());
  }

  private int add(String letters) {
    between.add(bound.shape(letters));
    return bound.operands().size() + between.size();
  }

  /** Multiplies by operand i; returns the letters of the result. */
  private String multiply(Operand left, int at, int i, String later, boolean last) {
    Operand right = bound.operands().get(i);
    Groups plain = Groups.of(left.letters(), right.letters(), later);
    Groups turned = Groups.of(right.letters(), left.letters(), later);
    boolean turn =
        last && !plain.result().equals(bound.output()) && turned.result().equals(bound.output());
    Groups g = turn ? turned : plain;
    Operand a = turn ? right : left;
    Operand b = turn ? left : right;
    int from = turn ? i : at;
    int by = turn ? at : i;
    boolean transA = is(a, g.batch + g.summed + g.freeA) && !is(a, g.batch + g.freeA + g.summed);
    boolean transB = is(b, g.batch + g.freeB + g.summed) && !is(b, g.batch + g.summed + g.freeB);
    int packedA = transA ? from : pack(a, from, g.batch + g.freeA + g.summed);
    int packedB = transB ? by : pack(b, by, g.batch + g.summed + g.freeB);
    boolean done = last && g.result().equals(bound.output());
    int to = done ? bound.operands().size() : add(g.result());
    steps.add(product(g, packedA, packedB, to, transA, transB));
    return g.result();
  }

  /** Whether a tensor has each of the letters once and in this order. */
  private static boolean is(Operand o, String letters) {
    return o.letters().equals(letters) && letters.chars().distinct().count() == letters.length();
  }

  private int pack(Operand o, int at, String letters) {
    if (is(o, letters)) {
      return at;
    }
    int to = add(letters);
    steps.add(copy(o, at, letters, to));
    return to;
  }

  /** A copy with other letters: those that are missing are summed. */
  private Copy copy(Operand from, int at, String letters, int to) {
    int[] dense = bound.shape(letters).strides();
    String all = distinct(from.letters());
    int[] extents = bound.shape(all).toArray();
    int[] sources = new int[extents.length];
    int[] targets = new int[extents.length];
    boolean sums = false;
    for (int l = 0; l < extents.length; l++) {
      for (int d = 0; d < from.letters().length(); d++) {
        sources[l] += from.letters().charAt(d) == all.charAt(l) ? from.strides()[d] : 0;
      }
      int d = letters.indexOf(all.charAt(l));
      targets[l] = d < 0 ? 0 : dense[d];
      sums |= d < 0;
    }
    return new Copy(at, to, StridedCopy.of(extents, 0, sources, 0, targets), sums);
  }

  private static String distinct(String letters) {
    StringBuilder s = new StringBuilder();
    letters.chars().distinct().forEach(l -> s.append((char) l));
    return s.toString();
  }

  private Product product(Groups g, int a, int b, int to, boolean transA, boolean transB) {
    int rows = bound.shape(g.freeA).size();
    int columns = bound.shape(g.freeB).size();
    int summed = bound.shape(g.summed).size();
    return new Product(
        a,
        b,
        to,
        bound.shape(g.batch).size(),
        transA,
        transB,
        transA ? Shape.of(summed, rows) : Shape.of(rows, summed),
        transB ? Shape.of(columns, summed) : Shape.of(summed, columns),
        Shape.of(rows, columns));
  }

  /**
   * The letters of a product of two operands. Those that only one of them has and that nothing
   * needs later are in none of the groups.
   *
   * @param batch in both operands and needed later
   * @param summed in both operands and not needed later
   * @param freeA in the left operand alone and needed later
   * @param freeB in the right operand alone and needed later
   */
  private record Groups(String batch, String summed, String freeA, String freeB) {

    static Groups of(String a, String b, String later) {
      return new Groups(
          letters(a, b, true, later, true),
          letters(a, b, true, later, false),
          letters(a, b, false, later, true),
          letters(b, a, false, later, true));
    }

    /** Letters of a term that are, or are not, in another and in what comes later. */
    private static String letters(
        String term, String other, boolean inOther, String later, boolean inLater) {
      StringBuilder s = new StringBuilder();
      for (char l : distinct(term).toCharArray()) {
        if (other.indexOf(l) >= 0 == inOther && later.indexOf(l) >= 0 == inLater) {
          s.append(l);
        }
      }
      return s.toString();
    }

    String result() {
      return batch + freeA + freeB;
    }
  }

  /** Makes one tensor of others. */
  private interface Step {

    int[] from();

    int to();

    void forward(Kernels k, IntFunction<Tensor> values);

    /** Adds to the gradients that are not null. */
    void backward(Kernels k, IntFunction<Tensor> values, IntFunction<Tensor> gradients);
  }

  private record Copy(int at, int to, StridedCopy way, boolean sums) implements Step {

    @Override
    public int[] from() {
      return new int[] {at};
    }

    @Override
    public void forward(Kernels k, IntFunction<Tensor> values) {
      if (sums) {
        k.fill(0, values.apply(to));
      }
      k.copyStrided(way, values.apply(at), values.apply(to), sums);
    }

    @Override
    public void backward(Kernels k, IntFunction<Tensor> values, IntFunction<Tensor> gradients) {
      if (gradients.apply(at) != null) {
        k.copyStrided(way.reversed(), gradients.apply(to), gradients.apply(at), true);
      }
    }
  }

  private record Product(
      int a,
      int b,
      int to,
      int count,
      boolean transA,
      boolean transB,
      Shape left,
      Shape right,
      Shape result)
      implements Step {

    @Override
    public int[] from() {
      return new int[] {a, b};
    }

    @Override
    public void forward(Kernels k, IntFunction<Tensor> values) {
      for (int i = 0; i < count; i++) {
        Tensor y = matrix(values.apply(to), result, i);
        k.gemm(
            transA,
            transB,
            1,
            matrix(values.apply(a), left, i),
            matrix(values.apply(b), right, i),
            0,
            y);
      }
    }

    @Override
    public void backward(Kernels k, IntFunction<Tensor> values, IntFunction<Tensor> gradients) {
      for (int i = 0; i < count; i++) {
        Tensor dy = matrix(gradients.apply(to), result, i);
        if (gradients.apply(a) != null) {
          Tensor y = matrix(values.apply(b), right, i);
          Tensor da = matrix(gradients.apply(a), left, i);
          if (transA) {
            k.gemm(transB, true, 1, y, dy, 1, da);
          } else {
            k.gemm(false, !transB, 1, dy, y, 1, da);
          }
        }
        if (gradients.apply(b) != null) {
          Tensor x = matrix(values.apply(a), left, i);
          Tensor db = matrix(gradients.apply(b), right, i);
          if (transB) {
            k.gemm(true, transA, 1, dy, x, 1, db);
          } else {
            k.gemm(!transA, false, 1, x, dy, 1, db);
          }
        }
      }
    }

    private static Tensor matrix(Tensor t, Shape s, int i) {
      return Tensor.over(t.storage(), t.offset() + i * s.size(), s);
    }
  }
}
