package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.tasks.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models without a card: a card beside them, or options. */
class CardTest {
  @TempDir Path root;
  private Path bare;
  private Path labels;
  private Path picture;

  @BeforeEach
  void prepare() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    bare = root.resolve("bare.onnx");
    new ModelFile(ModelFile.read(sides).graph(), null).write(bare);
    labels = Files.writeString(root.resolve("labels.txt"), "left side\nright side\n");
    byte[] pixels = new byte[32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 32 < 16 ? 200 : 10);
    }
    picture = root.resolve("left.png");
    ImageWriter.writePng(picture, Image.ofUint8(32, 32, pixels));
  }

  private static CliRun fovea(Object... args) {
    return CliRun.of(Arrays.asList(args));
  }

  private CliRun classify(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "classify", "--model", bare, "--input", picture, "--output", root.resolve("out")));
    args.addAll(List.of(more));
    return fovea(args.toArray());
  }

  private String best() throws IOException {
    return Files.readAllLines(root.resolve("out").resolve("classes.csv")).get(1);
  }

  @Test
  void withoutACardThereIsAHint() {
    CliRun run = classify();
    assertEquals(2, run.code(), run.err());
    assertTrue(
        run.err().contains("expected one in the file or beside it (see: fovea card"), run.err());
  }

  @Test
  void aCardIsWrittenAndUsed() throws IOException {
    CliRun run = fovea("card", bare, "--labels", labels, "--json");
    assertEquals(0, run.code(), run.err());
    Path card = root.resolve("bare.card.json");
    assertEquals(card.toString(), run.json().path("file").asText());
    assertEquals(1, run.json().path("guesses").size(), run.out());
    assertTrue(Files.readString(card).contains("guessed: preprocessing: unit"));
    CliRun classified = classify();
    assertEquals(0, classified.code(), classified.err());
    assertTrue(best().startsWith("left.png,1,1,left side,"), best());
    CliRun again = fovea("card", bare);
    assertEquals(2, again.code(), again.err());
    assertTrue(again.err().contains("found a card already"), again.err());
    assertEquals(0, fovea("card", bare, "--overwrite").code());
    // The card is another one, so the results of the old one do not stand.
    assertEquals(0, classify().code());
    assertTrue(best().startsWith("left.png,1,1,class 0,"), best());
    CliRun both = classify("--overwrite", "--preprocess", "unit");
    assertEquals(2, both.code(), both.err());
    assertTrue(both.err().contains("expected none beside --preprocess"), both.err());
  }

  @Test
  void optionsDoWithoutACard() throws IOException {
    CliRun run = classify("--preprocess", "unit", "--labels", labels);
    assertEquals(0, run.code(), run.err());
    assertTrue(best().startsWith("left.png,1,1,left side,"), best());
    CliRun wrong = classify("--overwrite", "--preprocess", "psychic");
    assertEquals(2, wrong.code(), wrong.err());
    assertTrue(wrong.err().contains("found 'psychic', expected one of unit,"), wrong.err());
  }

  /** A network of our own without its card, as others write them. */
  @Test
  void aForeignSegmenterLabelsPixels() throws IOException {
    Path own = TestModels.threshold(root.resolve("threshold.onnx"));
    bare = root.resolve("pixels.onnx");
    new ModelFile(ModelFile.read(own).graph(), null).write(bare);
    Files.writeString(labels, "background\nbright\nnever\n");
    CliRun card =
        fovea(
            "card",
            bare,
            "--task",
            "segmentation",
            "--labels",
            labels,
            "--preprocess",
            "unit",
            "--json");
    assertEquals(0, card.code(), card.err());
    assertEquals("segmentation", card.json().at("/card/task").asText());
    assertEquals(0, card.json().path("guesses").size(), card.out());
    for (String runtime : List.of("fovea", "onnxruntime")) {
      Path out = root.resolve(runtime);
      CliRun run =
          fovea(
              "segment",
              "--model",
              bare,
              "--input",
              picture,
              "--output",
              out,
              "--runtime",
              runtime);
      assertEquals(0, run.code(), run.err());
      Image found = ImageReader.read(out.resolve("left.labels.tif"));
      for (int i = 0; i < 32 * 32; i++) {
        assertEquals(i % 32 < 16 ? 1 : 0, found.value(0, i / 32, i % 32), "pixel " + i);
      }
      List<String> rows = Files.readAllLines(out.resolve("objects.csv"));
      assertEquals(2, rows.size());
      assertTrue(rows.get(1).startsWith("left.png,1,1,512,") && rows.get(1).endsWith(",bright"));
    }
    CliRun objects =
        fovea(
            "segment",
            "--model",
            bare,
            "--input",
            picture,
            "--output",
            root.resolve("x"),
            "--minimum-area",
            "3");
    assertEquals(2, objects.code(), objects.err());
    assertTrue(objects.err().contains("which tells classes of pixels and no objects"));
    CliRun classified = classify();
    assertEquals(2, classified.code(), classified.err());
    assertTrue(
        classified
            .err()
            .contains("found a model for segmentation, expected one for classification"));
  }

  /** {@code [1, 4 + classes, cells]} of a 64 x 64 input, whose maps have 64, 16 and 4 cells. */
  @Test
  void theCardOfADetectorNamesItsKind() throws IOException {
    Graph.Builder graph = new Graph.Builder("like YOLOv8");
    Value input = graph.input("images", Shape.of(1, 3, 64, 64), "", "", "", "");
    Value weights = graph.parameter("w", Tensor.zeros(84 * 6, 3, 64, 64));
    Value cells = graph.node("all", Conv.square(64, 64, 0), input, weights);
    Path file = root.resolve("yolo.onnx");
    new ModelFile(graph.build(graph.node("output0", new Reshape(List.of(1, 6, 84)), cells)), null)
        .write(file);
    CliRun run = fovea("card", file, "--task", "detection", "--labels", labels, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals("yolov8", run.json().at("/card/attributes/detector").asText(), run.out());
    assertEquals("left side", run.json().at("/card/classes/0").asText());
    ModelCard card = Models.load(file.toString()).requireCard();
    assertEquals(Preprocessing.Resize.LETTERBOX, card.preprocessing().resize());
    assertEquals(64, card.preprocessing().width());
    assertTrue(card.attributes().containsKey("iou_threshold"));
    CliRun found =
        fovea("detect", "--model", file, "--input", picture, "--output", root.resolve("boxes"));
    assertEquals(0, found.code(), found.err());
    Files.writeString(labels, "only one");
    CliRun wrong = fovea("card", file, "--task", "detection", "--labels", labels, "--overwrite");
    assertEquals(2, wrong.code(), wrong.err());
    assertTrue(wrong.err().contains("found 1 class names, expected 2"), wrong.err());
  }

  @Test
  void aCardForATaskThatIsSaid() throws IOException {
    CliRun run = fovea("card", bare, "--task", "detection", "--labels", labels, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals("detection", run.json().at("/card/task").asText());
    for (String side : List.of("left", "right")) {
      Path folder = Files.createDirectories(root.resolve("data").resolve(side));
      Files.copy(picture, folder.resolve("1.png"));
    }
    CliRun measured = fovea("evaluate", "--model", bare, "--data", root.resolve("data"));
    assertEquals(2, measured.code(), measured.err());
    assertTrue(measured.err().contains("found a model for detection"), measured.err());
    CliRun wrong = fovea("card", bare, "--task", "dreams");
    assertEquals(2, wrong.code(), wrong.err());
    assertTrue(wrong.err().contains("--task: "), wrong.err());
  }

  @Test
  void aModelWithACardNeedsNone() throws IOException {
    CliRun run = fovea("card", root.resolve("sides.onnx"));
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains("found a card in the file itself"), run.err());
  }

  @Test
  void aBrokenCardNamesItsFile() throws IOException {
    Path card = Files.writeString(root.resolve("bare.card.json"), "{");
    CliRun run = classify();
    assertEquals(3, run.code(), run.err());
    assertTrue(run.err().contains(card + ": found no JSON"), run.err());
  }

  /** The classes that the authors of the weights' folder measured with another program. */
  @Test
  void squeezeNetNamesPhotographs() throws IOException {
    String data = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(data != null, "skipped: FOVEA_DATA is not set (weights and photos)");
    Path weights = Path.of(data, "weights");
    bare = weights.resolve("squeezenet1_0-imagenet.onnx");
    String[][] expected = {
      {"chelsea.png", "Egyptian cat"}, {"coffee.png", "espresso"}, {"rocket.jpg", "pole"}
    };
    for (String[] photo : expected) {
      picture = Path.of(data, "photos", photo[0]);
      CliRun run =
          classify(
              "--overwrite",
              "--preprocess",
              "imagenet-caffe",
              "--labels",
              weights.resolve("imagenet_labels.txt"));
      assertEquals(0, run.code(), run.err());
      System.out.println(best());
      assertTrue(best().startsWith(photo[0] + ",1,1," + photo[1] + ","), best());
    }
  }
}
