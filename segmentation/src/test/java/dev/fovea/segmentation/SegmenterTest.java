package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmenterTest {
  private static final Preprocessing GREY =
      Preprocessing.percentile(Preprocessing.Channels.GREY, 0, 100);

  /**
   * A network by hand: bright pixels are interior, middling ones border, dark ones background. It
   * pools and enlarges the input first, so that it takes multiples of 2 only.
   */
  static Graph threshold() {
    Graph.Builder graph = new Graph.Builder("threshold");
    Value x = graph.input("input", Shape.of(1, 1, 4, 4), "batch", "", "height", "width");
    x = graph.node("pool", MaxPool.square(2, 2, 0), x);
    x = graph.node("enlarge", Resize.nearest(2), x);
    Value weight = graph.parameter("weight", Tensor.of(Shape.of(3, 1, 1, 1), -60, 60, 0));
    Value bias = graph.parameter("bias", Tensor.of(Shape.of(3), 18, -42, 0));
    x = graph.node("conv", Conv.square(1, 1, 0), x, weight, bias);
    return graph.build(graph.node("probabilities", new Softmax(1), x));
  }

  static ModelCard card(Map<String, String> attributes) {
    return new ModelCard("blobs", ModelCard.Task.SEGMENTATION, ClassMaps.NAMES, GREY, attributes);
  }

  private static Segmenter segmenter() {
    return Segmenter.of(threshold(), card(Map.of()), SessionOptions.inference());
  }

  /** Bright squares of even size and place on a dark ground, and one dim one. */
  private static Image squares(int width, int height, int count) {
    byte[] samples = new byte[width * height];
    Random random = TestMaps.random(91);
    for (int n = 0; n < count; n++) {
      int size = 6 + 2 * random.nextInt(4);
      int x0 = 2 * random.nextInt(width / 2);
      int y0 = 2 * random.nextInt(height / 2);
      for (int y = y0; y < Math.min(height, y0 + size); y++) {
        for (int x = x0; x < Math.min(width, x0 + size); x++) {
          samples[y * width + x] = (byte) 200;
        }
      }
    }
    return Image.ofUint8(width, height, samples);
  }

  @Test
  void findsBrightSquares() {
    Image image = squares(90, 70, 8);
    Segmentation result = segmenter().segment(image);
    boolean[] bright = new boolean[90 * 70];
    for (int i = 0; i < bright.length; i++) {
      bright[i] = image.value(0, i / 90, i % 90) > 0;
    }
    assertArrayEquals(
        ConnectedComponents.of(bright, 90, 70, Connectivity.FOUR).labels(),
        result.labels().labels());
    assertEquals(result.labels().count(), result.scores().size());
    result.scores().values().forEach(score -> assertTrue(score > 0.99 && score <= 1));
  }

  @Test
  void tilesDoNotShow() {
    Image image = squares(201, 133, 30);
    int[] whole = segmenter().segment(image).labels().labels();
    assertArrayEquals(whole, segmenter().withTiles(32, 8).segment(image).labels().labels());
    assertArrayEquals(whole, segmenter().withTiles(64, 0).segment(image).labels().labels());
  }

  @Test
  void statisticsAreOfTheWholeImage() {
    // A tile that holds the dim square alone must not stretch it to full brightness.
    byte[] samples = new byte[200 * 20];
    for (int y = 4; y < 12; y++) {
      for (int x = 4; x < 12; x++) {
        samples[y * 200 + x] = 20;
        samples[y * 200 + x + 180] = (byte) 255;
      }
    }
    Segmentation result = segmenter().withTiles(32, 0).segment(Image.ofUint8(200, 20, samples));
    assertEquals(1, result.labels().count());
    assertEquals(188.0, result.labels().regions().get(0).centroidX(), 1e-9);
  }

  @Test
  void colourAndDepthDoNotMatter() {
    Image grey = squares(64, 48, 5);
    short[] deep = new short[64 * 48];
    float[] plane = grey.plane(0);
    for (int i = 0; i < deep.length; i++) {
      deep[i] = (short) (plane[i] * 13);
    }
    int[] expected = segmenter().segment(grey).labels().labels();
    assertArrayEquals(expected, segmenter().segment(grey.toRgb()).labels().labels());
    assertArrayEquals(
        expected, segmenter().segment(Image.ofUint16(64, 48, deep)).labels().labels());
  }

  @Test
  void smallestImagesWork() {
    Segmenter segmenter = segmenter();
    assertEquals(0, segmenter.segment(Image.ofUint8(1, 1, new byte[1])).labels().count());
    assertEquals(0, segmenter.segment(Image.ofUint8(3, 1, new byte[3])).labels().count());
  }

  @Test
  void manyThreadsShareOneSegmenter() {
    Segmenter segmenter = segmenter().withTiles(32, 8);
    List<Image> images = List.of(squares(80, 60, 5), squares(61, 90, 9), squares(33, 33, 3));
    List<int[]> alone =
        images.stream().map(image -> segmenter.segment(image).labels().labels()).toList();
    IntStream.range(0, 24)
        .parallel()
        .forEach(
            i ->
                assertArrayEquals(
                    alone.get(i % 3), segmenter.segment(images.get(i % 3)).labels().labels()));
  }

  @Test
  void progressMayCancel() {
    Image image = squares(100, 100, 5);
    Segmenter segmenter = segmenter().withTiles(32, 8);
    assertThrows(
        CancellationException.class,
        () ->
            segmenter.segment(
                image,
                (done, total) -> {
                  assertEquals(16, total);
                  if (done == 2) {
                    throw new CancellationException();
                  }
                }));
  }

  @Test
  void parametersComeFromTheCard() {
    Instances.Parameters parameters = new Instances.Parameters(0.625f, 0.375f, 7, 99, false, false);
    Segmenter segmenter =
        Segmenter.of(threshold(), card(parameters.toAttributes()), SessionOptions.inference());
    assertEquals(parameters, segmenter.parameters());
    assertEquals(Instances.Parameters.DEFAULTS, segmenter().parameters());
    assertEquals(2, segmenter.tiling().multiple());
    Image image = squares(60, 60, 4);
    assertTrue(segmenter.segment(image).labels().regions().stream().allMatch(r -> r.area() >= 99));
    assertEquals(
        "model attribute instances.min_area is 'many', expected a number",
        assertThrows(
                IllegalArgumentException.class,
                () -> Instances.Parameters.fromAttributes(Map.of("instances.min_area", "many")))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Instances.Parameters.fromAttributes(Map.of("instances.fill_holes", "yes")));
  }

  @Test
  void refusesModelsOfAnotherKind() {
    Graph graph = threshold();
    SessionOptions options = SessionOptions.inference();
    ModelCard classifier =
        new ModelCard("x", ModelCard.Task.CLASSIFICATION, ClassMaps.NAMES, GREY, Map.of());
    assertThrows(IllegalArgumentException.class, () -> Segmenter.of(graph, classifier, options));
    ModelCard otherClasses =
        new ModelCard("x", ModelCard.Task.SEGMENTATION, List.of("cat", "dog"), GREY, Map.of());
    assertThrows(IllegalArgumentException.class, () -> Segmenter.of(graph, otherClasses, options));
    ModelCard colour =
        new ModelCard(
            "x",
            ModelCard.Task.SEGMENTATION,
            ClassMaps.NAMES,
            Preprocessing.percentile(Preprocessing.Channels.RGB, 0, 100),
            Map.of());
    assertThrows(IllegalArgumentException.class, () -> Segmenter.of(graph, colour, options));
    ModelCard fixedSize =
        new ModelCard(
            "x",
            ModelCard.Task.SEGMENTATION,
            ClassMaps.NAMES,
            Preprocessing.unit(Preprocessing.Channels.GREY, 64, 64, Preprocessing.Resize.STRETCH),
            Map.of());
    assertThrows(IllegalArgumentException.class, () -> Segmenter.of(graph, fixedSize, options));
    assertThrows(IllegalArgumentException.class, () -> segmenter().withTiles(33, 0));
  }

  @Test
  void comesBackFromItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("blobs.onnx");
    Instances.Parameters parameters = new Instances.Parameters(0.5f, 0.5f, 1, 40, true, true);
    ModelCard card = card(parameters.toAttributes());
    new ModelFile(threshold(), card).write(file);
    Segmenter loaded = Segmenter.load(file);
    assertEquals(card.attributes(), loaded.card().attributes());
    assertEquals(parameters, loaded.parameters());
    Image image = squares(77, 50, 6);
    assertArrayEquals(
        segmenter().withParameters(parameters).segment(image).labels().labels(),
        loaded.segment(image).labels().labels());
  }

  @Test
  void refusesFilesThatAreNoSegmenter(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    assertThrows(IOException.class, () -> Segmenter.load(empty));
    assertThrows(IOException.class, () -> Segmenter.load(folder.resolve("none.onnx")));
    Path cardless = folder.resolve("cardless.onnx");
    new ModelFile(threshold(), null).write(cardless);
    assertEquals(
        cardless + ": model has no card, expected one for SEGMENTATION",
        assertThrows(IllegalArgumentException.class, () -> Segmenter.load(cardless)).getMessage());
  }

  @Test
  void unetsAreTaken() {
    UNet net = new UNet(1, 3, 2, 3, 4, UNet.Upsampling.BILINEAR);
    Segmenter segmenter = Segmenter.of(net.build(1), card(Map.of()), SessionOptions.inference());
    assertEquals(8, segmenter.tiling().multiple());
    assertEquals(
        50 * 41, segmenter.withTiles(32, 8).segment(squares(50, 41, 3)).labels().labels().length);
  }
}
