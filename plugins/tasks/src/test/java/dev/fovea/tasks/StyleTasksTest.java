package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to paint: training of a network, painting with it, and painting by descent. */
class StyleTasksTest {
  @TempDir private Path folder;
  private Path seeing;

  @BeforeEach
  void write() throws IOException {
    seeing = folder.resolve("seeing.onnx");
    Graph.Builder g = new Graph.Builder("seeing");
    Layers layers = new Layers(g, 2);
    Value x = g.input("x", Shape.of(1, 3, 32, 32), "batch", "", "", "");
    Value a = g.node("a", new Relu(), layers.conv("conv_a", x, 6, 3, 1, 1, true));
    Value b = g.node("b", new Relu(), layers.conv("conv_b", a, 8, 3, 2, 1, true));
    Value flat = g.node("flat", new Flatten(1), g.node("mean", new GlobalAveragePool(), b));
    Value scores = layers.dense("scores", flat, 2, Initializer.xavier());
    ModelCard card =
        new ModelCard(
            "seeing",
            ModelCard.Task.CLASSIFICATION,
            List.of("u", "v"),
            Preprocessing.unit(Preprocessing.Channels.RGB, 32, 32, Preprocessing.Resize.STRETCH),
            Map.of());
    new ModelFile(g.build(g.node("p", new Softmax(1), scores)), card).write(seeing);
    Files.createDirectories(folder.resolve("photos"));
    ImageWriter.writePng(folder.resolve("photos/a.png"), picture(1, 40, 30));
    ImageWriter.writePng(folder.resolve("photos/b.png"), picture(2, 33, 50));
    ImageWriter.writePng(folder.resolve("waves.png"), picture(3, 36, 36));
    ImageWriter.writePng(folder.resolve("dots.png"), picture(4, 36, 36));
  }

  private static Image picture(long seed, int width, int height) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] planes = new byte[3][width * height];
    for (byte[] plane : planes) {
      random.nextBytes(plane);
    }
    return Image.ofUint8(width, height, planes);
  }

  private TrainResult train(String style) throws IOException {
    TrainStyleTask task = new TrainStyleTask();
    Map<String, String> values = new TreeMap<>();
    values.put("data", folder.resolve("photos").toString());
    values.put("output", folder.resolve("painter.onnx").toString());
    values.put("style", style);
    values.put("perceptual", seeing.toString());
    values.put("content_layers", "b");
    values.put("style_layers", "a,b");
    values.put("style_size", "32");
    values.put("crop", "32");
    values.put("crops", "8");
    values.put("width", "4");
    values.put("blocks", "1");
    values.put("epochs", "2");
    values.put("report", "none");
    return task.run(task.parse(values), RunOptions.defaults(), TaskContext.NONE);
  }

  private Image paint(Image picture, String... values) throws IOException {
    StylizeTask task = new StylizeTask();
    Map<String, String> map =
        new TreeMap<>(Map.of("model", folder.resolve("painter.onnx").toString()));
    for (int i = 0; i < values.length; i += 2) {
      map.put(values[i], values[i + 1]);
    }
    return task.run(picture, task.parse(map), TaskContext.NONE);
  }

  @Test
  void aTrainedNetworkPaintsPicturesOfAnySize() throws IOException {
    TrainResult result = train(folder.resolve("waves.png").toString());
    assertTrue(result.epochs().get(1).loss() < result.epochs().get(0).loss());
    Image picture = picture(5, 31, 22);
    Image painted = paint(picture);
    assertEquals(31, painted.width());
    assertEquals(22, painted.height());
    Image none = paint(picture, "strength", "0");
    for (int c = 0; c < 3; c++) {
      assertArrayEquals(picture.plane(c), none.plane(c), "strength 0 is the picture");
    }
    Image kept = paint(picture, "keep_colours", "true");
    assertEquals(31, kept.width());
  }

  @Test
  void stylesOfANetworkAreMixedByName() throws IOException {
    train(folder.resolve("waves.png") + "," + folder.resolve("dots.png"));
    Image picture = picture(6, 32, 32);
    assertEquals(32, paint(picture, "style", "dots").width());
    assertEquals(32, paint(picture, "style", "waves:0.3,dots:0.7").width());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> paint(picture, "style", "waves,stripes:1"));
    assertTrue(e.getMessage().contains("expected some of waves, dots"), e.getMessage());
  }

  private StyleTransferTask.Result descend(String... values) throws IOException {
    StyleTransferTask task = new StyleTransferTask();
    Map<String, String> map = new TreeMap<>();
    map.put("model", seeing.toString());
    map.put("style", folder.resolve("waves.png").toString());
    map.put("content_layers", "b");
    map.put("style_layers", "a,b");
    map.put("side", "24");
    map.put("iterations", "12");
    for (int i = 0; i < values.length; i += 2) {
      map.put(values[i], values[i + 1]);
    }
    return task.run(picture(7, 40, 30), task.parse(map), TaskContext.NONE);
  }

  @Test
  void descentMakesTheLossSmallAndKeepsFrames() throws IOException {
    for (String method : List.of("lbfgs", "adam")) {
      StyleTransferTask.Result result = descend("method", method, "frames", "4", "start", "noise");
      List<Double> losses = result.losses();
      double least = losses.stream().mapToDouble(v -> v).min().orElseThrow();
      assertTrue(least < losses.get(0), method + ": " + losses);
      assertEquals(losses.size() / 4, result.frames().size());
      assertEquals(24, result.picture().width());
      assertEquals(18, result.picture().height());
    }
  }

  @Test
  void stylesHaveMasksAndShares() throws IOException {
    Path dots = folder.resolve("dots.png");
    String both = folder.resolve("waves.png") + "," + dots;
    assertEquals(
        24,
        descend("style", both, "shares", "1,2", "masks", dots + "," + dots, "keep_colours", "true")
            .picture()
            .width());
    assertRefused("shares: found 1, expected 2", "style", both, "shares", "1");
    assertRefused("shares: found '0'", "shares", "0");
    assertRefused("masks: found 1, expected 2", "style", both, "masks", dots.toString());
    assertRefused("style: found none", "style", " ");
  }

  private void assertRefused(String message, String... values) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> descend(values));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void trainingRefusesWhatItCannotUse() {
    TrainStyleTask task = new TrainStyleTask();
    Map<String, String> values = Map.of("data", "d", "output", "o.onnx", "perceptual", "p.onnx");
    assertThrows(IllegalArgumentException.class, () -> task.parse(values), "no style");
    assertThrows(IOException.class, () -> train(folder.resolve("nowhere.png").toString()));
  }
}
