package dev.fovea.engine.graph;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.util.List;

/**
 * How a graph is opened. Immutable; start from {@link #inference()} or {@link #training()}.
 *
 * @param backend where it runs
 * @param threads how many threads it may use, the caller's included
 * @param training whether operators use batch statistics and random masks
 * @param outputs names of the values a run is for; empty for the outputs of the graph
 * @param parameterGradients whether backward computes the gradients of all parameters
 * @param frozen names of parameters that stay as they are: no gradient is computed for them, and an
 *     operator all of whose parameters are frozen runs as in inference, so a frozen batch
 *     normalisation uses its running statistics and does not move them
 * @param gradients names of further values whose gradients backward computes
 * @param seed seed of random masks
 * @param winograd whether 3x3 convolutions may be computed by Winograd's transforms where that is
 *     faster, which costs about one decimal digit of accuracy; used in inference only
 */
public record SessionOptions(
    Backend backend,
    int threads,
    boolean training,
    List<String> outputs,
    boolean parameterGradients,
    List<String> frozen,
    List<String> gradients,
    long seed,
    boolean winograd) {

  /** Copies the lists. */
  public SessionOptions {
    outputs = List.copyOf(outputs);
    frozen = List.copyOf(frozen);
    gradients = List.copyOf(gradients);
  }

  /** With Winograd's transforms allowed. */
  public SessionOptions(
      Backend backend,
      int threads,
      boolean training,
      List<String> outputs,
      boolean parameterGradients,
      List<String> frozen,
      List<String> gradients,
      long seed) {
    this(backend, threads, training, outputs, parameterGradients, frozen, gradients, seed, true);
  }

  /** Forward only, on the default backend. */
  public static SessionOptions inference() {
    return new SessionOptions(
        Backends.defaultBackend(),
        Backends.defaultThreads(),
        false,
        List.of(),
        false,
        List.of(),
        List.of(),
        0);
  }

  /** Training mode with gradients of all parameters, on the default backend. */
  public static SessionOptions training(long seed) {
    return new SessionOptions(
        Backends.defaultBackend(),
        Backends.defaultThreads(),
        true,
        List.of(),
        true,
        List.of(),
        List.of(),
        seed);
  }

  /** A copy on another backend. */
  public SessionOptions on(Backend other) {
    return new SessionOptions(
        other, threads, training, outputs, parameterGradients, frozen, gradients, seed, winograd);
  }

  /** A copy with another number of threads. */
  public SessionOptions withThreads(int n) {
    return new SessionOptions(
        backend, n, training, outputs, parameterGradients, frozen, gradients, seed, winograd);
  }

  /** A copy for other outputs. */
  public SessionOptions withOutputs(String... names) {
    return new SessionOptions(
        backend,
        threads,
        training,
        List.of(names),
        parameterGradients,
        frozen,
        gradients,
        seed,
        winograd);
  }

  /** A copy that leaves the named parameters as they are. */
  public SessionOptions withFrozen(List<String> names) {
    return new SessionOptions(
        backend, threads, training, outputs, parameterGradients, names, gradients, seed, winograd);
  }

  /** A copy that computes gradients of the named values: inputs, activations, anything. */
  public SessionOptions withGradients(String... names) {
    return new SessionOptions(
        backend,
        threads,
        training,
        outputs,
        parameterGradients,
        frozen,
        List.of(names),
        seed,
        winograd);
  }

  /** A copy that allows Winograd's transforms, or does not. */
  public SessionOptions withWinograd(boolean allowed) {
    return new SessionOptions(
        backend, threads, training, outputs, parameterGradients, frozen, gradients, seed, allowed);
  }

  boolean anyGradient() {
    return parameterGradients || !gradients.isEmpty();
  }
}
