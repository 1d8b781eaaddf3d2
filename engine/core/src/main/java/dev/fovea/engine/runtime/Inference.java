package dev.fovea.engine.runtime;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A network that is opened to run forward, on Fovea's own engine ({@code SessionPool}) or on
 * another runtime. Thread-safe.
 *
 * <p>Closing gives back at once what is not the JVM's. Nothing is lost without: it happens when the
 * object is no longer reachable.
 */
public interface Inference extends AutoCloseable {

  /**
   * Runs forward.
   *
   * @param inputs tensors on the host, in the order in which the model declares them; integers and
   *     truth values are held as floats
   * @return copies of all outputs in the model's order, on the host
   * @throws IllegalArgumentException if number or shapes of the inputs do not fit
   * @throws IllegalStateException if it is closed, or the run fails
   */
  List<Tensor> forward(Tensor... inputs);

  /** Waits for runs that are under way; closing again does nothing. */
  @Override
  void close();
}
