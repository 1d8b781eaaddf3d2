package dev.fovea.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.runtime.InferenceRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * ONNX Runtime on the processor: every operator of ONNX, forward only. Its native library comes
 * with its jar, for the platforms that its makers build it for.
 */
public final class OnnxRuntime implements InferenceRuntime {
  /**
   * ONNX Runtime 1.29 ends the process without a word when it is loaded into one that was started
   * by a command line of 3981 bytes or more, as a long class path or many arguments make it.
   */
  static final int LONGEST_COMMAND_LINE = 3072;

  static final String NAME = "onnxruntime";

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public Optional<String> unavailableBecause() {
    Optional<String> tooLong = tooLong(COMMAND_LINE);
    if (tooLong.isPresent()) {
      return tooLong;
    }
    try {
      OrtEnvironment.getEnvironment();
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      // No library for this platform, no folder to unpack it into, or one that does not load.
      return Optional.of(
          "its native library cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + OrtNetwork.oneLine(e)
              + ")");
    }
  }

  /** Why a process of such a command line must not load it. */
  static Optional<String> tooLong(Path commandLine) {
    try {
      // Read to its end, because such files have no length of their own.
      int length = Files.exists(commandLine) ? Files.readAllBytes(commandLine).length : 0;
      return length <= LONGEST_COMMAND_LINE
          ? Optional.empty()
          : Optional.of(
              "this program was started by a command line of "
                  + length
                  + " bytes, expected at most "
                  + LONGEST_COMMAND_LINE
                  + ", because longer ones crash its native library (a folder or a glob instead of"
                  + " many files, or an @argfile for the class path, is shorter)");
    } catch (IOException e) {
      // Not told: then nothing is known against it.
      return Optional.empty();
    }
  }

  @Override
  public Inference open(byte[] model, String name, int threads) throws IOException {
    return OrtInference.open(
        name, threads, (environment, options) -> environment.createSession(model, options));
  }

  @Override
  public Inference open(Path file, int threads) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": found no such file, expected an ONNX file");
    }
    return OrtInference.open(
        file.toString(),
        threads,
        (environment, options) -> environment.createSession(file.toString(), options));
  }
}
