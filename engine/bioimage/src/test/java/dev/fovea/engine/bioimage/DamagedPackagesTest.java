package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files by the thousand: each is read, or refused in one line. */
class DamagedPackagesTest {
  private static final long SEED = Long.getLong("fovea.test.seed", 4711);
  private static final String[] PARTS = {
    "[",
    "]",
    "{",
    "}",
    ": ",
    "\n",
    "\n- ",
    "&a ",
    "*a",
    "!!x ",
    "null",
    "-1",
    "1e400",
    ".nan",
    "'",
    "\"",
    "99999999999",
    "0.5.0",
    "..",
    "\t",
    "#",
    "|\n",
    "? ",
    "%"
  };

  @TempDir Path root;

  /** Reads something; what it gives is of no interest. */
  private interface Reading {
    void of(byte[] bytes) throws IOException;
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole;
    for (int times = 1 + random.nextInt(2); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + random.nextInt(12));
      byte[] part =
          switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) random.nextInt(256)};
            case 2 -> PARTS[random.nextInt(PARTS.length)].getBytes(StandardCharsets.UTF_8);
            default -> {
              int from = random.nextInt(bytes.length);
              yield Arrays.copyOfRange(
                  bytes, from, Math.min(bytes.length, from + random.nextInt(30)));
            }
          };
      byte[] next = new byte[at + part.length + bytes.length - to];
      System.arraycopy(bytes, 0, next, 0, at);
      System.arraycopy(part, 0, next, at, part.length);
      System.arraycopy(bytes, to, next, at + part.length, bytes.length - to);
      bytes = next.length == 0 ? whole : next;
    }
    return bytes;
  }

  private static void tryAll(String what, byte[] whole, int times, Reading reading) {
    SplittableRandom random = new SplittableRandom(SEED);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < times; i++) {
      byte[] bytes = damaged(whole, random);
      try {
        reading.of(bytes);
        read++;
      } catch (PackageFormatException e) {
        refused++;
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      } catch (IOException | RuntimeException | StackOverflowError e) {
        fail(what + ", seed " + SEED + ", case " + i, e);
      }
    }
    System.out.println(what + ", seed " + SEED + ": " + read + " read, " + refused + " refused");
    assertTrue(read > 0 && refused > 0, what);
  }

  @Test
  void descriptions() {
    String sha256 = "0".repeat(64);
    for (String rdf : new String[] {TestPackages.rdf4(sha256), TestPackages.rdf5(sha256)}) {
      tryAll(
          rdf.lines().findFirst().orElseThrow(),
          rdf.getBytes(StandardCharsets.UTF_8),
          1000,
          bytes -> DescriptionReader.read(YamlDocument.read(new Place("p"), bytes)));
    }
  }

  @Test
  void arrays() {
    byte[] whole = TestPackages.npy(Tensor.of(Shape.of(2, 3), new float[6]));
    tryAll("array", whole, 1000, bytes -> NpyFile.read(new Place("p"), bytes));
  }

  @Test
  void archives() throws IOException {
    byte[] onnx = TestPackages.onnx(TestPackages.network());
    String rdf = TestPackages.rdf5(TestPackages.sha256(onnx));
    Path zip = root.resolve("p.zip");
    byte[] whole = Files.readAllBytes(TestPackages.zip(zip, TestPackages.files(rdf)));
    tryAll(
        "archive",
        whole,
        500,
        bytes -> {
          Files.write(zip, bytes);
          BioimagePackage.open(zip).weights();
        });
  }
}
