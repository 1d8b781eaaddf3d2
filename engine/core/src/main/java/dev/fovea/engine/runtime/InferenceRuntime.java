package dev.fovea.engine.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program other than Fovea's own engine that runs ONNX files; found by {@link
 * java.util.ServiceLoader}. Thread-safe.
 *
 * <p>Loading the class must be harmless on every machine: native libraries are touched only in
 * {@link #unavailableBecause} and later.
 */
public interface InferenceRuntime {

  /** Short name, as users type it: {@code onnxruntime}. */
  String name();

  /** One line for people: what it is, in which version. Only if it is available. */
  String description();

  /** Why it cannot be used here, in one line; empty if it can. */
  Optional<String> unavailableBecause();

  /**
   * Opens a model.
   *
   * @param model content of an ONNX file, weights included
   * @param name for messages
   * @param threads how many threads a run may use, at least 1
   * @throws IOException if the runtime cannot read it; one line that begins with the name
   */
  Inference open(byte[] model, String name, int threads) throws IOException;

  /**
   * Opens a model file; weights may lie in other files beside it.
   *
   * @throws IOException if the runtime cannot read it; one line that begins with the file
   */
  Inference open(Path file, int threads) throws IOException;
}
