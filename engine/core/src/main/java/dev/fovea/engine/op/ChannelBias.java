package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Tensor;

/** The bias of convolutions, input 2: one number {@code [O]} for each output channel. */
final class ChannelBias {

  private ChannelBias() {}

  /** Adds the bias to the output. */
  static void forward(Op.Forward r) {
    Tensor y = r.output(0);
    r.kernels().binary(Binary.ADD, y, perChannel(r.input(2), y), y);
  }

  /** Adds the channel sums of the output's gradient to the bias gradient. */
  static void backward(Op.Backward r, Tensor dy) {
    r.kernels().reduce(Reduce.SUM, dy, true, perChannel(r.gradient(2), dy));
  }

  private static Tensor perChannel(Tensor bias, Tensor y) {
    int[] dims = WindowAttributes.all(y.shape().rank(), 1);
    dims[1] = bias.size();
    return bias.reshape(dims);
  }
}
