package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.OnnxOutline;
import dev.fovea.engine.onnx.OnnxOutline.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cards for models that have none: what is known, what is guessed, what is refused. */
class ForeignCardTest {
  private static final long FREE = OnnxOutline.FREE;

  private static OnnxOutline outline(
      Port input, Port output, String last, Map<String, String> properties) {
    return new OnnxOutline(
        null,
        properties,
        "pytorch",
        List.of(input),
        List.of(output),
        last,
        OnnxOutline.Content.NONE);
  }

  private static OnnxOutline torch(long classes) {
    return outline(
        new Port("input", List.of(FREE, 3L, 224L, 224L)),
        new Port("output", List.of(FREE, classes)),
        "Gemm",
        Map.of());
  }

  private static ForeignCard.Made made(OnnxOutline outline) {
    return ForeignCard.of("a/net.onnx", outline, ForeignOptions.NONE, null);
  }

  private static boolean says(ForeignCard.Made made, String part) {
    return made.guesses().stream().anyMatch(g -> g.startsWith(part));
  }

  @Test
  void aClassifierFromPyTorch() {
    ForeignCard.Made made = made(torch(3));
    ModelCard card = made.card();
    assertEquals("net", card.name());
    assertEquals(ModelCard.Task.CLASSIFICATION, card.task());
    assertEquals(List.of("class 0", "class 1", "class 2"), card.classes());
    assertEquals(ModelCard.LOGITS, card.attributes().get(ModelCard.OUTPUT));
    Preprocessing p = card.preprocessing();
    assertEquals(Preprocessing.Channels.RGB, p.channels());
    assertEquals(224, p.width());
    assertEquals(256, p.shorterSide());
    assertArrayEquals(new float[] {123.675f, 116.28f, 103.53f}, p.mean());
    assertTrue(says(made, "classes: ") && says(made, "preprocessing: imagenet-torch"));
    assertTrue(says(made, "output: logits, because a Gemm"));
    assertEquals(3, made.guesses().size());
  }

  @Test
  void whatTheUserSaysIsNotGuessed() {
    ForeignOptions said =
        new ForeignOptions(ForeignPreprocessing.IMAGENET_TF, List.of("a", "b", "c"), 192);
    ForeignCard.Made made = ForeignCard.of("net", torch(3), said, null);
    assertEquals(List.of("a", "b", "c"), made.card().classes());
    assertEquals(192, made.card().preprocessing().width());
    assertArrayEquals(new float[] {127.5f, 127.5f, 127.5f}, made.card().preprocessing().std());
    assertEquals(1, made.guesses().size(), made.guesses().toString());
  }

  @Test
  void namesThatTheFileKnows() {
    Map<String, String> properties =
        Map.of("names", "{0: 'tench', 1: \"carpenter's kit\", 2: 'it\\'s'}", "author", "someone");
    ForeignCard.Made made =
        made(
            outline(
                new Port("images", List.of(1L, 3L, 64L, 64L)),
                new Port("output0", List.of(1L, 3L)),
                "Softmax",
                properties));
    assertEquals(List.of("tench", "carpenter's kit", "it's"), made.card().classes());
    assertEquals("someone", made.card().attributes().get("author"));
    assertFalse(made.card().attributes().containsKey(ModelCard.OUTPUT));
    assertEquals(Preprocessing.Normalisation.UNIT, made.card().preprocessing().normalisation());
  }

  @Test
  void caffeIsKnownByItsNames() {
    ForeignCard.Made made =
        made(
            outline(
                new Port("data", List.of(FREE, 3L, 227L, 227L)),
                new Port("prob", List.of(FREE, 10L, 1L, 1L)),
                "Softmax",
                Map.of()));
    assertEquals(Preprocessing.Channels.BGR, made.card().preprocessing().channels());
    assertEquals(256, made.card().preprocessing().shorterSide());
    assertEquals(10, made.card().classes().size());
  }

  @Test
  void aFreeSizeIsGuessed() {
    ForeignCard.Made made =
        made(
            outline(
                new Port("x", List.of(FREE, 1L, FREE, FREE)),
                new Port("y", List.of(FREE, 2L)),
                "Softmax",
                Map.of()));
    assertEquals(224, made.card().preprocessing().width());
    assertEquals(Preprocessing.Channels.GREY, made.card().preprocessing().channels());
    assertTrue(says(made, "width, height: 224"));
  }

  private static void assertRefused(String part, OnnxOutline outline, ForeignOptions said) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> ForeignCard.of("net", outline, said, null))
            .getMessage();
    assertTrue(message.startsWith("model 'net': ") && message.contains(part), message);
  }

  @Test
  void whatIsNoClassifierOfImages() {
    Port image = new Port("x", List.of(1L, 3L, 8L, 8L));
    Port classes = new Port("y", List.of(1L, 2L));
    ForeignOptions none = ForeignOptions.NONE;
    assertRefused(
        "found the input x [1, 8, 8, 3], expected images with the channels first",
        outline(new Port("x", List.of(1L, 8L, 8L, 3L)), classes, "", Map.of()),
        none);
    assertRefused(
        "found the input x [?, 10]",
        outline(new Port("x", List.of(FREE, 10L)), classes, "", Map.of()),
        none);
    assertRefused(
        "found the output y [1, 85, 22, 22], expected that of a classifier",
        outline(image, new Port("y", List.of(1L, 85L, 22L, 22L)), "", Map.of()),
        none);
    assertRefused(
        "found 3 class names, expected 2 for the output y [1, 2]",
        outline(image, classes, "", Map.of()),
        new ForeignOptions(null, List.of("a", "b", "c"), 0));
    assertRefused(
        "expected an input of colour images",
        outline(new Port("x", List.of(1L, 1L, 8L, 8L)), classes, "", Map.of()),
        new ForeignOptions(ForeignPreprocessing.IMAGENET_TORCH, List.of(), 0));
  }

  @Test
  void aCardComesBackFromItsFile(@TempDir Path folder) throws IOException {
    Path model = folder.resolve("net.onnx");
    for (ForeignPreprocessing p : ForeignPreprocessing.values()) {
      ForeignOptions said = new ForeignOptions(p, List.of("a", "größer \"3\"", "c"), 96);
      ModelCard card = ForeignCard.of("net", torch(3), said, null).card();
      Path file = CardFile.of(model);
      assertEquals(folder.resolve("net.card.json"), file);
      CardFile.write(file, card, List.of("a comment"));
      assertEquals(card, CardFile.read(file));
      assertEquals(card, CardFile.beside(model).orElseThrow());
    }
  }

  private static void assertBroken(Path file, String part, String text) throws IOException {
    Files.writeString(file, text);
    String message = assertThrows(IOException.class, () -> CardFile.read(file), text).getMessage();
    assertTrue(message.startsWith(file + ": ") && message.contains(part), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void cardsThatAreNone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.card.json");
    assertBroken(file, "found no JSON", "{ \"name\": ");
    assertBroken(file, "found no JSON", "{\"name\": \"a\", \"name\": \"b\"}");
    assertBroken(file, "found no JSON", "{} {}");
    assertBroken(file, "found ARRAY as the file", "[1]");
    assertBroken(file, "found the member 'nam'", "{\"nam\": \"x\"}");
    assertBroken(file, "found BOOLEAN as name", "{\"name\": true}");
    assertBroken(file, "found several lines in classes", "{\"classes\": [\"a\\nb\"]}");
    assertBroken(file, "found the member 'sized'", "{\"preprocessing\": {\"sized\": 3}}");
    assertBroken(file, "fovea.name", "{}");
    assertBroken(file, "'dreaming' as 'fovea.task'", "{\"name\": \"x\", \"task\": \"dreaming\"}");
    assertBroken(file, "found no JSON", "[".repeat(100_000));
  }

  @Test
  void aSegmenterIsKnownByItsOutput() {
    ForeignCard.Made made =
        made(
            outline(
                new Port("x", List.of(FREE, 3L, FREE, FREE)),
                new Port("y", List.of(FREE, 3L + 1, FREE, FREE)),
                "Resize",
                Map.of("classes", "background, cat\ndog,bird")));
    assertEquals(List.of("background", "cat", "dog", "bird"), made.card().classes());
    assertEquals(ModelCard.Task.SEGMENTATION, made.card().task());
    assertTrue(says(made, "task: segmentation"), made.guesses().toString());
    assertEquals(ModelCard.LOGITS, made.card().attributes().get(ModelCard.OUTPUT));
    assertEquals(0, made.card().preprocessing().width());
    assertEquals(Preprocessing.Resize.NONE, made.card().preprocessing().resize());
  }

  @Test
  void segmentersOfAFixedSize() {
    OnnxOutline plane =
        outline(
            new Port("x", List.of(1L, 1L, 64L, 96L)),
            new Port("y", List.of(1L, 1L, 64L, 96L)),
            "Sigmoid",
            Map.of());
    ModelCard card = ForeignCard.of("net", plane, ForeignOptions.NONE, null).card();
    assertEquals(List.of("background", "foreground"), card.classes());
    assertFalse(card.attributes().containsKey(ModelCard.OUTPUT));
    assertEquals(Preprocessing.Resize.STRETCH, card.preprocessing().resize());
    assertEquals(96, card.preprocessing().width());
    OnnxOutline labels =
        outline(
            new Port("x", List.of(1L, 3L, 64L, 96L)),
            new Port("y", List.of(1L, 64L, 96L)),
            "ArgMax",
            Map.of());
    ForeignOptions named = new ForeignOptions(null, List.of("a", "b", "c"), 0);
    ModelCard indices = ForeignCard.of("net", labels, named, ModelCard.Task.SEGMENTATION).card();
    assertEquals(ModelCard.LABELS, indices.attributes().get(ModelCard.OUTPUT));
    assertEquals(3, indices.classes().size());
  }

  @Test
  void aDetectorByUltralytics() {
    OnnxOutline yolo =
        outline(
            new Port("images", List.of(1L, 3L, FREE, FREE)),
            new Port("output0", List.of(1L, 6L, FREE)),
            "Concat",
            Map.of(
                "names", "{0: 'person', 1: 'bicycle'}", "task", "detect", "imgsz", "[320, 320]"));
    ForeignCard.Made made = ForeignCard.of("net", yolo, ForeignOptions.NONE, null);
    assertEquals(ModelCard.Task.DETECTION, made.card().task());
    assertEquals(List.of("person", "bicycle"), made.card().classes());
    Preprocessing p = made.card().preprocessing();
    assertEquals(320, p.width());
    assertEquals(Preprocessing.Resize.LETTERBOX, p.resize());
    assertEquals(114, p.margin());
    assertFalse(made.card().attributes().containsKey(ModelCard.OUTPUT));
  }

  @Test
  void detectorsAndStylesBySaying() {
    OnnxOutline any =
        outline(
            new Port("x", List.of(1L, 3L, FREE, FREE)),
            new Port("y", List.of(1L, 3L, FREE, FREE)),
            "Add",
            Map.of());
    ModelCard detector =
        ForeignCard.of("net", any, ForeignOptions.NONE, ModelCard.Task.DETECTION).card();
    assertEquals(List.of(), detector.classes());
    assertEquals(640, detector.preprocessing().width());
    assertEquals(Preprocessing.Resize.STRETCH, detector.preprocessing().resize());
    ModelCard style = ForeignCard.of("net", any, ForeignOptions.NONE, ModelCard.Task.STYLE).card();
    assertEquals(Preprocessing.Resize.NONE, style.preprocessing().resize());
    assertArrayEquals(new float[] {1, 1, 1}, style.preprocessing().std());
    // It might be three classes as well.
    assertRefused("expected that of a classifier", any, ForeignOptions.NONE);
  }

  @Test
  void cardsOfAllTasksComeBackFromTheirFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.card.json");
    for (ModelCard.Task task : ModelCard.Task.values()) {
      for (Preprocessing p :
          List.of(
              Preprocessing.unit(Preprocessing.Channels.RGB, 64, 32, Preprocessing.Resize.LETTERBOX)
                  .withMargin(114),
              Preprocessing.unit(Preprocessing.Channels.GREY, 0, 0, Preprocessing.Resize.NONE))) {
        ModelCard card = new ModelCard("net", task, List.of(), p, Map.of("a", "b"));
        CardFile.write(file, card, List.of());
        assertEquals(card, CardFile.read(file));
      }
    }
  }

  @Test
  void labelFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("labels.txt");
    Files.writeString(file, "\uFEFFtench\r\n goldfish\r\n\r\n");
    assertEquals(List.of("tench", "goldfish"), ForeignOptions.readLabels(file));
    String many = String.join("\n", IntStream.range(0, 1000).mapToObj(i -> "c" + i).toList());
    Files.writeString(file, many);
    assertEquals(1000, ForeignOptions.readLabels(file).size());
    Files.writeString(file, " \n");
    assertThrows(IOException.class, () -> ForeignOptions.readLabels(file));
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0});
    assertThrows(IOException.class, () -> ForeignOptions.readLabels(file));
    assertThrows(IOException.class, () -> ForeignOptions.readLabels(folder));
  }
}
