package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Matrix product of the last two dimensions, the outer ones broadcast: {@code A [..., M, K]},
 * {@code B [..., K, N]}, output {@code [..., M, N]}. A vector as A is a row, as B a column, and its
 * dimension is left out of the output (NumPy's matmul).
 */
public record MatMul() implements Op {

  /** Specification. */
  public static final OpSpec<MatMul> SPEC =
      OpSpec.of(
          "MatMul",
          9,
          MatMul.class,
          a -> new MatMul(),
          op -> Attributes.none(),
          of(new MatMul(), Shape.of(5, 7), Shape.of(7, 3)),
          of(new MatMul(), Shape.of(2, 3, 4, 5), Shape.of(2, 3, 5, 6)),
          of(new MatMul(), Shape.of(3, 1, 4, 5), Shape.of(2, 5, 6)),
          of(new MatMul(), Shape.of(2, 4, 5), Shape.of(5, 3)),
          of(new MatMul(), Shape.of(5), Shape.of(2, 5, 3)),
          of(new MatMul(), Shape.of(2, 4, 5), Shape.of(5)),
          of(new MatMul(), Shape.of(6), Shape.of(6)));

  @Override
  public OpSpec<MatMul> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("MatMul", in, 2, 2);
    Plan p = new Plan(in.get(0), in.get(1));
    return List.of(p.output);
  }

  @Override
  public void forward(Forward r) {
    Plan p = new Plan(r.input(0).shape(), r.input(1).shape());
    for (int i = 0; i < p.count; i++) {
      r.kernels()
          .gemm(false, false, 1, p.a(r.input(0), i), p.b(r.input(1), i), 0, p.y(r.output(0), i));
    }
  }

  @Override
  public void backward(Backward r) {
    Plan p = new Plan(r.input(0).shape(), r.input(1).shape());
    for (int i = 0; i < p.count; i++) {
      Tensor dy = p.y(r.cotangent(0), i);
      if (r.gradient(0) != null) {
        r.kernels().gemm(false, true, 1, dy, p.b(r.input(1), i), 1, p.a(r.gradient(0), i));
      }
      if (r.gradient(1) != null) {
        r.kernels().gemm(true, false, 1, p.a(r.input(0), i), dy, 1, p.b(r.gradient(1), i));
      }
    }
  }

  /** Which matrix of each operand makes which matrix of the output. */
  private static final class Plan {
    private final Shape matrixA;
    private final Shape matrixB;
    private final Shape matrixY;
    private final Shape output;
    private final Shape outer;
    private final Shape outerA;
    private final Shape outerB;
    private final int count;

    Plan(Shape a, Shape b) {
      Check.that(
          a.rank() > 0 && b.rank() > 0,
          "MatMul",
          "expected at least vectors, found A " + a + " and B " + b);
      Shape fullA = a.rank() == 1 ? Shape.of(1, a.dim(0)) : a;
      Shape fullB = b.rank() == 1 ? Shape.of(b.dim(0), 1) : b;
      Check.that(
          fullA.dim(-1) == fullB.dim(-2),
          "MatMul",
          "expected equal inner extents, found A " + a + " and B " + b);
      outerA = Check.part(fullA, 0, fullA.rank() - 2);
      outerB = Check.part(fullB, 0, fullB.rank() - 2);
      try {
        outer = Shape.broadcast(outerA, outerB);
      } catch (IllegalArgumentException e) {
        throw new ShapeException(
            "MatMul: expected outer extents that broadcast, found A " + a + " and B " + b);
      }
      int rows = fullA.dim(-2);
      int columns = fullB.dim(-1);
      output =
          Check.joined(
              outer,
              a.rank() > 1 ? Shape.of(rows) : Shape.SCALAR,
              b.rank() > 1 ? Shape.of(columns) : Shape.SCALAR);
      // One matrix for all rows of A: a single product, which is faster than many small ones.
      boolean one = outerB.size() == 1 && outerA.size() == outer.size();
      count = one ? 1 : outer.size();
      int joined = one ? Math.multiplyExact(outer.size(), rows) : rows;
      matrixA = Shape.of(joined, fullA.dim(-1));
      matrixB = Shape.of(fullB.dim(-2), columns);
      matrixY = Shape.of(joined, columns);
    }

    Tensor a(Tensor t, int i) {
      return matrix(t, index(outerA, i), matrixA);
    }

    Tensor b(Tensor t, int i) {
      return matrix(t, index(outerB, i), matrixB);
    }

    Tensor y(Tensor t, int i) {
      return matrix(t, i, matrixY);
    }

    private static Tensor matrix(Tensor t, int index, Shape matrix) {
      return Tensor.over(t.storage(), t.offset() + index * matrix.size(), matrix);
    }

    /** The matrix of an operand that is broadcast to a matrix of the output. */
    private int index(Shape from, int i) {
      int index = 0;
      int stride = 1;
      for (int d = 1; count > 1 && d <= from.rank(); d++) {
        index += from.dim(-d) == 1 ? 0 : i % outer.dim(-d) * stride;
        stride *= from.dim(-d);
        i /= outer.dim(-d);
      }
      return index;
    }
  }
}
