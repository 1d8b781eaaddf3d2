package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** The smallest or the largest element over some dimensions; equal ones share the gradient. */
interface ReduceExtremum extends Reduction {

  /** Room for who wins, for the number of winners, and for the share of each. */
  @Override
  default List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), kept(in), kept(in));
  }

  @Override
  default void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor x = r.input(0);
    Tensor wins = r.saved(0);
    k.binary(Binary.EQUAL, x, kept(r.output(0), x), wins);
    k.reduce(Reduce.SUM, wins, false, r.saved(1));
    k.binary(Binary.DIV, kept(r.cotangent(0), x), r.saved(1), r.saved(2));
    k.binary(Binary.MUL, wins, r.saved(2), wins);
    k.axpby(1, wins, 1, r.gradient(0));
  }
}
