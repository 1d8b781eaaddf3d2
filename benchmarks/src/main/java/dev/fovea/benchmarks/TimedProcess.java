package dev.fovea.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process took from its start to its end.
 *
 * @param millis time in milliseconds
 * @param peakBytes the most memory it had at a time, as the system last told before the end; 0
 *     where it does not tell
 * @param output what it wrote to standard output
 */
record TimedProcess(double millis, long peakBytes, String output) {

  private static final long LOOK_EVERY_MILLIS = 10;

  /**
   * Runs a process.
   *
   * @param environment variables besides ours
   * @throws IOException if it could not be started, or failed
   */
  static TimedProcess run(List<String> command, Map<String, String> environment)
      throws IOException {
    Path words = Files.createTempFile("fovea-process", ".out");
    Path errors = Files.createTempFile("fovea-process", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectOutput(words.toFile());
    builder.redirectError(errors.toFile());
    try {
      long start = System.nanoTime();
      Process process = builder.start();
      Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
      long peak = 0;
      while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peak(status));
      }
      double millis = (System.nanoTime() - start) * 1e-6;
      if (process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command)
                + ": ended with "
                + process.exitValue()
                + ": "
                + Files.readString(errors).strip());
      }
      return new TimedProcess(millis, peak, Files.readString(words));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command, e);
    } finally {
      Files.delete(words);
      Files.delete(errors);
    }
  }

  /** The system's own record of the most, so that nothing between two looks is missed. */
  private static long peak(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(l -> l.startsWith("VmHWM:"))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      // It has ended, or this system has no such file.
      return 0;
    }
  }
}
