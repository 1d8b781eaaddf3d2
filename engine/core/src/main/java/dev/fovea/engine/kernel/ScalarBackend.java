package dev.fovea.engine.kernel;

import java.util.Optional;

/** Plain Java loops: runs on every JVM. Thread-safe. */
public final class ScalarBackend extends HostBackend {

  /** For {@link java.util.ServiceLoader}. */
  public ScalarBackend() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public String description() {
    return "plain Java loops, vectorised by the JVM where it can";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<String> unavailableBecause() {
    return Optional.empty();
  }

  @Override
  public Kernels kernels(int threads) {
    return new ScalarKernels(new Parallel(threads));
  }
}
