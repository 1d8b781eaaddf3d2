package dev.fovea.engine.onnx.conformance;

import dev.fovea.engine.onnx.OnnxTensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Something that runs ONNX files, and is put to the test; those of other runtimes are found by
 * {@link ServiceLoader}. Thread-safe.
 */
public interface ConformanceRunner {

  /**
   * The runner of another runtime.
   *
   * @param name as users type it; of a runtime that is known to be available
   * @throws IllegalArgumentException if there is none
   */
  static ConformanceRunner named(String name) {
    return ServiceLoader.load(ConformanceRunner.class, ConformanceRunner.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .filter(runner -> runner.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "runtime '" + name + "': found none that is put to ONNX's tests"));
  }

  /** A file that is ready to run. */
  interface Opened extends AutoCloseable {

    /**
     * Runs it.
     *
     * @param inputs a tensor for each input that the test gives
     * @throws IOException if it cannot be run; one line
     */
    Answer run(Map<String, OnnxTensor> inputs) throws IOException;

    /** Gives back what it holds. */
    @Override
    default void close() {
      // Most hold nothing.
    }
  }

  /**
   * What came out.
   *
   * @param outputs the outputs of the file, in its order
   * @param way a word for how they were computed; tests are counted by it
   */
  record Answer(List<OnnxTensor> outputs, String way) {

    /** Copies the list. */
    public Answer {
      outputs = List.copyOf(outputs);
    }
  }

  /** Short name, as users type it: that of the runtime. */
  String name();

  /**
   * Reads a file.
   *
   * @param name for messages
   * @throws dev.fovea.engine.onnx.UnsupportedOperatorException if it has an operator that is not
   *     known; the same from {@link Opened#run}
   * @throws IOException if it cannot be read; one line
   */
  Opened open(byte[] model, String name) throws IOException;
}
