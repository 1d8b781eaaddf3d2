package dev.fovea.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.evaluation.ConfusionMatrix;
import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.samples.Micrograph;
import dev.fovea.samples.RenderedDigits;
import dev.fovea.samples.SyntheticMicroscope;
import dev.fovea.samples.SyntheticMicroscope.Scene;
import dev.fovea.samples.SyntheticSmear;
import dev.fovea.segmentation.InstanceAveragePrecision;
import dev.fovea.segmentation.LabelMap;
import dev.fovea.tasks.Arguments;
import dev.fovea.tasks.ClassifyTask;
import dev.fovea.tasks.DetectTask;
import dev.fovea.tasks.ExplainTask;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.Models;
import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.SegmentTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.tasks.batch.BatchListener;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.BatchRunner;
import dev.fovea.tasks.batch.ClassifyFiles;
import dev.fovea.tasks.batch.DetectFiles;
import dev.fovea.tasks.batch.ExplainFiles;
import dev.fovea.tasks.batch.FileJob;
import dev.fovea.tasks.batch.FileResult.Status;
import dev.fovea.tasks.batch.Inputs;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.batch.Manifest;
import dev.fovea.tasks.batch.SegmentFiles;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Draws micrographs, blood smears and digits, runs the built-in models over the files as a user
 * would, compares with what was drawn, and writes a gallery.
 */
final class Demo {
  private static final int DIGITS_EACH = 2;
  private static final int ENLARGEMENT = 2;
  private static final String LABELS = ".labels.tif";

  private final Path output;
  private final RunOptions options;
  private final TaskContext context;
  private final List<BatchReport> reports = new ArrayList<>();

  Demo(Path output, RunOptions options, TaskContext context) {
    this.output = output;
    this.options = options;
    this.context = context;
  }

  /**
   * What the demonstration gave.
   *
   * @param lines for people
   * @param document for programs
   * @param failed number of files that failed
   */
  record Result(List<String> lines, ObjectNode document, int failed) {}

  private record Specimen(String file, String title, Micrograph micrograph) {
    String stem() {
      return file.substring(0, file.lastIndexOf('.'));
    }
  }

  private record SmearFile(String stem, String title, SyntheticSmear.Smear smear) {}

  private record Digit(String stem, int digit) {}

  Result run() throws IOException {
    long start = System.nanoTime();
    Path nuclei = output.resolve("input/nuclei");
    Path digits = output.resolve("input/digits");
    Path smears = output.resolve("input/smears");
    Files.createDirectories(nuclei);
    Files.createDirectories(digits);
    Files.createDirectories(smears);
    Files.createDirectories(output.resolve("gallery"));
    List<Specimen> specimens = specimens(options.seed());
    for (Specimen specimen : specimens) {
      write(nuclei.resolve(specimen.file()), specimen.micrograph().image());
    }
    List<SmearFile> bloods = smears(options.seed());
    for (SmearFile blood : bloods) {
      ImageWriter.writePng(smears.resolve(blood.stem() + ".png"), blood.smear().image());
    }
    List<Digit> drawn = drawDigits(digits);

    batch(new SegmentTask(), SegmentFiles::new, nuclei, "nuclei", 0, 0.6);
    batch(new DetectTask(), DetectFiles::new, smears, "smears", 0.6, 0.7);
    batch(new ClassifyTask(), ClassifyFiles::new, digits, "digits", 0.7, 0.8);
    batch(new ExplainTask(), ExplainFiles::new, digits, "explained", 0.8, 0.95);
    context.checkCancelled();

    Gallery gallery = new Gallery();
    Score nucleiScore = showNuclei(gallery, specimens);
    long cellsRight = showSmears(gallery, bloods);
    int right = showDigits(gallery, drawn);
    double seconds = (System.nanoTime() - start) * 1e-9;
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d nuclei found of %d drawn in %d micrographs, mean AP@0.5 %.3f",
            nucleiScore.found,
            nucleiScore.drawn,
            specimens.size(),
            nucleiScore.precision.averagePrecision(0.5)));
    int cellsDrawn = bloods.stream().mapToInt(blood -> blood.smear().cells().size()).sum();
    lines.add(
        cellsRight
            + " of "
            + cellsDrawn
            + " blood cells found with their class in "
            + bloods.size()
            + " smears");
    lines.add(right + " of " + drawn.size() + " digits read rightly");
    Path index = output.resolve("index.html");
    write(index, gallery.html(lines, options));
    lines.add(
        String.format(
            Locale.ROOT, "the gallery is %s, %.1f s", index.toAbsolutePath().toUri(), seconds));

    int failed = reports.stream().mapToInt(report -> report.count(Status.FAILED)).sum();
    ObjectNode document = Json.object();
    document.put("gallery", index.toString());
    Json.put(document, "seconds", seconds);
    document.put("nuclei_drawn", nucleiScore.drawn);
    document.put("nuclei_found", nucleiScore.found);
    Json.put(document, "ap50", nucleiScore.precision.averagePrecision(0.5));
    document.put("cells_drawn", cellsDrawn);
    document.put("cells_right", cellsRight);
    document.put("digits", drawn.size());
    document.put("digits_right", right);
    document.put("failed", failed);
    new DemoManifest(options, reports).write(output, document);
    return new Result(lines, document, failed);
  }

  private static List<Specimen> specimens(long seed) {
    Scene plain = new Scene(320, 256, 40, 10, 0.4, 1.1, 1);
    Scene crowded = new Scene(320, 256, 70, 9, 0.8, 1.1, 1);
    Scene dim = new Scene(320, 256, 30, 12, 0.4, 2, 2.5);
    Scene tissue = new Scene(320, 256, 35, 10, 0.3, 1, 1);
    Scene large = new Scene(900, 640, 260, 10, 0.5, 1.1, 1);
    return List.of(
        new Specimen(
            "fluorescence.png",
            "Fluorescence, 8 bits",
            SyntheticMicroscope.fluorescence(plain, SampleType.UINT8, seed)),
        new Specimen(
            "crowded-16bit.tif",
            "Touching nuclei, 16 bits, calibrated TIFF",
            SyntheticMicroscope.fluorescence(crowded, SampleType.UINT16, seed + 1)),
        new Specimen(
            "dim.png",
            "Out of focus and noisy",
            SyntheticMicroscope.fluorescence(dim, SampleType.UINT8, seed + 2)),
        new Specimen(
            "tissue.png", "Stained tissue", SyntheticMicroscope.stainedTissue(tissue, seed + 3)),
        new Specimen(
            "large-16bit.tif",
            "A large field, segmented in tiles",
            SyntheticMicroscope.fluorescence(large, SampleType.UINT16, seed + 4)));
  }

  private static void write(Path file, Image image) throws IOException {
    if (file.toString().endsWith(".tif")) {
      ImageWriter.writeTiff(file, image.withCalibration(new Calibration(0.325, 0.325, "micron")));
    } else {
      ImageWriter.writePng(file, image);
    }
  }

  private static void write(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  private List<Digit> drawDigits(Path folder) throws IOException {
    List<Digit> drawn = new ArrayList<>();
    for (int digit = 0; digit < 10; digit++) {
      for (int i = 0; i < DIGITS_EACH; i++) {
        String stem = "digit-" + digit + "-" + (char) ('a' + i);
        Image image = RenderedDigits.draw(digit, options.seed() + i);
        ImageWriter.writePng(folder.resolve(stem + ".png"), image);
        drawn.add(new Digit(stem, digit));
      }
    }
    return drawn;
  }

  /** Runs a task with its default parameters over a folder. */
  private <P, R> void batch(
      ImageTask<P, R> task,
      Function<ImageTask.Opened<R>, FileJob> files,
      Path input,
      String folder,
      double from,
      double to)
      throws IOException {
    Arguments arguments = Arguments.of(task.parameters(), Map.of());
    P parameters = task.bind(arguments);
    Model model = Models.load(task.modelOf(parameters));
    Path target = output.resolve(folder);
    BatchListener failures =
        (result, summary, done, total) -> {
          if (result.status() == Status.FAILED) {
            context.log("FAILED   " + result.reason());
          }
        };
    BatchReport report;
    try (ImageTask.Opened<R> opened = task.open(model, parameters, options)) {
      report =
          new BatchRunner(
                  target,
                  true,
                  new Manifest(task.name(), model, arguments.values(), options),
                  failures,
                  context.part(from, to))
              .run(Inputs.find(input.toString(), null, false, target), files.apply(opened));
    }
    if (!report.problem().isEmpty()) {
      throw new IOException(report.problem());
    }
    reports.add(report);
    context.checkCancelled();
  }

  /** Nuclei drawn and found, over all micrographs. */
  private static final class Score {
    private final InstanceAveragePrecision precision = new InstanceAveragePrecision();
    private int drawn;
    private int found;
  }

  private Score showNuclei(Gallery gallery, List<Specimen> specimens) throws IOException {
    Score score = new Score();
    for (Specimen specimen : specimens) {
      String stem = specimen.stem();
      Path labels = output.resolve("nuclei").resolve(stem + LABELS);
      if (!Files.exists(labels)) {
        continue;
      }
      Image image = specimen.micrograph().image();
      LabelMap truth = LabelMap.of(image.width(), image.height(), specimen.micrograph().labels());
      LabelMap found = readLabels(labels);
      double ap = score.precision.add(truth, found).averagePrecision(0.5);
      score.drawn += truth.count();
      score.found += found.count();
      int scale = image.width() > 512 ? 1 : ENLARGEMENT;
      writePicture(stem + ".png", Overlays.sideBySide(List.of(image), 0, scale));
      writePicture(
          stem + ".labels.png",
          Overlays.labels(found.labels(), found.width(), found.height(), scale));
      gallery.addNuclei(stem, specimen.title(), truth.count(), found.count(), ap);
    }
    return score;
  }

  private void writePicture(String name, Image picture) throws IOException {
    ImageWriter.writePng(output.resolve("gallery").resolve(name), picture);
  }

  private static LabelMap readLabels(Path file) throws IOException {
    Image image = ImageReader.read(file);
    float[] plane = image.plane(0);
    int[] labels = new int[plane.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) plane[i];
    }
    return LabelMap.of(image.width(), image.height(), labels);
  }

  private static List<SmearFile> smears(long seed) {
    SyntheticSmear.Scene crowded = new SyntheticSmear.Scene(640, 480, 2, 22, 6);
    return List.of(
        new SmearFile("smear", "A smear", SyntheticSmear.draw(SyntheticSmear.Scene.DEFAULT, seed)),
        new SmearFile("crowded-smear", "More cells", SyntheticSmear.draw(crowded, seed + 1)));
  }

  /** Returns how many cells were found with their class. */
  private long showSmears(Gallery gallery, List<SmearFile> smears) throws IOException {
    long all = 0;
    for (SmearFile smear : smears) {
      Path table = output.resolve("smears").resolve(smear.stem() + ".detections.csv");
      if (!Files.exists(table)) {
        continue;
      }
      List<Detection> found = readDetections(table);
      List<Annotation> drawn = smear.smear().cells();
      ConfusionMatrix matrix = new ConfusionMatrix(SyntheticSmear.CLASSES.size(), 0.5, 0);
      matrix.add(drawn, found);
      long right =
          IntStream.range(0, SyntheticSmear.CLASSES.size())
              .mapToLong(label -> matrix.counts()[label][label])
              .sum();
      gallery.addSmear(smear.stem(), smear.title(), drawn.size(), found.size(), right);
      all += right;
    }
    return all;
  }

  /** The columns are image, page, id, class, score and the four edges. */
  private static List<Detection> readDetections(Path table) throws IOException {
    return Files.readAllLines(table).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .map(
            fields ->
                Detection.of(
                    SyntheticSmear.CLASSES.indexOf(fields[3]),
                    Double.parseDouble(fields[4]),
                    new Box(
                        Double.parseDouble(fields[5]),
                        Double.parseDouble(fields[6]),
                        Double.parseDouble(fields[7]),
                        Double.parseDouble(fields[8]))))
        .toList();
  }

  /** Returns how many digits were read rightly. */
  private int showDigits(Gallery gallery, List<Digit> drawn) throws IOException {
    int right = 0;
    for (Digit digit : drawn) {
      Path file = output.resolve("digits").resolve(digit.stem() + ".classes.json");
      if (!Files.exists(file)) {
        continue;
      }
      JsonNode best = Json.read(file).path("pages").path(0).path("classes").path(0);
      String label = best.path("class").asText();
      right += label.equals(Integer.toString(digit.digit())) ? 1 : 0;
      gallery.addDigit(digit.stem(), digit.digit(), label, best.path("score").asDouble());
    }
    return right;
  }
}
