package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.HostBackend;
import dev.fovea.engine.kernel.Kernels;
import java.util.Optional;

/**
 * {@link ReferenceKernels} as a backend. Not registered as a service: only tests that name it get
 * it. Thread-safe.
 */
public final class ReferenceBackend extends HostBackend {

  /** Stateless. */
  public ReferenceBackend() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "naive loops, sums in double, one thread";
  }

  @Override
  public int priority() {
    return Integer.MIN_VALUE;
  }

  @Override
  public Optional<String> unavailableBecause() {
    return Optional.empty();
  }

  @Override
  public Kernels kernels(int threads) {
    return new ReferenceKernels();
  }
}
