package dev.fovea.engine.onnx.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tests in a folder, such as {@code onnx/backend/test/data/node} of the ONNX project. */
public final class ConformanceSuite {

  /** Tests are at most this far below the folder that is named: {@code data/node/test_abs}. */
  private static final int MAX_DEPTH = 3;

  private ConformanceSuite() {}

  /**
   * Finds the tests in a folder and those below it; a folder that is a test itself is the only one.
   *
   * @return in the order of their names
   * @throws IOException if there is no such folder, or no test in it; one line that names it
   */
  public static List<ConformanceTestCase> find(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ": found no such folder, expected one with ONNX tests");
    }
    Path root = folder.toAbsolutePath().normalize();
    try (Stream<Path> files = Files.walk(root, MAX_DEPTH + 1)) {
      List<ConformanceTestCase> tests =
          files
              .filter(f -> f.getFileName().toString().equals(ConformanceTestCase.MODEL))
              .map(Path::getParent)
              .map(f -> new ConformanceTestCase(name(root, f), f))
              .sorted((a, b) -> a.name().compareTo(b.name()))
              .toList();
      if (tests.isEmpty()) {
        throw new IOException(
            folder + ": found no ONNX tests, expected folders with " + ConformanceTestCase.MODEL);
      }
      return tests;
    }
  }

  private static String name(Path root, Path test) {
    Path relative = root.equals(test) ? test.getFileName() : root.relativize(test);
    // The same name on every platform.
    return relative.toString().replace('\\', '/');
  }
}
