package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Arithmetic mean of several inputs, elementwise and broadcast. */
public record Mean() implements Variadic {

  /** Specification. */
  public static final OpSpec<Mean> SPEC = Variadic.spec("Mean", Mean.class, new Mean());

  @Override
  public OpSpec<Mean> spec() {
    return SPEC;
  }

  @Override
  public Binary function() {
    return Binary.ADD;
  }

  /** Room for the cotangent divided by the number of inputs. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void forward(Forward r) {
    Variadic.super.forward(r);
    r.kernels().axpby(1f / r.inputs(), r.output(0), 0, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels().axpby(1f / r.inputs(), r.cotangent(0), 0, r.saved(0));
    for (int i = 0; i < r.inputs(); i++) {
      if (r.gradient(i) != null) {
        r.kernels().reduce(Reduce.SUM, r.saved(0), true, r.gradient(i));
      }
    }
  }
}
