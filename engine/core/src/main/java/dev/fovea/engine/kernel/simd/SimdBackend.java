package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Fma;
import dev.fovea.engine.kernel.HostBackend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Parallel;
import java.util.Optional;

/**
 * Vector instructions through the JDK's incubating Vector module. Thread-safe.
 *
 * <p>This class mentions no class of that module, so that it loads without it.
 */
public final class SimdBackend extends HostBackend {

  private static final String MODULE = "jdk.incubator.vector";

  /** For {@link java.util.ServiceLoader}. */
  public SimdBackend() {}

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    return unavailableBecause().isPresent()
        ? "vector instructions"
        : SimdKernels.vectorBits() + "-bit vector instructions";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Optional<String> unavailableBecause() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of("start Java with --add-modules " + MODULE);
    }
    if (SimdKernels.vectorBits() < 128) {
      return Optional.of("this Java has no vectors of 128 bits or more for this processor");
    }
    // Without the instruction every lane is computed with BigDecimal.
    return Fma.fused()
        ? Optional.empty()
        : Optional.of("this processor has no fused multiply-add instruction");
  }

  @Override
  public Kernels kernels(int threads) {
    return new SimdKernels(new Parallel(threads));
  }
}
