package dev.fovea.engine.op;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * An operator of one input that only brings elements to other places, of any element type. The
 * gradient takes the same ways back, and is summed where an element went to several places.
 */
interface Moving extends Op {

  /** The copies that make an output of shape {@code y} of an input of shape {@code x}. */
  List<StridedCopy> copies(Shape x, Shape y, int output);

  /** Number of outputs. */
  default int outputs() {
    return 1;
  }

  @Override
  default Set<ElementType> accepts(int input) {
    return ElementType.ANY;
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(0);
  }

  @Override
  default void forward(Forward r) {
    for (int o = 0; o < outputs(); o++) {
      Tensor y = r.output(o);
      for (StridedCopy c : copies(r.input(0).shape(), y.shape(), o)) {
        r.kernels().copyStrided(c, r.input(0), y, false);
      }
    }
  }

  @Override
  default void backward(Backward r) {
    for (int o = 0; o < outputs(); o++) {
      Tensor dy = r.cotangent(o);
      for (StridedCopy c : copies(r.input(0).shape(), dy.shape(), o)) {
        r.kernels().copyStrided(c.reversed(), dy, r.gradient(0), true);
      }
    }
  }
}
