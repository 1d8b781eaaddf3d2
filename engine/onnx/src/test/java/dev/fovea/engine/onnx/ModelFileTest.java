package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {

  @Test
  void writesAndReadsWeightsAndCard(@TempDir Path folder) throws Exception {
    ModelFile model = new ModelFile(Models.classifier(3), Models.card());
    Path file = folder.resolve("model.onnx");
    model.write(file);
    ModelFile read = ModelFile.read(file);
    assertEquals(model.graph().weightsHash(), read.graph().weightsHash());
    assertEquals("classifier", read.graph().name());
    assertSame(model.card(), read.card());
    byte[] bytes = Files.readAllBytes(file);
    assertArrayEquals(bytes, read.toBytes());
    String sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    assertEquals(sha, model.sha256());
    assertEquals(sha, read.sha256());
    assertNotEquals(sha, new ModelFile(Models.classifier(4), Models.card()).sha256());
  }

  private static void assertSame(ModelCard expected, ModelCard found) {
    assertEquals(expected.name(), found.name());
    assertEquals(expected.task(), found.task());
    assertEquals(expected.classes(), found.classes());
    assertEquals(expected.attributes(), found.attributes());
    Preprocessing p = expected.preprocessing();
    Preprocessing q = found.preprocessing();
    assertEquals(p.channels(), q.channels());
    assertEquals(p.width(), q.width());
    assertEquals(p.height(), q.height());
    assertEquals(p.resize(), q.resize());
    assertEquals(p.normalisation(), q.normalisation());
    assertArrayEquals(p.mean(), q.mean());
    assertArrayEquals(p.std(), q.std());
    assertEquals(p.low(), q.low());
    assertEquals(p.high(), q.high());
  }

  @Test
  void cardsOfEveryKindComeBack() throws Exception {
    Graph graph = Models.unet(1);
    for (ModelCard.Task task : ModelCard.Task.values()) {
      for (List<String> classes : List.of(List.<String>of(), List.of(""), List.of("a", "b", ""))) {
        for (Preprocessing p :
            List.of(
                Preprocessing.percentile(Preprocessing.Channels.GREY, 1, 99.8f),
                Preprocessing.unit(
                    Preprocessing.Channels.BGR, 28, 28, Preprocessing.Resize.LETTERBOX))) {
          ModelCard card = new ModelCard("", task, classes, p, Map.of("", "", "a.b", "c"));
          byte[] file = new ModelFile(graph, card).toBytes();
          assertSame(card, new OnnxReader().read(file, "memory").card());
        }
      }
    }
  }

  @Test
  void aFileWithoutACardHasNone() throws Exception {
    byte[] file = new ModelFile(Models.unet(1), null).toBytes();
    ModelProto foreign =
        ModelProto.parseFrom(file).toBuilder()
            .addMetadataProps(StringStringEntryProto.newBuilder().setKey("author").setValue("x"))
            .build();
    assertNull(new OnnxReader().read(foreign.toByteArray(), "memory").card());
  }

  @Test
  void damagedCardsAreRefused() throws Exception {
    ModelProto good = ModelProto.parseFrom(new ModelFile(Models.unet(1), Models.card()).toBytes());
    assertCardRefused(good, "fovea.task", "dreaming", "expected classification, segmentation");
    assertCardRefused(good, "fovea.preprocessing.width", "12.5", "expected an integer");
    assertCardRefused(good, "fovea.preprocessing.width", "-3", "expected two sizes or two zeros");
    assertCardRefused(good, "fovea.preprocessing.mean", "1 2", "expected 3 mean and std values");
    assertCardRefused(good, "fovea.preprocessing.mean", "1 NaN 3", "expected a number");
    assertCardRefused(good, "fovea.preprocessing.std", "1 0 3", "standard deviation of 0");
    assertCardRefused(good, "fovea.preprocessing.low", "", "expected one");
    for (int i = 0; i < good.getMetadataPropsCount(); i++) {
      String key = good.getMetadataProps(i).getKey();
      byte[] without = good.toBuilder().removeMetadataProps(i).build().toByteArray();
      if (key.startsWith("fovea.attr.") || key.equals("fovea.classes")) {
        new OnnxReader().read(without, "memory");
      } else {
        ModelFormatException e =
            assertThrows(
                ModelFormatException.class, () -> new OnnxReader().read(without, "card.onnx"));
        assertEquals(
            "card.onnx: found a model card without '" + key + "', expected a whole model card",
            e.getMessage());
      }
    }
  }

  private static void assertCardRefused(ModelProto good, String key, String value, String part) {
    ModelProto.Builder bad = good.toBuilder();
    for (StringStringEntryProto.Builder p : bad.getMetadataPropsBuilderList()) {
      if (p.getKey().equals(key)) {
        p.setValue(value);
      }
    }
    String message =
        assertThrows(
                ModelFormatException.class,
                () -> new OnnxReader().read(bad.build().toByteArray(), "card.onnx"))
            .getMessage();
    assertTrue(message.startsWith("card.onnx: ") && message.contains(part), message);
  }

  @Test
  void classNamesOfSeveralLinesAreRefused() {
    ModelCard card =
        new ModelCard(
            "n",
            ModelCard.Task.CLASSIFICATION,
            List.of("a\nb"),
            Models.card().preprocessing(),
            Map.of());
    assertThrows(
        IllegalArgumentException.class, () -> new ModelFile(Models.unet(1), card).toBytes());
  }

  @Test
  void aFailedWriteLeavesNothingBehind(@TempDir Path folder) throws Exception {
    ModelFile model = new ModelFile(Models.classifier(3), null);
    Path occupied = Files.createDirectory(folder.resolve("occupied"));
    IOException e = assertThrows(IOException.class, () -> model.write(occupied));
    assertTrue(e.getMessage().startsWith(occupied.toString()), e.getMessage());
    Path nowhere = folder.resolve("missing").resolve("model.onnx");
    assertThrows(IOException.class, () -> model.write(nowhere));
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(List.of(folder, occupied), files.sorted().toList());
    }
  }
}
