package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.ScalarKernels;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Tensor;
import java.util.Optional;

/**
 * The kernels with vector instructions where they pay; the rest is inherited, since C2 vectorises
 * plain loops as well. Thread-safe.
 */
public final class SimdKernels extends ScalarKernels {

  private final BlockedKernels blocked;
  private final PlainWeightGradients weightGradients;

  /** Kernels on at most the given threads. */
  public SimdKernels(Parallel parallel) {
    super(parallel, new SimdMultiplier(), new SimdFunctions());
    blocked = new SimdBlockedKernels(new SimdFunctions(), parallel);
    weightGradients = new PlainWeightGradients(blocked, parallel);
  }

  @Override
  public void convByWeights(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    if (PlainWeightGradients.pays(g, groups, x, dy, dw)) {
      weightGradients.add(g, x, dy, dw);
    } else {
      super.convByWeights(g, groups, x, dy, dw);
    }
  }

  @Override
  public Optional<BlockedKernels> blocked() {
    return Optional.of(blocked);
  }

  /** Width of the vectors in use. */
  static int vectorBits() {
    return Lanes.SPECIES.vectorBitSize();
  }
}
