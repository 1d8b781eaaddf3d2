package dev.fovea.benchmarks.peer;

import java.util.Optional;

/**
 * Somebody whom Fovea is measured against; found by {@link java.util.ServiceLoader}. Most are heavy
 * and not part of a normal build. Loading the class must be harmless: native libraries are touched
 * only in {@link #unavailableBecause} and later.
 */
public interface Peer {

  /** Short name, as users type it. */
  String name();

  /** Why it cannot be used here, in one line; empty if it can. */
  Optional<String> unavailableBecause();
}
