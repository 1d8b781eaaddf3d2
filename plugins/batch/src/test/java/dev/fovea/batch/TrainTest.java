package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.samples.Micrograph;
import dev.fovea.samples.RenderedDigits;
import dev.fovea.samples.SyntheticMicroscope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training from the command line, on data that takes seconds. */
class TrainTest {
  @TempDir Path root;
  private Path data;

  @BeforeEach
  void drawDigits() throws IOException {
    data = root.resolve("data");
    for (int digit : new int[] {0, 1}) {
      Path folder = Files.createDirectories(data.resolve(digit == 0 ? "zero" : "one"));
      for (int i = 0; i < 20; i++) {
        ImageWriter.writePng(folder.resolve(i + ".png"), RenderedDigits.draw(digit, i));
      }
    }
  }

  private CliRun train(BooleanSupplier cancelled, String output, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "train",
                "classifier",
                "--data",
                data,
                "--arch",
                "lenet",
                "--output",
                root.resolve(output),
                "--epochs",
                3,
                "--batch-size",
                8,
                "--seed",
                5,
                "--json"));
    args.addAll(Arrays.asList(more));
    return CliRun.of(cancelled, args);
  }

  @Test
  void classifierIsTrainedWrittenAndEvaluated() throws IOException {
    CliRun run = train(() -> false, "digits.onnx", "--license", "CC0");
    assertEquals(0, run.code(), run.err());
    JsonNode json = run.json();
    assertEquals(3, json.path("epochs").size());
    assertEquals(64, json.path("weights_hash").asText().length());
    assertTrue(json.at("/figures/accuracy").asDouble() >= 0.5, run.out());
    assertTrue(run.err().contains("36 images to train on, 4 to validate on, 2 classes"));
    assertEquals(3, run.err().lines().filter(line -> line.startsWith("epoch ")).count());

    CliRun inspected = CliRun.of(List.of("inspect", root.resolve("digits.onnx"), "--json"));
    JsonNode card = inspected.json().path("card");
    assertEquals(json.path("sha256"), inspected.json().path("sha256"));
    assertEquals(json.path("weights_hash"), inspected.json().path("weights_hash"));
    assertEquals("[\"one\",\"zero\"]", card.path("classes").toString());
    assertEquals("5", card.at("/attributes/seed").asText());
    assertEquals("CC0", card.at("/attributes/license").asText());
    assertTrue(card.at("/attributes/command").asText().startsWith("fovea train classifier"));
    assertFalse(card.at("/attributes/val_accuracy").asText().isEmpty());

    CliRun evaluated =
        CliRun.of(
            List.of("evaluate", "--model", root.resolve("digits.onnx"), "--data", data, "--json"));
    assertEquals(0, evaluated.code(), evaluated.err());
    assertEquals(40, evaluated.json().path("images").asInt());
  }

  @Test
  void cancelledAndResumedGivesTheSameWeights() throws IOException {
    JsonNode whole = train(() -> false, "whole.onnx", "--threads", 1).json();
    AtomicInteger asked = new AtomicInteger();
    CliRun part = train(() -> asked.incrementAndGet() > 6, "part.onnx");
    assertEquals(1, part.code(), part.err());
    assertTrue(part.json().path("error").asText().contains("--resume"), part.out());
    assertFalse(Files.exists(root.resolve("part.onnx")));
    CliRun other = train(() -> false, "part.onnx", "--resume", "--augment", "none");
    assertEquals(3, other.code(), other.err());
    assertTrue(other.err().contains("augmentation=NONE"), other.err());
    CliRun rest = train(() -> false, "part.onnx", "--resume", "--threads", 2);
    assertEquals(0, rest.code(), rest.err());
    assertTrue(rest.err().contains("going on from"), rest.err());
    assertEquals(whole.path("weights_hash"), rest.json().path("weights_hash"));
    assertEquals(3, rest.json().path("epochs").size());
    // 36 images in batches of 8: 4 steps an epoch. The report goes on where the training did.
    JsonNode history =
        new ObjectMapper().readTree(root.resolve("part.report/history.json").toFile());
    JsonNode expected =
        new ObjectMapper().readTree(root.resolve("whole.report/history.json").toFile());
    assertEquals(12, expected.path("loss").size());
    assertEquals(12, expected.path("snapshots").size());
    assertEquals(expected.path("loss"), history.path("loss"));
    assertEquals(expected.path("snapshots"), history.path("snapshots"));
    assertEquals(3, history.path("epochs").size());
  }

  @Test
  void theReportIsOneReadablePage() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    train(() -> asked.incrementAndGet() > 6, "cut.onnx", "--report", root.resolve("watch"));
    Path page = root.resolve("watch/report.html");
    String html = Files.readString(page);
    assertTrue(html.contains("Stopped: cancelled"), html);
    train(() -> false, "cut.onnx", "--resume", "--report", root.resolve("watch"));
    html = Files.readString(page);
    assertTrue(html.contains("Finished: the weights of epoch"), html);
    for (String expected :
        List.of("Training loss", "accuracy", "conv1", "1e-3", "data:image/png", "First layer")) {
      assertTrue(html.contains(expected), expected);
    }
    assertFalse(html.matches("(?s).*(src|href)=\"(?!data:).*"), "the page needs another file");
    assertFalse(html.contains("http-equiv"), "a finished page is not shown anew");
    try (Stream<Path> files = Files.list(root.resolve("watch"))) {
      assertEquals(
          2, files.filter(f -> f.getFileName().toString().startsWith("events.out.")).count());
    }
    assertEquals(0, train(() -> false, "quiet.onnx", "--report", "none").code());
    assertFalse(Files.exists(root.resolve("quiet.report")));
  }

  @Test
  void segmenterIsTrainedAndUsed() throws IOException {
    Path cells = root.resolve("cells");
    Files.createDirectories(cells.resolve("images"));
    Files.createDirectories(cells.resolve("labels"));
    SyntheticMicroscope.Scene scene = new SyntheticMicroscope.Scene(48, 48, 4, 7, 0.2, 1, 0.5);
    for (int i = 0; i < 4; i++) {
      Micrograph m = SyntheticMicroscope.fluorescence(scene, SampleType.UINT8, i);
      ImageWriter.writePng(cells.resolve("images/" + i + ".png"), m.image());
      ImageWriter.writeLabelTiff(
          cells.resolve("labels/" + i + ".tif"), m.labels(), 48, 48, Calibration.NONE);
    }
    Path model = root.resolve("cells.onnx");
    CliRun run =
        CliRun.of(
            List.of(
                "train",
                "segmenter",
                "--data",
                cells,
                "--arch",
                "unet",
                "--width",
                4,
                "--depth",
                2,
                "--max-width",
                8,
                "--patch",
                32,
                "--epochs",
                2,
                "--batch-size",
                2,
                "--output",
                model,
                "--json"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.json().at("/figures/ap50").isNumber(), run.out());
    CliRun used =
        CliRun.of(
            List.of(
                "segment",
                "--model",
                model,
                "--input",
                cells.resolve("images"),
                "--output",
                root.resolve("found"),
                "--tile",
                32,
                "--json"));
    assertEquals(0, used.code(), used.err());
    assertEquals(4, used.json().path("done").asInt());
  }

  private CliRun baseline(String method, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("train", "baseline", "--method", method, "--data", data, "--json"));
    args.addAll(Arrays.asList(more));
    return CliRun.of(args);
  }

  @ParameterizedTest
  @ValueSource(strings = {"knn", "svm", "softmax", "two-layer", "hog-svm", "hog-net"})
  void baselinesTellZeroFromOne(String method) throws IOException {
    CliRun run = baseline(method);
    assertEquals(0, run.code(), run.err());
    JsonNode json = run.json();
    assertEquals(36, json.path("training_images").asInt());
    assertEquals(4, json.path("test_images").asInt());
    assertTrue(json.path("accuracy").asDouble() >= 0.75, run.out());
    assertEquals(json.path("accuracy"), baseline(method, "--threads", 1).json().path("accuracy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"svm", "softmax", "two-layer"})
  void baselinesOfPixelsAreModelsToo(String method) throws IOException {
    Path model = root.resolve("models/" + method + ".onnx");
    CliRun run = baseline(method, "--output", model);
    assertEquals(0, run.code(), run.err());
    assertEquals(model.toString(), run.json().path("output").asText());
    JsonNode card = card(model.toString());
    assertEquals("[\"one\",\"zero\"]", card.path("classes").toString());
    assertEquals(method, card.at("/attributes/architecture").asText());
    CliRun evaluated = CliRun.of(List.of("evaluate", "--model", model, "--data", data, "--json"));
    assertEquals(0, evaluated.code(), evaluated.err());
    // Almost all of these 40 images were trained on.
    assertTrue(evaluated.json().path("accuracy").asDouble() >= 0.9, evaluated.out());
  }

  @Test
  void baselinesThatAreNoNetworksWriteNoModel() {
    for (String method : List.of("knn", "hog-svm")) {
      CliRun run = baseline(method, "--output", root.resolve("x.onnx"));
      assertEquals(2, run.code(), run.err());
      assertTrue(run.err().contains("expected svm, softmax or two-layer"), run.err());
    }
  }

  @Test
  void mistakesAreLookedForBeforeATraining() throws IOException {
    CliRun run = train(() -> false, "checked.onnx", "--check");
    assertEquals(0, run.code(), run.err());
    assertEquals(0, run.json().path("failed").asInt());
    assertEquals(3, run.json().path("checks").size());
    assertTrue(run.err().contains("20 images by heart"), run.err());
    assertTrue(run.err().contains("3 pass, 0 doubtful, 0 fail"), run.err());
    assertFalse(Files.exists(root.resolve("checked.onnx")));
    assertFalse(Files.exists(root.resolve("checked.report")));
    // The same picture under both names.
    for (int i = 0; i < 20; i++) {
      Files.copy(
          data.resolve("one/" + i + ".png"),
          data.resolve("zero/" + i + ".png"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    CliRun failed = train(() -> false, "checked.onnx", "--check");
    assertEquals(1, failed.code(), failed.err());
    assertEquals(1, failed.json().path("failed").asInt());
    assertEquals("fail", failed.json().at("/checks/2/verdict").asText());
  }

  @Test
  void aCheckNeedsNoOutputButATrainingDoes() throws IOException {
    List<Object> args = List.of("train", "classifier", "--data", data, "--json");
    CliRun training = CliRun.of(args);
    assertEquals(2, training.code(), training.err());
    assertTrue(training.err().contains("output: expected a file, found none"), training.err());
    List<Object> checked = new ArrayList<>(args);
    checked.add("--check");
    CliRun check = CliRun.of(checked);
    assertEquals(3, check.json().path("checks").size(), check.err());
  }

  @Test
  void optionsWithoutEffectAreRefused() {
    assertRefused("freeze: found features without a classifier", "--freeze", "features");
    assertRefused("fine_tune_rate: found 0.5 without a classifier", "--fine-tune-rate", 0.5);
    assertRefused("preprocessing: found one without a classifier", "--preprocessing", "unit");
    assertRefused("arch: found resnet20 with a", "--from", "digits", "--arch", "resnet20");
    assertRefused("size: found 20 with a classifier", "--from", "digits", "--size", 20);
  }

  private void assertRefused(String message, Object... options) {
    List<Object> args = new ArrayList<>(List.of("train", "classifier", "--data", data));
    args.addAll(List.of("--output", root.resolve("x.onnx"), "--epochs", 1));
    args.addAll(Arrays.asList(options));
    CliRun run = CliRun.of(args);
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains(message), run.err());
  }

  @Test
  void aNewHeadIsCheckedToo() {
    assertEquals(0, train(() -> false, "old.onnx").code());
    String old = root.resolve("old.onnx").toString();
    CliRun run = train(() -> false, "x.onnx", "--from", old, "--freeze", "features", "--check");
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void neighboursAreChosenByCrossValidation() throws IOException {
    CliRun run = baseline("knn", "--folds", 3, "--distance", "l1", "--projection", 30);
    assertEquals(0, run.code(), run.err());
    JsonNode scores = run.json().path("cross_validation");
    // Of 36 images two folds hold 24: candidates up to 20.
    assertEquals(8, scores.size());
    double best = 0;
    int k = 0;
    for (JsonNode score : scores) {
      assertEquals(3, score.path("accuracies").size());
      if (score.path("mean").asDouble() > best) {
        best = score.path("mean").asDouble();
        k = score.path("k").asInt();
      }
    }
    assertEquals(k, run.json().path("neighbors").asInt());
    assertEquals(5, baseline("knn", "--neighbors", 5).json().path("neighbors").asInt());
    assertEquals(2, baseline("knn", "--folds", 1).code());
    assertEquals(2, baseline("knn", "--neighbors", 99).code());
  }

  @Test
  void badDataAndBadOutputs() throws IOException {
    Files.writeString(data.resolve("one/7.png"), "no picture");
    CliRun run = train(() -> false, "digits.onnx");
    assertEquals(3, run.code(), run.err());
    assertTrue(run.json().path("error").asText().contains("7.png: found text"), run.out());
    assertFalse(Files.exists(root.resolve("digits.onnx")));
    Files.writeString(root.resolve("file"), "x");
    assertEquals(2, train(() -> false, "file/digits.onnx").code());
    data = root.resolve("nowhere");
    CliRun missing = train(() -> false, "digits.onnx");
    assertEquals(3, missing.code());
    assertTrue(missing.json().path("error").asText().contains("no such folder"), missing.out());
  }

  @Test
  void aTrainedClassifierGetsANewHead() throws IOException {
    assertEquals(0, train(() -> false, "old.onnx").code());
    String old = root.resolve("old.onnx").toString();
    CliRun frozen = train(() -> false, "head.onnx", "--from", old, "--freeze", "features");
    assertEquals(0, frozen.code(), frozen.err());
    assertTrue(frozen.json().at("/figures/accuracy").asDouble() >= 0.5, frozen.out());
    JsonNode card = card(root.resolve("head.onnx").toString());
    assertTrue(card.at("/attributes/architecture").asText().startsWith("from "), card.toString());
    assertEquals(card.path("input"), card(old).path("input"), "the old preprocessing");
  }

  @Test
  void theCardSaysWhatWasMadeOfTheImages() throws IOException {
    CliRun usual = train(() -> false, "plain.onnx");
    assertEquals(0, usual.code(), usual.err());
    JsonNode plain = card(root.resolve("plain.onnx").toString()).path("attributes");
    assertEquals("digits", plain.path("augmentation").asText(), "of grey images");
    assertTrue(plain.path("mixup").isMissingNode());
    Path split = root.resolve("split.txt");
    CliRun run =
        train(
            () -> false,
            "mixed.onnx",
            "--augment",
            "natural",
            "--mixup",
            0.4,
            "--cutmix",
            1,
            "--cutout",
            "--label-smoothing",
            0.1,
            "--split",
            split);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.err().contains("32 images to train on, 4 to validate on"), run.err());
    assertTrue(run.json().at("/figures/test_accuracy").isNumber(), "the file's test images");
    JsonNode card = card(root.resolve("mixed.onnx").toString()).path("attributes");
    assertEquals("natural", card.path("augmentation").asText());
    assertEquals("0.4", card.path("mixup").asText());
    assertEquals("1.0", card.path("cutmix").asText());
    assertEquals("true", card.path("cutout").asText());
    assertEquals("0.1", card.path("label_smoothing").asText());
    assertEquals(split.toString(), card.path("split").asText());
    assertEquals(40, Files.readAllLines(split).stream().filter(l -> l.contains("\t")).count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hinge", "focal"})
  void otherLossesLearnToo(String loss) throws IOException {
    CliRun run = train(() -> false, "other.onnx", "--loss", loss);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.json().at("/figures/accuracy").asDouble() >= 0.5, run.out());
    assertEquals(loss, card(root.resolve("other.onnx").toString()).at("/attributes/loss").asText());
    CliRun mixed = train(() -> false, "x.onnx", "--loss", loss, "--mixup", 1);
    assertEquals(2, mixed.code(), mixed.err());
    assertTrue(mixed.err().contains("with mixup or cutmix, expected cross-entropy"), mixed.err());
  }

  @Test
  void frozenFeaturesTakeNoChangedImages() {
    CliRun run =
        train(
            () -> false,
            "x.onnx",
            "--from",
            "digits",
            "--freeze",
            "features",
            "--augment",
            "natural");
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains("frozen features"), run.err());
  }

  private static JsonNode card(String model) throws IOException {
    return CliRun.of(List.of("inspect", model, "--json")).json().path("card");
  }

  @Test
  void aModelWithoutACardNeedsItsPreprocessing() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    Path bare = root.resolve("bare.onnx");
    new ModelFile(ModelFile.read(sides).graph(), null).write(bare);
    CliRun refused = train(() -> false, "x.onnx", "--from", bare);
    assertEquals(2, refused.code(), refused.err());
    assertTrue(refused.err().contains("--preprocessing"), refused.err());
    CliRun colour =
        train(() -> false, "x.onnx", "--from", bare, "--preprocessing", "imagenet-caffe");
    assertEquals(2, colour.code(), colour.err());
    assertTrue(colour.err().contains("found input [?, 1, 4, 4]"), colour.err());
    CliRun run =
        train(() -> false, "x.onnx", "--from", bare, "--preprocessing", "unit", "--size", 4);
    assertEquals(0, run.code(), run.err());
  }
}
