package dev.fovea.benchmarks;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same program in a process of its own. */
final class ChildJvm {

  private ChildJvm() {}

  /**
   * Runs the benchmarks with the options of this JVM. Lines for people go where ours go.
   *
   * @param environment variables besides ours
   * @param arguments a command and its options
   * @return what it wrote to standard output
   * @throws IOException if it could not be started, or failed
   */
  static String run(Map<String, String> environment, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add(Benchmarks.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    // Not among the arguments: ONNX Runtime stands no long command lines.
    builder.environment().put("CLASSPATH", absolute(System.getProperty("java.class.path")));
    return output(builder);
  }

  private static String absolute(String classPath) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      entries.add(new File(entry).getAbsolutePath());
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Waits for a process and returns its standard output. */
  static String output(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(String.join(" ", builder.command()) + ": ended with " + code);
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + builder.command(), e);
    } finally {
      process.destroy();
    }
  }
}
