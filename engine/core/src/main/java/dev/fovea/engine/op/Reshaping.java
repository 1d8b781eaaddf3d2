package dev.fovea.engine.op;

import dev.fovea.engine.tensor.ElementType;
import java.util.List;
import java.util.Set;

/** An operator that only gives its input another shape. */
interface Reshaping extends Op {

  @Override
  default Set<ElementType> accepts(int input) {
    return ElementType.ANY;
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(0);
  }

  @Override
  default boolean isView(boolean training) {
    return true;
  }

  /** Never called by a session, which shares the memory; copies for whoever calls it directly. */
  @Override
  default void forward(Forward r) {
    r.kernels().axpby(1, r.input(0), 0, r.output(0));
  }

  @Override
  default void backward(Backward r) {
    r.kernels().axpby(1, r.cotangent(0), 1, r.gradient(0));
  }
}
