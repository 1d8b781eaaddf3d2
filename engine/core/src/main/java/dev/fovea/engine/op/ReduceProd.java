package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Product over some dimensions.
 *
 * @param over the dimensions
 */
public record ReduceProd(Axes over) implements Reduction {

  /** Specification. */
  public static final OpSpec<ReduceProd> SPEC =
      Reduction.spec("ReduceProd", 18, ReduceProd.class, ReduceProd::new);

  @Override
  public OpSpec<ReduceProd> spec() {
    return SPEC;
  }

  @Override
  public Reduce function() {
    return Reduce.PRODUCT;
  }

  /** Room for zeros, for derivatives, for the product and the number of zeros, for 0. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), in.get(0), kept(in), kept(in), Shape.SCALAR);
  }

  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor x = r.input(0);
    Tensor zeros = r.saved(0);
    Tensor t = r.saved(1);
    Tensor product = r.saved(2);
    Tensor count = r.saved(3);
    k.fill(0, r.saved(4));
    k.binary(Binary.EQUAL, x, r.saved(4), zeros);
    k.reduce(Reduce.SUM, zeros, false, count);
    // With ones in place of zeros, the product of the others is product / x, if no other is zero.
    k.binary(Binary.ADD, x, zeros, t);
    k.reduce(Reduce.PRODUCT, t, false, product);
    k.unary(Unary.RECIPROCAL, 0, 0, t, t);
    k.binary(Binary.MUL, t, product, t);
    k.binary(Binary.EQUAL, zeros, count, zeros);
    k.binary(Binary.MUL, t, zeros, t);
    k.binary(Binary.MUL, t, kept(r.cotangent(0), x), t);
    k.axpby(1, t, 1, r.gradient(0));
  }
}
