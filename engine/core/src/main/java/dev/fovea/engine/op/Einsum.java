package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Einstein summation of two tensors: each dimension has a letter, and letters that are not in the
 * output are summed over; {@code bhid,bhjd->bhij} are the scores of attention.
 *
 * <p>Letters fall into four groups: batch (in both operands and the output), summed (in both
 * operands only), and free (in one operand and the output). What can be computed are batched matrix
 * products without any reordering: in each term the letters of a group stand together and in one
 * order, the batch comes first, then the other two groups in either order. Other equations are
 * refused: transpose the operands first.
 *
 * @param equation such as {@code bij,bjk->bik}
 */
public record Einsum(String equation) implements Op {

  /** Specification. */
  public static final OpSpec<Einsum> SPEC =
      OpSpec.of(
          "Einsum",
          12,
          Einsum.class,
          a -> new Einsum(a.text("equation", "")),
          op -> Attributes.none().with("equation", op.equation),
          of(new Einsum("bij,bjk->bik"), Shape.of(2, 3, 4), Shape.of(2, 4, 5)),
          of(new Einsum("bhid,bhjd->bhij"), Shape.of(2, 3, 4, 5), Shape.of(2, 3, 6, 5)),
          of(new Einsum("bhij,bhjd->bhid"), Shape.of(1, 2, 3, 4), Shape.of(1, 2, 4, 5)),
          of(new Einsum("btd,de->bte"), Shape.of(2, 3, 4), Shape.of(4, 5)),
          of(new Einsum("ij,ik->kj"), Shape.of(4, 3), Shape.of(4, 5)),
          of(new Einsum("i,j->ij"), Shape.of(3), Shape.of(4)),
          of(new Einsum("bi,bi->b"), Shape.of(2, 5), Shape.of(2, 5)));

  /** Checks that the equation is one that can be computed. */
  public Einsum {
    Contraction.of(equation);
  }

  @Override
  public OpSpec<Einsum> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Einsum", in, 2, 2);
    Contraction c = Contraction.of(equation);
    Map<Character, Integer> extents = new LinkedHashMap<>();
    for (int i = 0; i < 2; i++) {
      String term = c.terms.get(i);
      Check.that(
          term.length() == in.get(i).rank(),
          "Einsum",
          "expected a dimension for each letter of '" + term + "', found " + in.get(i));
      for (int d = 0; d < term.length(); d++) {
        int extent = in.get(i).dim(d);
        Integer other = extents.putIfAbsent(term.charAt(d), extent);
        Check.that(
            other == null || other == extent,
            "Einsum",
            "expected one extent for '" + term.charAt(d) + "' of " + equation + ", found " + in);
      }
    }
    return List.of(Shape.of(c.output.chars().map(l -> extents.get((char) l)).toArray()));
  }

  @Override
  public void forward(Forward r) {
    Contraction c = Contraction.of(equation);
    Matrices m = new Matrices(c, r.input(0).shape(), r.input(1).shape());
    for (int i = 0; i < m.count; i++) {
      Tensor a = m.first(r.input(c.first), i);
      Tensor b = m.second(r.input(1 - c.first), i);
      r.kernels().gemm(c.transA, c.transB, 1, a, b, 0, m.output(r.output(0), i));
    }
  }

  @Override
  public void backward(Backward r) {
    Contraction c = Contraction.of(equation);
    Matrices m = new Matrices(c, r.input(0).shape(), r.input(1).shape());
    for (int i = 0; i < m.count; i++) {
      Tensor dy = m.output(r.cotangent(0), i);
      Tensor a = m.first(r.input(c.first), i);
      Tensor b = m.second(r.input(1 - c.first), i);
      if (r.gradient(c.first) != null) {
        Tensor da = m.first(r.gradient(c.first), i);
        if (c.transA) {
          r.kernels().gemm(c.transB, true, 1, b, dy, 1, da);
        } else {
          r.kernels().gemm(false, !c.transB, 1, dy, b, 1, da);
        }
      }
      if (r.gradient(1 - c.first) != null) {
        Tensor db = m.second(r.gradient(1 - c.first), i);
        if (c.transB) {
          r.kernels().gemm(true, c.transA, 1, dy, a, 1, db);
        } else {
          r.kernels().gemm(!c.transA, false, 1, a, dy, 1, db);
        }
      }
    }
  }

  /**
   * An equation as a batched product.
   *
   * @param terms letters of both operands
   * @param output letters of the output
   * @param first which operand is the left factor
   * @param transA whether the summed letters of the left factor come before its free ones
   * @param transB whether those of the right factor come after its free ones
   */
  private record Contraction(
      List<String> terms, String output, int first, boolean transA, boolean transB) {

    static Contraction of(String equation) {
      String plain = equation.replace(" ", "");
      if (!plain.matches("[A-Za-z]*,[A-Za-z]*->[A-Za-z]*")) {
        throw refused(equation, "two operands of letters and an output, such as bij,bjk->bik");
      }
      int comma = plain.indexOf(',');
      int arrow = plain.indexOf("->");
      List<String> terms = List.of(plain.substring(0, comma), plain.substring(comma + 1, arrow));
      String output = plain.substring(arrow + 2);
      for (String term : List.of(terms.get(0), terms.get(1), output)) {
        if (term.chars().distinct().count() < term.length()) {
          throw refused(equation, "each letter once in '" + term + "'");
        }
      }
      for (int first = 0; first < 2; first++) {
        Contraction c = of(terms, output, first);
        if (c != null) {
          return c;
        }
      }
      throw refused(
          equation,
          "a batched matrix product: in each term the common letters first, then summed and free"
              + " ones together, each summed letter in both operands (transpose before)");
    }

    /** With the given left factor; null if that does not make a product. */
    private static Contraction of(List<String> terms, String output, int first) {
      String a = terms.get(first);
      String b = terms.get(1 - first);
      String batch = letters(a, b, true, output, true);
      String summed = letters(a, b, true, output, false);
      String freeA = letters(a, b, false, output, true);
      String freeB = letters(b, a, false, output, true);
      boolean plainA = a.equals(batch + freeA + summed);
      boolean plainB = b.equals(batch + summed + freeB);
      boolean fits =
          (plainA || a.equals(batch + summed + freeA))
              && (plainB || b.equals(batch + freeB + summed))
              && output.equals(batch + freeA + freeB);
      return fits ? new Contraction(terms, output, first, !plainA, !plainB) : null;
    }

    /** Letters of a term that are, or are not, in another and in the output. */
    private static String letters(
        String term, String other, boolean inOther, String output, boolean inOutput) {
      StringBuilder s = new StringBuilder();
      for (char l : term.toCharArray()) {
        if (other.indexOf(l) >= 0 == inOther && output.indexOf(l) >= 0 == inOutput) {
          s.append(l);
        }
      }
      return s.toString();
    }

    private static IllegalArgumentException refused(String equation, String expected) {
      return new IllegalArgumentException(
          "Einsum: expected " + expected + ", found equation '" + equation + "'");
    }
  }

  /** The matrices of a product of given shapes. */
  private static final class Matrices {
    private final Shape first;
    private final Shape second;
    private final Shape output;
    private final int count;

    Matrices(Contraction c, Shape x0, Shape x1) {
      Shape a = c.first == 0 ? x0 : x1;
      Shape b = c.first == 0 ? x1 : x0;
      String termA = c.terms.get(c.first);
      String termB = c.terms.get(1 - c.first);
      int batch = 0;
      int rows = 1;
      int summed = 1;
      int columns = 1;
      int matrices = 1;
      for (char l : c.output.toCharArray()) {
        boolean inA = termA.indexOf(l) >= 0;
        boolean inB = termB.indexOf(l) >= 0;
        if (inA && inB) {
          matrices *= a.dim(batch++);
        } else if (inA) {
          rows *= a.dim(termA.indexOf(l));
        } else {
          columns *= b.dim(termB.indexOf(l));
        }
      }
      for (int d = 0; d < termA.length(); d++) {
        summed *= c.output.indexOf(termA.charAt(d)) < 0 ? a.dim(d) : 1;
      }
      count = matrices;
      first = c.transA ? Shape.of(summed, rows) : Shape.of(rows, summed);
      second = c.transB ? Shape.of(columns, summed) : Shape.of(summed, columns);
      output = Shape.of(rows, columns);
    }

    Tensor first(Tensor t, int i) {
      return matrix(t, first, i);
    }

    Tensor second(Tensor t, int i) {
      return matrix(t, second, i);
    }

    Tensor output(Tensor t, int i) {
      return matrix(t, output, i);
    }

    private static Tensor matrix(Tensor t, Shape s, int i) {
      return Tensor.over(t.storage(), t.offset() + i * s.size(), s);
    }
  }
}
