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
    ProcessBuilder builder =
        new ProcessBuilder(
            command(
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                Benchmarks.class,
                arguments.toArray(String[]::new)));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    builder.environment().putAll(classPath());
    return output(builder);
  }

  /** A command line that starts a program of ours on this JDK. */
  static List<String> command(List<String> options, Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * The variable with the class path of this JVM. Not an argument: ONNX Runtime stands no long
   * command lines.
   */
  static Map<String, String> classPath() {
    return Map.of("CLASSPATH", absolute(System.getProperty("java.class.path")));
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
