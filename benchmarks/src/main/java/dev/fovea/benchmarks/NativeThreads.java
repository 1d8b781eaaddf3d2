package dev.fovea.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The number of threads of native libraries, which they read from the environment at their start.
 */
final class NativeThreads {

  private static final List<String> VARIABLES = List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS");

  private NativeThreads() {}

  /** Whether this process was started for a number of threads. */
  static boolean are(int n) {
    return VARIABLES.stream().allMatch(v -> String.valueOf(n).equals(System.getenv(v)));
  }

  /** What a process for a number of threads is to be started with. */
  static Map<String, String> environment(int n) {
    return VARIABLES.stream().collect(Collectors.toMap(Function.identity(), v -> "" + n));
  }
}
