package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line from the arguments to the files, with models that fit on a page. */
class MainTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;

  @TempDir Path root;
  private Path in;
  private Path out;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    in = Files.createDirectory(root.resolve("in"));
    out = root.resolve("out");
    model = TestModels.threshold(root.resolve("threshold.onnx"));
  }

  private static CliRun fovea(Object... args) {
    return CliRun.of(Arrays.asList(args));
  }

  private CliRun segment(Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("segment", "--model", model, "--input", in, "--output", out));
    args.addAll(List.of(more));
    return fovea(args.toArray());
  }

  /** Black with a bright 10 x 8 box at (x, y) for each pair. */
  private static Image boxes(int... xy) {
    byte[] pixels = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < xy.length; i += 2) {
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 10; x++) {
          pixels[(xy[i + 1] + y) * WIDTH + xy[i] + x] = (byte) 200;
        }
      }
    }
    return Image.ofUint8(WIDTH, HEIGHT, pixels);
  }

  private Path png(String name, Image image) throws IOException {
    Path file = in.resolve(name);
    Files.createDirectories(file.getParent());
    ImageWriter.writePng(file, image);
    return file;
  }

  private Set<String> outputs() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return new TreeSet<>(
          files
              .filter(Files::isRegularFile)
              .map(file -> out.relativize(file).toString().replace('\\', '/'))
              .toList());
    }
  }

  @Test
  void segmentWritesLabelsOverlayAndTable() throws IOException {
    Calibration half = new Calibration(0.5, 0.5, "micron");
    ImageWriter.writeTiff(in.resolve("cells.tif"), boxes(3, 2, 20, 15).withCalibration(half));
    CliRun run = segment();
    assertEquals(0, run.code(), run.err());
    assertEquals(
        new TreeSet<>(
            List.of(
                "cells.labels.tif",
                "cells.objects.csv",
                "cells.overlay.png",
                "manifest.json",
                "objects.csv")),
        outputs());
    Image labels = ImageReader.read(out.resolve("cells.labels.tif"));
    assertEquals(half, labels.calibration());
    assertEquals(0, labels.value(0, 0, 0));
    assertEquals(1, labels.value(0, 2, 3));
    assertEquals(1, labels.value(0, 9, 12));
    assertEquals(2, labels.value(0, 15, 20));
    String table = Files.readString(out.resolve("objects.csv"));
    List<String> lines = table.lines().toList();
    assertEquals(3, lines.size());
    assertEquals(
        "image,page,id,area_pixels,area,unit,centroid_x,centroid_y,box_x,box_y,box_width,"
            + "box_height,mean_intensity,score,class",
        lines.get(0));
    assertTrue(
        lines
            .get(1)
            .startsWith("cells.tif,1,1,80,20.0000,micron^2,8.00000,6.00000,3,2,10,8,200.000,1.0"),
        lines.get(1));
    assertEquals(table, Files.readString(out.resolve("cells.objects.csv")));
    assertTrue(run.out().contains("1 files: 1 done, 0 skipped, 0 failed"), run.out());
  }

  @Test
  void everyPageOfAStackIsSegmented() throws IOException {
    ImageWriter.writeTiff(
        in.resolve("stack.tif"), List.of(boxes(3, 2), boxes(), boxes(1, 1, 25, 20)));
    assertEquals(0, segment().code());
    List<Image> labels = ImageReader.readPages(out.resolve("stack.labels.tif"));
    assertEquals(3, labels.size());
    assertEquals(1, labels.get(0).value(0, 5, 5));
    assertArrayEquals(new float[WIDTH * HEIGHT], labels.get(1).plane(0));
    assertEquals(2, labels.get(2).value(0, 22, 30));
    assertEquals(3, ImageReader.readPages(out.resolve("stack.overlay.tif")).size());
    List<String> rows = Files.readAllLines(out.resolve("objects.csv"));
    assertEquals(4, rows.size());
    assertTrue(rows.get(2).startsWith("stack.tif,3,1,"));
    assertEquals(1, segment("--json").json().path("skipped").asInt(), "stacks are found again");
  }

  @Test
  void mixedGoodOddAndBadFiles() throws IOException {
    png("good.png", boxes(3, 2));
    ImageWriter.writeTiff(
        in.resolve("tiny.tif"), Image.ofUint16(1, 1, new short[] {(short) 60000}));
    float[] holes = new float[WIDTH * HEIGHT];
    holes[3] = Float.NaN;
    ImageWriter.writeTiff(in.resolve("nan.tif"), Image.ofFloat32(WIDTH, HEIGHT, holes));
    ImageWriter.writeTiff(
        in.resolve("two-channels.tif"), Image.ofUint8(2, 2, new byte[4], new byte[4]));
    Files.write(in.resolve("empty.png"), new byte[0]);
    Files.writeString(in.resolve("text.png"), "this is no picture");
    byte[] png = Files.readAllBytes(in.resolve("good.png"));
    Files.write(in.resolve("cut.png"), Arrays.copyOf(png, png.length / 2));
    Files.writeString(in.resolve("bomb.pgm"), "P5 2000000000 2000000000 255\n");
    Files.writeString(in.resolve("readme.md"), "not an image, and not taken for one");
    CliRun run = segment("--json");
    JsonNode json = run.json();
    assertEquals(1, run.code(), run.err());
    assertEquals(8, json.path("total").asInt());
    assertEquals(0, json.path("skipped").asInt());
    int failed = 0;
    for (JsonNode file : json.path("files")) {
      String name = Path.of(file.path("input").asText()).getFileName().toString();
      boolean bad = file.path("status").asText().equals("failed");
      failed += bad ? 1 : 0;
      String reason = file.path("reason").asText();
      if (bad) {
        assertTrue(reason.contains(name), reason);
        assertEquals(1, reason.lines().count(), reason);
        assertTrue(reason.contains("found") && reason.contains("expected"), reason);
      } else {
        assertEquals("", reason);
        assertEquals(3, file.path("outputs").size());
      }
      boolean shouldWork = List.of("good.png", "tiny.tif", "nan.tif").contains(name);
      assertEquals(!shouldWork, bad, name + ": " + reason);
    }
    assertEquals(5, failed);
    assertEquals(5, json.path("failed").asInt());
    assertFalse(outputs().stream().anyMatch(name -> name.contains("part")), "nothing half-written");
  }

  @Test
  void equalStemsLoseNothing() throws IOException {
    png("a.png", boxes(3, 2));
    ImageWriter.writeTiff(in.resolve("a.tif"), boxes(3, 2, 20, 15));
    png("sub/a.png", boxes());
    assertEquals(0, segment("--recursive").code());
    assertTrue(
        outputs().containsAll(List.of("a.png.labels.tif", "a.tif.labels.tif", "sub/a.labels.tif")),
        outputs().toString());
    List<String> images =
        Files.readAllLines(out.resolve("objects.csv")).stream()
            .skip(1)
            .map(row -> row.substring(0, row.indexOf(',')))
            .toList();
    assertEquals(List.of("a.png", "a.tif", "a.tif"), images);
  }

  @Test
  void secondRunSkipsAndOverwriteDoesNot() throws IOException {
    png("a.png", boxes(3, 2));
    assertEquals(0, segment().code());
    String table = Files.readString(out.resolve("objects.csv"));
    png("b.png", boxes(20, 15));
    Files.delete(out.resolve("objects.csv"));
    JsonNode second = segment("--json").json();
    assertEquals(1, second.path("done").asInt());
    assertEquals(1, second.path("skipped").asInt());
    String both = Files.readString(out.resolve("objects.csv"));
    assertTrue(both.startsWith(table), "rows of the skipped file are kept");
    assertEquals(3, both.lines().count());
    assertEquals(2, segment("--overwrite", "--json").json().path("done").asInt());
  }

  @Test
  void aMissingOutputIsMadeAgain() throws IOException {
    png("a.png", boxes(3, 2));
    segment();
    Files.delete(out.resolve("a.labels.tif"));
    assertEquals(1, segment("--json").json().path("done").asInt());
    assertTrue(Files.exists(out.resolve("a.labels.tif")));
  }

  @Test
  void outputInsideTheInputFolderIsNotReadAgain() throws IOException {
    png("a.png", boxes(3, 2));
    for (int i = 0; i < 2; i++) {
      CliRun run =
          fovea(
              "segment",
              "--model",
              model,
              "--input",
              in,
              "--output",
              in.resolve("results"),
              "--recursive",
              "--overwrite",
              "--json");
      assertEquals(1, run.json().path("total").asInt(), "run " + i);
    }
  }

  @Test
  void parametersReachTheTask() throws IOException {
    png("a.png", boxes(3, 2, 20, 15));
    assertEquals(0, segment("--minimum-area", 81).code());
    assertEquals(1, Files.readAllLines(out.resolve("objects.csv")).size());
    JsonNode manifest = new ObjectMapper().readTree(out.resolve("manifest.json").toFile());
    assertEquals("81", manifest.path("parameters").path("minimum_area").asText());
    assertEquals("auto", manifest.path("parameters").path("tile").asText());
    assertEquals(64, manifest.path("model").path("sha256").asText().length());
    assertTrue(manifest.path("command").asText().contains("--minimum-area 81"));
  }

  @Test
  void threadsAndBackendChangeNoLabel() throws IOException {
    png("a.png", boxes(3, 2, 20, 15));
    segment("--threads", 1, "--backend", "scalar");
    byte[] one = Files.readAllBytes(out.resolve("a.labels.tif"));
    CliRun run = segment("--threads", 3, "--overwrite");
    assertEquals(0, run.code(), run.err());
    assertArrayEquals(one, Files.readAllBytes(out.resolve("a.labels.tif")));
  }

  @Test
  void classifyAndExplain() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    byte[] left = new byte[16];
    for (int i = 0; i < 16; i++) {
      left[i] = (byte) (i % 4 < 2 ? 255 : 0);
    }
    png("left.png", Image.ofUint8(4, 4, left));
    png("dark.png", Image.ofUint8(4, 4, new byte[16]));
    CliRun classified = fovea("classify", "--model", sides, "--input", in, "--output", out);
    assertEquals(0, classified.code(), classified.err());
    List<String> rows = Files.readAllLines(out.resolve("classes.csv"));
    assertEquals("image,page,rank,class,score", rows.get(0));
    assertEquals(5, rows.size());
    assertEquals("left.png,1,1,left,0.999665", rows.get(3), "1 / (1 + e^-8)");
    assertTrue(classified.err().contains("left.png: left (100.0 %)"), classified.err());
    JsonNode json = new ObjectMapper().readTree(out.resolve("left.classes.json").toFile());
    assertEquals("right", json.at("/pages/0/classes/1/class").asText());

    Path explained = root.resolve("explained");
    CliRun run =
        fovea(
            "explain",
            "--model",
            sides,
            "--input",
            in.resolve("left.png"),
            "--output",
            explained,
            "--class",
            "right");
    assertEquals(0, run.code(), run.err());
    Image saliency = ImageReader.read(explained.resolve("left.explanation.values.tif"));
    assertEquals(0, saliency.value(0, 0, 0), "the left half says nothing of 'right'");
    assertEquals(1, saliency.value(0, 3, 3), "the weight itself");
    JsonNode why = new ObjectMapper().readTree(explained.resolve("left.explanation.json").toFile());
    assertEquals("right", why.at("/pages/0/class").asText());
    Image panels = ImageReader.read(explained.resolve("left.explanation.png"));
    assertEquals(3 * 4 * 8 + 2 * 8, panels.width());
  }

  @Test
  void aModelOfAnotherTaskIsRefused() throws IOException {
    png("a.png", boxes());
    CliRun run = fovea("classify", "--model", model, "--input", in, "--output", out);
    assertEquals(2, run.code());
    assertTrue(
        run.err().contains("found a model for segmentation, expected one for classification"),
        run.err());
  }

  @Test
  void badModels() throws IOException {
    png("a.png", boxes());
    Path foreign = Files.writeString(root.resolve("foreign.onnx"), "not a protobuf at all");
    byte[] bytes = Files.readAllBytes(model);
    Path cut = Files.write(root.resolve("cut.onnx"), Arrays.copyOf(bytes, bytes.length / 2));
    Path empty = Files.write(root.resolve("empty.onnx"), new byte[0]);
    for (Path bad : List.of(foreign, cut, empty)) {
      CliRun run = fovea("segment", "--model", bad, "--input", in, "--output", out);
      assertEquals(3, run.code(), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
      assertTrue(run.err().contains(bad.toString()), run.err());
      assertFalse(Files.exists(out), "no output folder for nothing");
    }
    CliRun missing = fovea("segment", "--model", "nukleus", "--input", in, "--output", out);
    assertEquals(2, missing.code());
    assertTrue(
        missing.err().contains("one of digits, nuclei, bloodcells, starry, or an ONNX file"),
        missing.err());
  }

  @Test
  void anOutputThatIsAFile() throws IOException {
    png("a.png", boxes());
    Files.writeString(out, "a file");
    CliRun run = segment();
    assertEquals(2, run.code());
    assertTrue(run.err().contains("--output: found the file"), run.err());
    out = out.resolve("below");
    CliRun below = segment("--json");
    assertEquals(3, below.code(), below.err());
    assertTrue(below.json().path("error").asText().contains(out.toString()), below.out());
  }

  @Test
  void cancelled() throws IOException {
    png("a.png", boxes());
    CliRun run =
        CliRun.of(
            () -> true,
            List.of("segment", "--model", model, "--input", in, "--output", out, "--json"));
    assertEquals(3, run.code());
    assertEquals(0, run.json().path("files").size());
    JsonNode manifest = new ObjectMapper().readTree(out.resolve("manifest.json").toFile());
    assertEquals("cancelled", manifest.path("state").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "segmet",
        "train",
        "segment --input x",
        "segment --input /nowhere/at/all --output out",
        "segment --input . --output out --minimum-area 0",
        "segment --input . --output out --frobnicate",
        "segment --input . --output out --threads 0",
        "segment --input . --output out --threads many",
        "segment --input . --output out --backend abacus",
        "train classifier --data . --output x.onnx --arch nonet",
        "train classifier --data . --output /",
        "evaluate --model digits --data . --split everything",
        "evaluate --data .",
        "inspect",
        "inspect nothing.onnx"
      })
  void mistakesInTheCommand(String line) {
    CliRun run = fovea((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));
    assertEquals(2, run.code(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("fovea: "), run.err());
    assertTrue(run.err().contains("--help"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void helpOfEveryCommand() {
    assertEquals(0, fovea("--help").code());
    for (String command :
        List.of(
            "demo",
            "classify",
            "segment",
            "explain",
            "train classifier",
            "train segmenter",
            "train baseline",
            "evaluate",
            "models",
            "inspect",
            "backends")) {
      CliRun run = fovea((Object[]) (command + " --help").split(" "));
      assertEquals(0, run.code(), command);
      for (String option : List.of("--json", "--seed", "--threads", "--backend")) {
        assertTrue(run.out().contains(option), command + " " + option);
      }
    }
    assertTrue(fovea("--version").out().startsWith("fovea "));
  }

  @Test
  void globalOptionsGoBeforeTheCommandToo() throws IOException {
    JsonNode json = fovea("--json", "--threads", 3, "backends").json();
    assertEquals(3, json.path("threads").asInt());
    assertEquals(
        "scalar", used(fovea("--backend", "simd", "backends", "--backend", "scalar", "--json")));
  }

  private static String used(CliRun run) throws IOException {
    for (JsonNode backend : run.json().path("backends")) {
      if (backend.path("used").asBoolean()) {
        return backend.path("name").asText();
      }
    }
    return "none";
  }

  @Test
  void jsonIsAllThatIsOnStandardOutput() throws IOException {
    png("a.png", boxes(3, 2));
    for (CliRun run :
        List.of(
            segment("--json"),
            fovea("models", "--json"),
            fovea("backends", "--json"),
            fovea("inspect", model, "--json"))) {
      assertEquals(0, run.code(), run.err());
      assertTrue(run.json().isObject());
      // One document: nothing is left behind the closing brace but its line feed.
      assertTrue(run.out().startsWith("{\n") && run.out().endsWith("\n}\n"), run.out());
    }
  }

  @Test
  void inspectTellsShapesOperatorsAndCosts() throws IOException {
    JsonNode json = fovea("inspect", model, "--json").json();
    assertEquals("input [batch, 1, height, width]", json.at("/inputs/0").asText());
    assertEquals(1, json.at("/operators/Conv").asInt());
    assertEquals(1, json.at("/operators/Softmax").asInt());
    assertEquals(6, json.path("parameters").asInt());
    assertEquals("[1, 1, 64, 64]", json.path("example_input").asText());
    assertEquals(2 * 3 * 64 * 64, json.path("flops").asInt(), "2 x 3 classes x pixels");
    assertEquals("threshold", json.at("/card/name").asText());
    JsonNode first = json.at("/operator_costs/0");
    assertEquals("Conv", first.path("operator").asText());
    assertEquals(6, first.path("parameters").asInt());
    assertEquals(2 * 3 * 64 * 64, first.path("flops").asInt());
    assertEquals(6 * Float.BYTES, json.path("weight_bytes").asInt());
    assertEquals(2, json.path("run_nodes").asInt());
    assertTrue(
        json.at("/warnings/0").asText().startsWith("input 'input' leaves height, width free"),
        json.path("warnings").toString());
    CliRun text = fovea("inspect", "--model", model);
    assertTrue(text.out().contains("segmentation"), text.out());
    assertTrue(text.out().contains("Conv           1             6          0.02  100.0 %"));
  }

  @Test
  void inspectTellsThePlan() throws IOException {
    JsonNode json = fovea("inspect", model, "--plan", "--json").json();
    // Changes of the layout are nodes of their own.
    assertTrue(json.path("run_nodes").asInt() <= json.path("plan").size(), json.toString());
    long flops = 0;
    for (JsonNode node : json.path("plan")) {
      flops += node.path("flops").asLong();
      assertTrue(node.path("slot").asInt() >= 0, node.toString());
    }
    assertEquals(json.path("flops").asLong(), flops, "folding saves no products here");
    assertFalse(fovea("inspect", model, "--json").json().has("plan"));
    CliRun text = fovea("inspect", model, "--plan");
    assertTrue(text.out().contains("algorithm") && text.out().contains("slot"), text.out());
  }

  @Test
  void inspectCountsForTheSizesAskedFor() throws IOException {
    for (String shape : List.of("2x1x16x8", "input=2x1x16x8")) {
      JsonNode json = fovea("inspect", model, "--shape", shape, "--json").json();
      assertEquals("[2, 1, 16, 8]", json.path("example_input").asText());
      assertEquals(2 * 3 * 2 * 16 * 8, json.path("flops").asInt());
    }
    String[][] wrong = {
      {"x=1x1x8x8", "shape: found the input 'x', expected one of [input]"},
      {"1x1x8x", "shape: found '1x1x8x', expected such as input=1x3x224x224"},
      {"1x1x99999x99999", "shape: found 1x1x99999x99999, expected 1 to 2^31 - 1 elements"},
      {"1x0x8x8", "shape: found 1x0x8x8, expected 1 to 2^31 - 1 elements"},
      {"1x3x8x8", "input 'input': expected [batch, 1, height, width], found [1, 3, 8, 8]"}
    };
    for (String[] w : wrong) {
      CliRun run = fovea("inspect", model, "--shape", w[0]);
      assertEquals(2, run.code(), run.err());
      assertTrue(run.err().contains(w[1]), run.err());
    }
  }

  @Test
  void modelsListsWhatIsThere() throws IOException {
    JsonNode models = fovea("models", "--json").json().path("models");
    assertEquals(Models.builtIn().size(), models.size());
    assertEquals(Models.isPresent("digits"), models.at("/0/present").asBoolean());
  }

  @Test
  void modelsListsArchitectures() throws IOException {
    JsonNode rows = fovea("models", "--architectures", "--json").json().path("architectures");
    assertTrue(rows.size() > 30, rows.toString());
    assertEquals("lenet", rows.at("/0/name").asText());
    assertEquals(28, rows.at("/0/input_size").asInt());
    assertTrue(rows.at("/0/parameters").asLong() > 0);
  }

  @Test
  void evaluateASegmenter() throws IOException {
    Files.createDirectories(root.resolve("data/images"));
    Files.createDirectories(root.resolve("data/labels"));
    ImageWriter.writePng(root.resolve("data/images/a.png"), boxes(3, 2));
    int[] labels = new int[WIDTH * HEIGHT];
    Image truth = boxes(3, 2);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = truth.value(0, i / WIDTH, i % WIDTH) > 0 ? 7 : 0;
    }
    ImageWriter.writeLabelTiff(
        root.resolve("data/labels/a.tif"), labels, WIDTH, HEIGHT, Calibration.NONE);
    CliRun run = fovea("evaluate", "--model", model, "--data", root.resolve("data"), "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals("segmentation", run.json().path("task").asText());
    assertEquals(1, run.json().path("images").asInt());
    for (String figure : List.of("ap50", "map", "dice", "miou")) {
      assertEquals(1, run.json().path(figure).asDouble(), 1e-9, figure);
    }
    ImageWriter.writeLabelTiff(
        root.resolve("data/labels/a.tif"), new int[4], 2, 2, Calibration.NONE);
    CliRun odd = fovea("evaluate", "--model", model, "--data", root.resolve("data"));
    assertEquals(3, odd.code());
    assertTrue(odd.err().contains("a.tif: found 2 x 2 pixels, expected 40 x 30"), odd.err());
  }

  @Test
  void evaluateAClassifierByClassNames() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    byte[] left = new byte[16];
    byte[] right = new byte[16];
    for (int i = 0; i < 16; i++) {
      left[i] = (byte) (i % 4 < 2 ? 255 : 0);
      right[i] = (byte) (i % 4 < 2 ? 0 : 255);
    }
    // Named so that the folders sort otherwise than the classes of the model.
    png("right/1.png", Image.ofUint8(4, 4, right));
    png("right/2.png", Image.ofUint8(4, 4, left));
    png("left/1.png", Image.ofUint8(4, 4, left));
    png("left/2.png", Image.ofUint8(4, 4, left));
    CliRun run = fovea("evaluate", "--model", sides, "--data", in, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals("classification", run.json().path("task").asText());
    assertEquals(0.75, run.json().path("accuracy").asDouble());
    assertEquals(1, run.json().path("top5").asDouble());
    png("up/1.png", Image.ofUint8(4, 4, left));
    CliRun unknown = fovea("evaluate", "--model", sides, "--data", in);
    assertEquals(2, unknown.code());
    assertTrue(unknown.err().contains("found the class 'up'"), unknown.err());
    CliRun mismatch = fovea("evaluate", "--model", model, "--data", in);
    assertEquals(2, mismatch.code());
    assertTrue(mismatch.err().contains("found images of one class each"), mismatch.err());
  }

  @Test
  void evaluateOnBoxesIsRefusedClearly() throws IOException {
    Files.createDirectories(root.resolve("voc/images"));
    Files.createDirectories(root.resolve("voc/annotations"));
    CliRun run = fovea("evaluate", "--model", model, "--data", root.resolve("voc"));
    assertEquals(2, run.code());
    assertTrue(run.err().contains("found a detection data set"), run.err());
  }

  @Test
  void gradientsOfAModelAreChecked() throws IOException {
    Path model = TestModels.sides(root.resolve("sides.onnx"));
    CliRun run = CliRun.of(List.of("check-gradients", model, "--samples", 4, "--seed", 3));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("logits         Gemm      w "), run.out());
    assertTrue(run.out().contains("0 fail"), run.out());
    CliRun json = CliRun.of(List.of("check-gradients", model, "--mode", "inference", "--json"));
    assertEquals(0, json.json().path("fail").asInt(-1), json.out());
    assertEquals("sum", json.json().at("/tensors/4/operator").asText(), json.out());
    assertEquals(2, CliRun.of(List.of("check-gradients", model, "--samples", 0)).code());
  }
}
