package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * General matrix product, the fully connected layer: {@code Y = alpha A' B' + beta C}, where a
 * prime transposes if asked.
 *
 * <p>Inputs {@code A [M, K]} (or {@code [K, M]}), {@code B [K, N]} (or {@code [N, K]}), optional
 * {@code C} that broadcasts to the output {@code [M, N]}.
 *
 * @param alpha factor of the product
 * @param beta factor of C
 * @param transA whether A is transposed
 * @param transB whether B is transposed; weights {@code [out, in]} as PyTorch keeps them
 */
public record Gemm(float alpha, float beta, boolean transA, boolean transB) implements Op {

  /** Specification. */
  public static final OpSpec<Gemm> SPEC =
      OpSpec.of(
          "Gemm",
          11,
          Gemm.class,
          a ->
              new Gemm(
                  a.floatValue("alpha", 1),
                  a.floatValue("beta", 1),
                  a.intValue("transA", 0) != 0,
                  a.intValue("transB", 0) != 0),
          op ->
              Attributes.none()
                  .with("alpha", op.alpha)
                  .with("beta", op.beta)
                  .with("transA", op.transA ? 1L : 0L)
                  .with("transB", op.transB ? 1L : 0L),
          of(dense(), Shape.of(5, 7), Shape.of(3, 7), Shape.of(3)),
          of(dense(), Shape.of(1, 33), Shape.of(17, 33), Shape.of(17)),
          of(new Gemm(1, 1, false, false), Shape.of(4, 6), Shape.of(6, 5)),
          of(new Gemm(0.5f, 2, true, false), Shape.of(6, 4), Shape.of(6, 5), Shape.of(4, 1)),
          of(new Gemm(-1, 0.5f, true, true), Shape.of(6, 4), Shape.of(5, 6), Shape.of(4, 5)),
          of(new Gemm(1, 1, false, false), Shape.of(2, 3), Shape.of(3, 4), Shape.SCALAR));

  /** A fully connected layer: {@code Y = A B^T + C} with weights {@code [out, in]}. */
  public static Gemm dense() {
    return new Gemm(1, 1, false, true);
  }

  @Override
  public OpSpec<Gemm> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Gemm", in, 2, 3);
    Shape a = in.get(0);
    Shape b = in.get(1);
    Check.rank("Gemm", "A", a, 2, "a matrix");
    Check.rank("Gemm", "B", b, 2, "a matrix");
    int k = a.dim(transA ? 0 : 1);
    Check.that(
        k == b.dim(transB ? 1 : 0),
        "Gemm",
        "expected equal inner extents, found A " + a + " and B " + b);
    Shape y = Shape.of(a.dim(transA ? 1 : 0), b.dim(transB ? 0 : 1));
    if (in.size() == 3) {
      Check.that(
          in.get(2).rank() <= 2 && Shape.broadcast(y, in.get(2)).equals(y),
          "Gemm",
          "C expected to broadcast to " + y + ", found " + in.get(2));
    }
    return List.of(y);
  }

  /** Room for {@code beta dY}; only where C is scaled. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return in.size() == 3 && beta != 1 ? inferShapes(in) : List.of();
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Tensor y = r.output(0);
    float keep = 0;
    if (r.inputs() == 3) {
      k.fill(0, y);
      k.binary(Binary.ADD, y, r.input(2), y);
      keep = beta;
    }
    k.gemm(transA, transB, alpha, r.input(0), r.input(1), keep, y);
  }

  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor a = r.input(0);
    Tensor b = r.input(1);
    Tensor dy = r.cotangent(0);
    if (r.gradient(0) != null) {
      if (transA) {
        k.gemm(transB, true, alpha, b, dy, 1, r.gradient(0));
      } else {
        k.gemm(false, !transB, alpha, dy, b, 1, r.gradient(0));
      }
    }
    if (r.gradient(1) != null) {
      if (transB) {
        k.gemm(true, transA, alpha, dy, a, 1, r.gradient(1));
      } else {
        k.gemm(!transA, false, alpha, a, dy, 1, r.gradient(1));
      }
    }
    if (r.inputs() == 3 && r.gradient(2) != null) {
      Tensor scaled = dy;
      if (beta != 1) {
        scaled = r.saved(0);
        k.axpby(beta, dy, 0, scaled);
      }
      k.reduce(Reduce.SUM, scaled, true, r.gradient(2));
    }
  }
}
