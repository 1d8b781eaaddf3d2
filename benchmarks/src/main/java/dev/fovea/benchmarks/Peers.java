package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Peer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds those that Fovea is measured against. */
final class Peers {

  private Peers() {}

  /**
   * The peers of some names. Those that are not here are left out with a line that says so: a
   * benchmark goes on with the others.
   *
   * @param to where the lines go
   */
  static <P extends Peer> List<P> find(Class<P> kind, List<String> names, PrintWriter to) {
    List<P> found = new ArrayList<>();
    for (String name : names) {
      Optional<P> peer =
          ServiceLoader.load(kind, Peers.class.getClassLoader()).stream()
              .map(ServiceLoader.Provider::get)
              .filter(p -> p.name().equals(name))
              .findFirst();
      Optional<String> missing =
          peer.isEmpty()
              ? Optional.of("it is not on the class path; benchmarks/run fetches what it names")
              : peer.get().unavailableBecause();
      if (missing.isPresent()) {
        to.printf("peer '%s' is left out: %s%n", name, missing.get());
      } else {
        found.add(peer.get());
      }
    }
    return found;
  }
}
