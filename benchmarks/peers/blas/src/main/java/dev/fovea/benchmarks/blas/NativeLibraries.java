package dev.fovea.benchmarks.blas;

import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/** Loads what the peers are made of. */
final class NativeLibraries {

  private NativeLibraries() {}

  /** Why a library does not load, in one line; empty if it does. */
  static Optional<String> unavailableBecause(Class<?> binding) {
    try {
      Loader.load(binding);
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("its native library cannot be loaded (" + e.getMessage() + ")");
    }
  }
}
