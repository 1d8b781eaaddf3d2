package dev.fovea.samples.detection;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * What a server does with a detector: many threads share one. Says whether they find what a single
 * thread finds, and how much memory is held before and after many pictures. Arguments: a model, a
 * folder of pictures, number of threads, pictures to compare, pictures to go through afterwards; a
 * folder with fewer pictures is gone through again.
 */
public final class ManyThreads {
  private static final double MEBIBYTE = 1 << 20;

  /** The collector may leave something at first. */
  private static final int COLLECTIONS = 3;

  private final Detector detector;
  private final List<Path> files;
  private final int threads;
  private final PrintStream out;

  ManyThreads(Detector detector, Path folder, int threads, PrintStream out) throws IOException {
    this.detector = detector;
    this.threads = threads;
    this.out = out;
    try (Stream<Path> all = Files.list(folder)) {
      this.files = all.filter(ImageReader::looksLikeImage).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IOException(folder + ": found no pictures, expected some");
    }
  }

  /** Runs from the command line. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 5) {
      throw new IllegalArgumentException("expected: MODEL FOLDER THREADS COMPARED MORE");
    }
    ManyThreads measured =
        new ManyThreads(
            Detector.load(Path.of(arguments[0])),
            Path.of(arguments[1]),
            Integer.parseInt(arguments[2]),
            new PrintStream(System.out, true, StandardCharsets.UTF_8));
    measured.run(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
  }

  /**
   * Compares, then measures.
   *
   * @return how many of the compared pictures gave something else in a single thread
   */
  int run(int compared, int more) throws IOException, InterruptedException, ExecutionException {
    List<List<Detection>> expected = new ArrayList<>();
    for (int i = 0; i < compared; i++) {
      expected.add(detector.detect(file(i)));
    }
    List<List<Detection>> found = detectAll(compared);
    int others = 0;
    for (int i = 0; i < compared; i++) {
      others += found.get(i).equals(expected.get(i)) ? 0 : 1;
    }
    int finds = expected.stream().mapToInt(List::size).sum();
    out.println(
        compared
            + " pictures, "
            + finds
            + " finds; with "
            + threads
            + " threads "
            + others
            + " pictures differ");
    double before = heldMebibytes();
    long start = System.nanoTime();
    detectAll(more);
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        Locale.ROOT,
        "heap held %.1f MiB before and %.1f MiB after %d pictures, %.1f pictures/s%n",
        before,
        heldMebibytes(),
        more,
        more / seconds);
    return others;
  }

  private Path file(int i) {
    return files.get(i % files.size());
  }

  private List<List<Detection>> detectAll(int count)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<Detection>>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Path file = file(i);
        running.add(pool.submit(() -> detector.detect(file)));
      }
      List<List<Detection>> all = new ArrayList<>();
      for (Future<List<Detection>> one : running) {
        all.add(one.get());
      }
      return all;
    } finally {
      pool.shutdownNow();
    }
  }

  /** What is still in use after a full collection. */
  private static double heldMebibytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEBIBYTE;
  }
}
