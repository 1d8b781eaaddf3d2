package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.ScalarKernels;
import java.util.Optional;

/**
 * The kernels with vector instructions where they pay; the rest is inherited, since C2 vectorises
 * plain loops as well. Thread-safe.
 */
public final class SimdKernels extends ScalarKernels {

  private final BlockedKernels blocked;

  /** Kernels on at most the given threads. */
  public SimdKernels(Parallel parallel) {
    super(parallel, new SimdMultiplier(), new SimdFunctions());
    blocked = new SimdBlockedKernels(new SimdFunctions(), parallel);
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
