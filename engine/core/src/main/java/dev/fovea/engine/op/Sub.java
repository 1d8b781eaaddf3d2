package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Difference of two tensors, elementwise and broadcast: {@code C = A - B}. */
public record Sub() implements Broadcasting {

  /** Specification. */
  public static final OpSpec<Sub> SPEC = Broadcasting.spec("Sub", 7, Sub.class, new Sub());

  @Override
  public OpSpec<Sub> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.SUB;
  }

  /** Room for {@code -dC}. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void backward(Backward r) {
    if (r.gradient(0) != null) {
      r.kernels().reduce(Reduce.SUM, r.cotangent(0), true, r.gradient(0));
    }
    if (r.gradient(1) != null) {
      r.kernels().axpby(-1, r.cotangent(0), 0, r.saved(0));
      r.kernels().reduce(Reduce.SUM, r.saved(0), true, r.gradient(1));
    }
  }
}
