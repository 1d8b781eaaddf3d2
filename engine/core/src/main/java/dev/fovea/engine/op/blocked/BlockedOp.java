package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;

/** What the operators on channel-blocked images share. */
interface BlockedOp extends Op {

  @Override
  default void backward(Backward run) {
    throw new IllegalStateException(
        spec().name() + ": has no gradient, graphs of this form run forward only");
  }

  /** The primitives. */
  static BlockedKernels kernels(Forward run) {
    return run.kernels()
        .blocked()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "channel-blocked images: found a backend without kernels for them"));
  }

  /** Checks that a shape is of a channel-blocked image with so many channels. */
  static void check(String op, Shape x, int channels) {
    if (x.rank() != 5 || (channels + x.dim(4) - 1) / x.dim(4) != x.dim(1)) {
      throw new ShapeException(
          op + ": expected channel-blocked images of " + channels + " channels, found " + x);
    }
  }

  /** The specification of an operator that no file has. */
  static <T extends Op> OpSpec<T> spec(String name, Class<T> type) {
    return OpSpec.of(
        name,
        1,
        type,
        a -> {
          throw noFileForm(name);
        },
        op -> {
          throw noFileForm(name);
        });
  }

  private static IllegalArgumentException noFileForm(String name) {
    return new IllegalArgumentException(
        name + ": found no form in ONNX, expected the graph as it was before it was planned");
  }
}
