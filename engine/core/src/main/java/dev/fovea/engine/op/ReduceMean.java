package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Arithmetic mean over some dimensions.
 *
 * @param over the dimensions
 */
public record ReduceMean(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceMean> SPEC =
      Reduction.spec("ReduceMean", 18, ReduceMean.class, ReduceMean::new);

  @Override
  public OpSpec<ReduceMean> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.MEAN;
  }

  /** Room for the cotangent divided by the number of elements. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(kept(in));
  }

  @Override
  public void backward(Backward r) {
    Tensor dx = r.gradient(0);
    Tensor share = r.saved(0);
    r.kernels().axpby((float) share.size() / dx.size(), r.cotangent(0), 0, share);
    r.kernels().binary(Binary.ADD, dx, share, dx);
  }
}
