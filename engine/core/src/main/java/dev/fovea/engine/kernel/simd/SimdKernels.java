package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.ScalarKernels;

/**
 * The kernels with vector instructions where they pay; the rest is inherited, since C2 vectorises
 * plain loops as well. Thread-safe.
 */
public final class SimdKernels extends ScalarKernels {

  /** Kernels on at most the given threads. */
  public SimdKernels(Parallel parallel) {
    super(parallel, new SimdMultiplier(), new SimdFunctions());
  }

  /** Width of the vectors in use. */
  static int vectorBits() {
    return Lanes.SPECIES.vectorBitSize();
  }
}
