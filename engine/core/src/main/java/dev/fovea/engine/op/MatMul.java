package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
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
    private final int count;
    private final int[] indexA;
    private final int[] indexB;

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
      matrixA = Shape.of(fullA.dim(-2), fullA.dim(-1));
      matrixB = Shape.of(fullB.dim(-2), fullB.dim(-1));
      matrixY = Shape.of(fullA.dim(-2), fullB.dim(-1));
      Shape outerA = outer(fullA);
      Shape outerB = outer(fullB);
      Shape outer;
      try {
        outer = Shape.broadcast(outerA, outerB);
      } catch (IllegalArgumentException e) {
        throw new ShapeException(
            "MatMul: expected outer extents that broadcast, found A " + a + " and B " + b);
      }
      count = outer.size();
      indexA = broadcastIndex(outerA, outer);
      indexB = broadcastIndex(outerB, outer);
      List<Integer> dims = new ArrayList<>();
      for (int d : outer.toArray()) {
        dims.add(d);
      }
      if (a.rank() > 1) {
        dims.add(matrixY.dim(0));
      }
      if (b.rank() > 1) {
        dims.add(matrixY.dim(1));
      }
      output = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    Tensor a(Tensor t, int i) {
      return matrix(t, indexA[i], matrixA);
    }

    Tensor b(Tensor t, int i) {
      return matrix(t, indexB[i], matrixB);
    }

    Tensor y(Tensor t, int i) {
      return matrix(t, i, matrixY);
    }

    private static Tensor matrix(Tensor t, int index, Shape matrix) {
      return Tensor.over(t.storage(), t.offset() + index * matrix.size(), matrix);
    }

    private static Shape outer(Shape s) {
      return Shape.of(java.util.Arrays.copyOf(s.toArray(), s.rank() - 2));
    }

    /** For each index of {@code to}, the index of the element of {@code from} broadcast to it. */
    private static int[] broadcastIndex(Shape from, Shape to) {
      int[] index = new int[to.size()];
      int[] strideTo = to.strides();
      int[] strideFrom = from.strides();
      int lead = to.rank() - from.rank();
      for (int i = 0; i < index.length; i++) {
        for (int d = lead; d < to.rank(); d++) {
          int coordinate = i / strideTo[d] % to.dim(d);
          index[i] += from.dim(d - lead) == 1 ? 0 : coordinate * strideFrom[d - lead];
        }
      }
      return index;
    }
  }
}
