package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Sum of squares over some dimensions.
 *
 * @param over the dimensions
 */
public record ReduceSumSquare(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceSumSquare> SPEC =
      Reduction.spec("ReduceSumSquare", 18, ReduceSumSquare.class, ReduceSumSquare::new);

  @Override
  public OpSpec<ReduceSumSquare> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.SUM_SQUARES;
  }

  /** Room for {@code X dY}. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0));
  }

  @Override
  public void backward(Backward r) {
    Tensor t = r.saved(0);
    r.kernels().binary(Binary.MUL, r.input(0), kept(r.cotangent(0), t), t);
    r.kernels().axpby(2, t, 1, r.gradient(0));
  }
}
