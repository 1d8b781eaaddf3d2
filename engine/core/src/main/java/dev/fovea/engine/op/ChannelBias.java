package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Tensor;

/** The bias of convolutions, input 2: one number {@code [O]} for each output channel. */
final class ChannelBias {

  private ChannelBias() {}

  /** Adds the bias to the output. */
  static void forward(Op.Forward r) {
    r.kernels().binary(Binary.ADD, r.output(0), perChannel(r.input(2)), r.output(0));
  }

  /** Adds the channel sums of the cotangent to the bias gradient. */
  static void backward(Op.Backward r) {
    r.kernels().reduce(Reduce.SUM, r.cotangent(0), true, perChannel(r.gradient(2)));
  }

  private static Tensor perChannel(Tensor bias) {
    return bias.reshape(1, bias.size(), 1, 1);
  }
}
