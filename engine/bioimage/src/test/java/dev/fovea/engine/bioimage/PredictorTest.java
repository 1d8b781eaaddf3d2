package dev.fovea.engine.bioimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.bioimage.PackageCheck.Comparison;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictorTest {
  private static final float TOLERANCE = 1e-5f;
  private static final String SHA = "0".repeat(64);

  @TempDir Path root;

  private static ModelDescription read(String rdf) throws PackageFormatException {
    byte[] bytes = rdf.getBytes(StandardCharsets.UTF_8);
    return DescriptionReader.read(YamlDocument.read(new Place("p"), bytes));
  }

  private static Predictor predictor(String rdf, Graph graph) throws PackageFormatException {
    return Predictor.of(read(rdf), new SessionPool(graph, SessionOptions.inference()));
  }

  private static Image noise(int width, int height) {
    SplittableRandom random = new SplittableRandom(width * 1000L + height);
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble() * 100;
    }
    return Image.ofFloat32(width, height, values);
  }

  private static Image predict(Predictor predictor, Image image) {
    return predictor.predict(List.of(image), TileProgress.NONE).get(0).images().get(0);
  }

  private static void assertSame(Image expected, Image found) {
    assertEquals(expected.toString(), found.toString());
    for (int c = 0; c < expected.channels(); c++) {
      assertArrayEquals(expected.plane(c), found.plane(c), TOLERANCE);
    }
  }

  /** The halo of four pixels is more than the network sees. */
  @Test
  void tilesGiveWhatTheWholeGives() throws PackageFormatException {
    for (String rdf : List.of(TestPackages.rdf4(SHA), TestPackages.rdf5(SHA))) {
      Predictor predictor = predictor(rdf, TestPackages.network());
      for (Image image : List.of(noise(75, 61), noise(16, 100), noise(3, 5))) {
        Image whole = predict(predictor, image);
        assertEquals(image.width(), whole.width());
        assertEquals(2, whole.channels());
        for (int tile : List.of(16, 20, 40)) {
          List<Integer> tiles = new ArrayList<>();
          Image tiled =
              predictor
                  .withTile(tile)
                  .predict(List.of(image), (done, total) -> tiles.add(total))
                  .get(0)
                  .images()
                  .get(0);
          assertSame(whole, tiled);
          assertTrue(tiles.size() > 1 || image.width() == 3, tiles.size() + " tiles");
        }
      }
    }
  }

  /**
   * Inside the image, the network gives what it gives on the whole image at once, which is the raw
   * image brought to mean 0 and deviation 1, and a sigmoid after it.
   */
  @Test
  void theNetworkRunsBetweenItsSteps() throws PackageFormatException {
    Image image = noise(64, 48);
    Image found = predict(predictor(TestPackages.rdf4(SHA), TestPackages.network()), image);
    float[] values = image.plane(0);
    double mean = 0;
    for (float v : values) {
      mean += v / values.length;
    }
    double variance = 0;
    for (float v : values) {
      variance += (v - mean) * (v - mean) / values.length;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((values[i] - mean) / (Math.sqrt(variance) + 1e-6));
    }
    SessionPool pool = new SessionPool(TestPackages.network(), SessionOptions.inference());
    Tensor raw = pool.forward(Tensor.of(Shape.of(1, 1, 48, 64), values)).get(0);
    int sight = TestPackages.SIGHT;
    for (int y = sight; y < 48 - sight; y++) {
      for (int x = sight; x < 64 - sight; x++) {
        double logit = raw.get((48 + y) * 64 + x);
        assertEquals(1 / (1 + Math.exp(-logit)), found.value(1, y, x), TOLERANCE);
      }
    }
  }

  /** Without padding, each run gives four pixels less; the whole image comes out all the same. */
  @Test
  void networksThatGiveNothingForTheirRim() throws PackageFormatException {
    String rdf =
        TestPackages.rdf4(SHA)
            .replace("offset: [0, 1, 0, 0]", "offset: [0, 1, -2, -2]")
            .replace("halo: [0, 0, 4, 4]", "halo: [0, 0, 0, 0]");
    Image image = noise(70, 50);
    Predictor predictor = predictor(rdf, TestPackages.network(0));
    Image whole = predict(predictor, image);
    assertSame(whole, predict(predictor.withTile(24), image));
    Image padded = predict(predictor(TestPackages.rdf4(SHA), TestPackages.network()), image);
    for (int y = 4; y < 46; y++) {
      for (int x = 4; x < 66; x++) {
        assertEquals(padded.value(0, y, x), whole.value(0, y, x), TOLERANCE);
      }
    }
  }

  /** Every second pixel of a picture; the pixels of the result are twice as large. */
  @Test
  void outputsOfAnotherSize() throws PackageFormatException {
    String rdf =
        TestPackages.rdf4(SHA)
            .replace(
                "scale: [1, 0, 1, 1], offset: [0, 1, 0, 0]",
                "scale: [1, 1, 0.5, 0.5], offset: [0, 0, 0, 0]")
            .replaceAll("(?s)  preprocessing:.*?(?=outputs:)", "")
            .replaceAll("(?s)  postprocessing:.*?(?=test_inputs:)", "");
    Image image = noise(71, 50).withCalibration(new Calibration(0.5, 0.5, "um"));
    Predictor predictor = predictor(rdf, TestPackages.every(2));
    for (int tile : List.of(28, 40, 512)) {
      Image found = predict(predictor.withTile(tile), image);
      assertEquals(35, found.width());
      assertEquals(25, found.height());
      for (int y = 0; y < 25; y++) {
        for (int x = 0; x < 35; x++) {
          assertEquals(image.value(0, 2 * y, 2 * x), found.value(0, y, x));
        }
      }
      assertEquals(0.5 * 71 / 35, found.calibration().pixelWidth(), 1e-9);
    }
  }

  /** A network written in this test. */
  private record Lambda(Function<Tensor, Tensor> function) implements Inference {
    @Override
    public List<Tensor> forward(Tensor... inputs) {
      return List.of(function.apply(inputs[0]));
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static String inputAndOutput(String axes, String size, String output) {
    return """
        format_version: 0.4.0
        name: any
        inputs: [{name: raw, axes: %s, shape: %s}]
        outputs: [{name: out, axes: %s, shape: %s}]
        weights: {onnx: {source: a.onnx}}
        """
        .formatted(axes, size, axes, output);
  }

  private static String same(int rank) {
    String ones = "[1" + ", 1".repeat(rank - 1) + "]";
    return "{reference_tensor: raw, scale: " + ones + ", offset: " + ones.replace('1', '0') + "}";
  }

  /** Channels last, as networks of TensorFlow have them. */
  @Test
  void axesInAnotherOrder() throws PackageFormatException {
    String rdf = inputAndOutput("byxc", "{min: [1, 8, 8, 3], step: [0, 8, 8, 0]}", same(4));
    List<Shape> seen = new ArrayList<>();
    Predictor predictor =
        Predictor.of(
            read(rdf),
            new Lambda(
                x -> {
                  seen.add(x.shape());
                  return x;
                }));
    Image image =
        Image.ofFloat32(30, 20, noise(30, 20).plane(0), noise(20, 30).plane(0), new float[600]);
    assertSame(image, predict(predictor.withTile(16), image));
    assertEquals(3, seen.get(0).dim(3));
    Image grey = noise(30, 20);
    assertSame(grey.toRgb(), predict(predictor, grey));
  }

  @Test
  void volumes() throws PackageFormatException {
    String rdf = inputAndOutput("bczyx", "{min: [1, 1, 4, 8, 8], step: [0, 0, 4, 8, 8]}", same(5));
    Predictor predictor = Predictor.of(read(rdf), new Lambda(x -> x));
    assertTrue(predictor.takesVolumes());
    List<Image> slices = List.of(noise(20, 10), noise(20, 10).toRgb(), noise(20, 10));
    List<Image> found = predictor.withTile(8).predict(slices, TileProgress.NONE).get(0).images();
    assertEquals(3, found.size());
    assertSame(noise(20, 10), found.get(1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> predictor.predict(List.of(noise(20, 10), noise(9, 10)), TileProgress.NONE));
    assertTrue(e.getMessage().contains("found a slice of 9 x 10"), e.getMessage());
  }

  /** An output with an axis more, flat, as some models have it. */
  @Test
  void aFlatAxisMore() throws PackageFormatException {
    String rdf =
        inputAndOutput("bcyx", "{min: [1, 1, 8, 8], step: [0, 0, 8, 8]}", same(4))
            .replace("name: out, axes: bcyx", "name: out, axes: bczyx")
            .replace(
                same(4),
                "{reference_tensor: raw, scale: [1, 1, null, 1, 1], offset: [0, 0, 0.5, 0, 0]}");
    Predictor predictor =
        Predictor.of(
            read(rdf),
            new Lambda(x -> x.reshape(1, 1, 1, x.shape().dim(2), x.shape().dim(3)).copy()));
    assertSame(noise(30, 20), predict(predictor.withTile(16), noise(30, 20)));
  }

  /** A network of one size only. */
  @Test
  void oneSize() throws PackageFormatException {
    String rdf = inputAndOutput("bcyx", "[1, 1, 32, 32]", "[1, 1, 32, 32]");
    Predictor predictor = Predictor.of(read(rdf), new Lambda(x -> x));
    for (Image image : List.of(noise(9, 11), noise(32, 32), noise(100, 33))) {
      assertSame(image, predict(predictor, image));
    }
  }

  @Test
  void whatDoesNotFit() throws PackageFormatException {
    Predictor predictor = predictor(TestPackages.rdf4(SHA), TestPackages.network());
    assertThrows(
        IllegalArgumentException.class,
        () -> predictor.predict(List.of(noise(9, 9), noise(9, 9)), TileProgress.NONE));
    Predictor other = predictor(TestPackages.rdf4(SHA), TestPackages.network(0));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> predict(other, noise(20, 20)));
    assertTrue(e.getMessage().contains("as described"), e.getMessage());
    ModelDescription classifier =
        read(
            inputAndOutput("bcyx", "[1, 1, 8, 8]", same(4))
                .replace("name: out, axes: bcyx", "name: out, axes: bc")
                .replace(same(4), "[1, 10]"));
    IllegalArgumentException no =
        assertThrows(
            IllegalArgumentException.class, () -> Predictor.of(classifier, new Lambda(x -> x)));
    assertTrue(no.getMessage().contains("expected an image with x and y"), no.getMessage());
    assertThrows(
        CancellationException.class,
        () ->
            predictor.predict(
                List.of(noise(9, 9)),
                (done, total) -> {
                  throw new CancellationException("enough");
                }));
  }

  /** The check runs the test tensors whole, without a halo. */
  @Test
  void testTensorsAreCompared() throws IOException {
    byte[] onnx = TestPackages.onnx(TestPackages.network());
    Tensor in = noise(20, 16).toTensor();
    Sample raw = new Sample(List.of("batch", "channel", "y", "x"), in);
    Inference network = new SessionPool(TestPackages.network(), SessionOptions.inference());
    for (String rdf :
        List.of(
            TestPackages.rdf4(TestPackages.sha256(onnx)),
            TestPackages.rdf5(TestPackages.sha256(onnx)))) {
      ModelDescription model = read(rdf);
      Sample ready = Predictor.process(model.inputs().get(0).processing(), raw, Map.of("raw", raw));
      Sample out = ready.with(network.forward(ready.tensor()).get(0));
      Tensor expected =
          Predictor.process(model.outputs().get(0).processing(), out, Map.of()).tensor();
      Map<String, byte[]> files = TestPackages.files(rdf);
      files.put("in.npy", TestPackages.npy(in));
      files.put("out.npy", TestPackages.npy(expected));
      Path zip = TestPackages.zip(root.resolve("p.zip"), files);
      List<Comparison> found = PackageCheck.run(BioimagePackage.open(zip), network);
      assertEquals(1, found.size());
      assertTrue(found.get(0).passed());
      assertEquals(0, found.get(0).largest());
      assertEquals(Shape.of(1, 2, 16, 20), found.get(0).shape());

      float[] wrong = expected.toArray();
      wrong[7] += 0.01f;
      wrong[8] = Float.NaN;
      files.put("out.npy", TestPackages.npy(Tensor.of(expected.shape(), wrong)));
      BioimagePackage changed =
          BioimagePackage.open(TestPackages.zip(root.resolve("p.zip"), files));
      assertEquals(2, PackageCheck.run(changed, network).get(0).beyond());
      assertFalse(PackageCheck.run(changed, network).get(0).passed());

      files.put("out.npy", TestPackages.npy(Tensor.zeros(1, 2, 3, 4)));
      BioimagePackage other = BioimagePackage.open(TestPackages.zip(root.resolve("p.zip"), files));
      PackageFormatException e =
          assertThrows(PackageFormatException.class, () -> PackageCheck.run(other, network));
      assertTrue(e.getMessage().contains("expected [1, 2, 3, 4]"), e.getMessage());

      files.put("in.npy", TestPackages.npy(Tensor.zeros(1, 1, 0, 4)));
      BioimagePackage empty = BioimagePackage.open(TestPackages.zip(root.resolve("p.zip"), files));
      e = assertThrows(PackageFormatException.class, () -> PackageCheck.run(empty, network));
      assertTrue(e.getMessage().contains("expected one with elements"), e.getMessage());
    }
  }
}
