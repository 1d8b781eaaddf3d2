package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Optional;

/**
 * A place where tensors live and kernels run; found by {@link java.util.ServiceLoader}.
 * Thread-safe.
 *
 * <p>Loading the class of a backend must be harmless on every machine: what may be missing (the
 * incubating Vector module, a driver) is touched only in {@link #unavailableBecause} and later.
 */
public interface Backend {

  /** Short name, as users type it: {@code simd}, {@code scalar}, {@code cuda}. */
  String name();

  /** One line for people: what it is, on which hardware. */
  String description();

  /** Among the available backends the highest wins. */
  int priority();

  /** Why it cannot be used here, in one line with what to do; empty if it can. */
  Optional<String> unavailableBecause();

  /**
   * The primitives, limited to a number of threads.
   *
   * @param threads at least 1
   */
  Kernels kernels(int threads);

  /** A new tensor of zeros in this backend's memory. */
  Tensor allocate(Shape shape);

  /** Copies host elements into a tensor of this backend. */
  void upload(Tensor host, Tensor device);

  /** Copies a tensor of this backend to the host. */
  void download(Tensor device, Tensor host);
}
