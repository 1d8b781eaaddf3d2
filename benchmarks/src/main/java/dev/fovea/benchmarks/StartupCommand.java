package dev.fovea.benchmarks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From the start of a process to a mask on the disk: {@code ./fovea segment} on one image of 512 x
 * 512, and {@link OnnxRuntimeSegmentation} with the same model. Processes take turns.
 */
@Command(
    name = "startup",
    mixinStandardHelpOptions = true,
    description = "One image segmented in a fresh process, beside ONNX Runtime for Java.")
final class StartupCommand extends Comparison {

  private static final int SIDE = 512;
  private static final long SEED = 5;
  private static final String MODEL =
      "plugins/tasks/src/main/resources/dev/fovea/models/nuclei.onnx";

  @Option(names = "--home", description = "The folder of Fovea's launcher (${DEFAULT-VALUE}).")
  private Path home = Path.of(System.getProperty("fovea.home", "."));

  @Override
  double usualSeconds(boolean quickly) {
    return 0;
  }

  @Override
  void measure() throws IOException {
    Path work = Files.createTempDirectory("fovea-startup");
    try {
      Path image = work.resolve("image.png");
      ImageIO.write(cells(), "png", image.toFile());
      for (int n : threads()) {
        measure(work, image, n);
      }
    } finally {
      delete(work);
    }
  }

  private void measure(Path work, Path image, int n) throws IOException {
    Path out = work.resolve("fovea");
    List<String> fovea =
        List.of(
            home.resolve("fovea").toString(),
            "--threads=" + n,
            "segment",
            "--input=" + image,
            "--output=" + out,
            "--overwrite");
    String jdk = System.getProperty("java.home");
    Map<String, String> archive = Map.of("JAVA_HOME", jdk, "FOVEA_CLASS_ARCHIVE", "yes");
    Map<String, String> none = Map.of("JAVA_HOME", jdk, "FOVEA_CLASS_ARCHIVE", "no");
    List<String> peer =
        ChildJvm.command(
            List.of(),
            OnnxRuntimeSegmentation.class,
            home.resolve(MODEL).toString(),
            image.toString(),
            work.resolve("peer.png").toString(),
            String.valueOf(n));
    Map<String, String> classPath = ChildJvm.classPath();
    // Builds what is not built, makes the archive, and brings the files into memory.
    TimedProcess.run(fovea, archive);
    TimedProcess.run(peer, classPath);
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    long[] memory = new long[2];
    for (int round = 0; round < (quick() ? 3 : 9); round++) {
      TimedProcess without = TimedProcess.run(fovea, none);
      TimedProcess other = TimedProcess.run(peer, classPath);
      TimedProcess with = TimedProcess.run(fovea, archive);
      first.add(new double[] {without.millis(), other.millis()});
      second.add(new double[] {with.millis(), other.millis()});
      memory[0] = Math.max(memory[0], with.peakBytes());
      memory[1] = Math.max(memory[1], other.peakBytes());
    }
    report("segment, no class archive", n, first);
    report("segment", n, second);
    lines()
        .printf(
            "peak memory of the process, %d thread(s): ours %d MiB, %s %d MiB%n",
            n, memory[0] >> 20, OnnxRuntimePeer.NAME, memory[1] >> 20);
  }

  private void report(String what, int n, List<double[]> times) {
    SideBySide.Result r = SideBySide.result(times.toArray(double[][]::new));
    report().add(what, OnnxRuntimePeer.NAME, 1, n, r, 0, lines());
  }

  /** Bright discs on a dark ground, with noise. */
  private static BufferedImage cells() {
    Random random = new Random(SEED);
    double[] grey = new double[SIDE * SIDE];
    for (int cell = 0; cell < 60; cell++) {
      int radius = 8 + random.nextInt(10);
      int cx = random.nextInt(SIDE);
      int cy = random.nextInt(SIDE);
      for (int y = Math.max(0, cy - radius); y < Math.min(SIDE, cy + radius); y++) {
        for (int x = Math.max(0, cx - radius); x < Math.min(SIDE, cx + radius); x++) {
          if (Math.hypot(x - cx, y - cy) < radius) {
            grey[y * SIDE + x] = 130;
          }
        }
      }
    }
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < grey.length; i++) {
      int value = (int) Math.max(0, Math.min(255, 20 + grey[i] + 8 * random.nextGaussian()));
      image.getRaster().setSample(i % SIDE, i / SIDE, 0, value);
    }
    return image;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
