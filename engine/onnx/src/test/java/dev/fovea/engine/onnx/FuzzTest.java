package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged copies of real files are read or refused, in bounded memory and time; nothing else
 * happens.
 *
 * <p>The files are the built-in models, a network written here, and those of others in the folder
 * {@code weights} of {@code FOVEA_DATA}. {@code -Dfovea.fuzz.seed} takes another seed, {@code
 * -Dfovea.fuzz.rounds} tries more, {@code -Dfovea.fuzz.only=FILE#NUMBER} repeats one try of which a
 * failure has told.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("fovea.fuzz.seed", 20);
  private static final int ROUNDS = Integer.getInteger("fovea.fuzz.rounds", 4);
  private static final String ONLY = System.getProperty("fovea.fuzz.only", "");

  private static final Path BUILT_IN =
      Path.of("../../plugins/tasks/src/main/resources/dev/fovea/models");

  /** Files of up to 16 MiB, 2^22 elements in a tensor. */
  private static final Limits LIMITS = new Limits(1 << 24, 1 << 17, 1 << 22);

  /**
   * All that reading may reserve, what is freed again included: some tens of tensors of the largest
   * size.
   */
  private static final long MOST_BYTES = 1L << 30;

  /** Not a measurement: only an endless loop takes as long. */
  private static final Duration HANGS = Duration.ofMinutes(2);

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> damagedFilesAreReadOrRefused() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[1 << 20]);
    assertTrue(Files.isDirectory(BUILT_IN), BUILT_IN.toAbsolutePath() + " is not there");
    List<Path> files = new ArrayList<>(models(BUILT_IN));
    String data = System.getenv("FOVEA_DATA");
    if (data == null) {
      System.out.println("without the models of others: FOVEA_DATA is not set");
    } else {
      files.addAll(models(Path.of(data, "weights")));
    }
    Path written = folder.resolve("unet.onnx");
    Files.write(written, new OnnxWriter().write(Models.unet(1), Models.card()));
    files.add(written);
    return files.stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> new Run(file).all()));
  }

  private static List<Path> models(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  /** The tries with one file. */
  private final class Run {
    private final String name;
    private final Mutator mutator;
    private final OnnxReader reader = new OnnxReader(LIMITS).inFolder(folder);
    private int read;
    private int refused;
    private long mostNanos;
    private long mostBytes;

    Run(Path file) throws IOException {
      name = file.getFileName().toString();
      mutator = new Mutator(Files.readAllBytes(file));
    }

    void all() {
      Mutator.Damage[] damages = Mutator.Damage.values();
      int tries = ROUNDS * damages.length;
      for (int i = 0; i < tries; i++) {
        String label = name + "#" + i;
        if (ONLY.isEmpty() || ONLY.equals(label)) {
          Random random = new Random(SEED * 1_000_003 + i);
          Mutator.Damage damage = damages[i % damages.length];
          byte[] mutant = mutator.mutant(damage, random);
          String what = damage + ", " + label + " of seed " + SEED;
          assertTimeoutPreemptively(HANGS, () -> one(what, mutant), () -> what + " hangs");
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%s, seed %d: %d damaged copies, %d read, %d refused; worst %.0f ms, %.0f MiB reserved%n",
          name,
          SEED,
          read + refused,
          read,
          refused,
          mostNanos * 1e-6,
          mostBytes / 1048576.0);
    }

    private void one(String what, byte[] mutant) {
      long start = System.nanoTime();
      long reserved = reserved();
      try {
        reader.outline(new ByteArrayInputStream(mutant), "bad.onnx");
        reader.read(mutant, "bad.onnx");
        read++;
      } catch (ModelFormatException e) {
        refused++;
        assertMessage(what, e);
      } catch (RuntimeException | Error e) {
        fail(what, e);
      }
      mostNanos = Math.max(mostNanos, System.nanoTime() - start);
      long bytes = reserved() - reserved;
      mostBytes = Math.max(mostBytes, bytes);
      assertTrue(bytes <= MOST_BYTES, () -> what + " reserved " + bytes + " bytes");
    }

    private static long reserved() {
      return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
          ? threads.getThreadAllocatedBytes(Thread.currentThread().getId())
          : 0;
    }

    private static void assertMessage(String what, ModelFormatException e) {
      String message = e.getMessage();
      assertTrue(message.startsWith("bad.onnx: "), () -> what + ": " + message);
      assertFalse(message.contains("\n") || message.length() > 700, () -> what + ": " + message);
      // An operator that stumbles instead of refusing is a fault of that operator, hidden here.
      Throwable cause = e.getCause();
      if (cause != null
          && !(cause instanceof IOException)
          && !(cause instanceof IllegalArgumentException)
          && !(cause instanceof ArithmeticException)
          && !refusesAnIndex(cause)) {
        fail(what, cause);
      }
    }

    /** What kernels say of an index in the data, unlike an array that is read beside its end. */
    private static boolean refusesAnIndex(Throwable cause) {
      return cause.getClass() == IndexOutOfBoundsException.class
          && cause.getMessage().startsWith("index at position ");
    }
  }
}
