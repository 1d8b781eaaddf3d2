package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** The smallest or the largest of several inputs; the first one that is it takes the gradient. */
interface Extremum extends Variadic {

  /** Room for the cotangents not yet given away, and for those of one input. */
  @Override
  default List<Shape> saved(List<Shape> in) {
    Shape y = inferShapes(in).get(0);
    return List.of(y, y);
  }

  @Override
  default void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor left = r.saved(0);
    Tensor share = r.saved(1);
    k.axpby(1, r.cotangent(0), 0, left);
    for (int i = 0; i < r.inputs(); i++) {
      k.binary(Binary.EQUAL, r.output(0), r.input(i), share);
      k.binary(Binary.MUL, share, left, share);
      k.axpby(-1, share, 1, left);
      if (r.gradient(i) != null) {
        k.reduce(Reduce.SUM, share, true, r.gradient(i));
      }
    }
  }
}
