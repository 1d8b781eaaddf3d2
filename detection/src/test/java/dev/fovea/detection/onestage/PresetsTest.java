package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetsTest {
  private static final Shape INPUT = Shape.of(1, 3, 64, 64);

  /** Cells of maps with strides of 8, 16 and 32: 64, 16 and 4. */
  private static final int CELLS = 84;

  private static List<Detection> decoded(
      OneStageNetwork.Decoder decoder, Thresholds thresholds, Tensor... outputs) {
    Candidates candidates = new Candidates(thresholds.score());
    decoder.decode(List.of(outputs), INPUT, candidates);
    return candidates.select(Frame.of(64, 64), thresholds);
  }

  private static void assertOne(int label, double score, Box box, List<Detection> found) {
    assertEquals(1, found.size(), found::toString);
    assertEquals(label, found.get(0).label());
    assertEquals(score, found.get(0).score(), 1e-6);
    for (int e = 0; e < 4; e++) {
      assertEquals(box.xyxy()[e], found.get(0).box().xyxy()[e], 1e-4);
    }
  }

  private static void put(Tensor tensor, int at, double... numbers) {
    for (int i = 0; i < numbers.length; i++) {
      tensor.array()[at + i] = (float) numbers[i];
    }
  }

  @Test
  void yoloV5IsDecoded() {
    Tensor t = Tensor.zeros(1, 3 * CELLS, 7);
    put(t, 100 * 7, 30, 20, 10, 8, 0.8, 0.1, 0.5);
    assertOne(
        1,
        0.4,
        new Box(25, 16, 35, 24),
        decoded(new Presets.YoloV5()::decode, Thresholds.DEFAULT, t));
  }

  @Test
  void yoloV8IsDecoded() {
    Tensor t = Tensor.zeros(1, 6, CELLS);
    double[] numbers = {30, 20, 10, 8, 0.1, 0.5};
    for (int i = 0; i < numbers.length; i++) {
      put(t, i * CELLS + 70, numbers[i]);
    }
    assertOne(
        1,
        0.5,
        new Box(25, 16, 35, 24),
        decoded(new Presets.YoloV8()::decode, Thresholds.DEFAULT, t));
  }

  /** Cell 64 + 5 is in row 1, column 1 of the map with a stride of 16. */
  @Test
  void yoloXIsDecoded() {
    Tensor t = Tensor.zeros(1, CELLS, 7);
    put(t, (64 + 5) * 7, 0.5, 0.25, Math.log(2), 0, 0.9, 0.1, 0.5);
    assertOne(
        1,
        0.45,
        Box.ofCentre(24, 20, 32, 16),
        decoded(new Presets.YoloX()::decode, Thresholds.DEFAULT, t));
  }

  @Test
  void torchvisionIsReadAndLabelsWithoutNamesAreLeftOut() {
    List<Detection> found =
        Presets.Torchvision.read(
            Tensor.of(Shape.of(3, 4), new float[] {1, 2, 30, 40, 5, 5, 9, 9, 0, 0, 9, 9}),
            Tensor.of(Shape.of(3), new float[] {2, 200, 1}),
            Tensor.of(Shape.of(3), new float[] {0.9f, 0.8f, 0.1f}),
            91,
            Frame.of(64, 64),
            Thresholds.DEFAULT);
    assertOne(2, 0.9f, new Box(1, 2, 30, 40), found);
  }

  /** A network of one layer with the output of a format. */
  private static Graph network(int channels, boolean transposed) {
    Graph.Builder graph = new Graph.Builder("foreign");
    Layers layers = new Layers(graph, 1);
    Value x = graph.input("images", INPUT, "", "", "", "");
    // 84 cells of any origin: 64 x 64 pixels to 7 x 12.
    Value y = layers.conv("conv", x, channels * 21, 32, 32, 0, true);
    Value flat = graph.node("flat", new Reshape(List.of(1, channels, -1)), y);
    return graph.build(transposed ? graph.node("out", Transpose.order(0, 2, 1), flat) : flat);
  }

  @Test
  void formatsAreToldFromTheirShapes() {
    assertEquals("yolov8", format(network(10, false)));
    assertEquals("yolox", format(network(10, true)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Detector.cardOf(network(10, false), null, "ultraface"));
    assertTrue(e.getMessage().contains("expected those of a detector: ultraface"));
    assertEquals(80, Presets.classNames(80).size());
    assertEquals("person", Presets.classNames(80).get(0));
    assertEquals(List.of("class0", "class1"), Presets.classNames(2));
  }

  private static String format(Graph graph) {
    return Detector.cardOf(graph, null, null).attributes().get(Detector.FORMAT);
  }

  /** A network in ONNX Runtime. */
  private record Peer(OrtSession session, String input) implements Inference {
    @Override
    public List<Tensor> forward(Tensor... inputs) {
      Shape s = inputs[0].shape();
      long[] dims = {s.dim(0), s.dim(1), s.dim(2), s.dim(3)};
      FloatBuffer values = FloatBuffer.wrap(inputs[0].toArray());
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, dims);
          OrtSession.Result result = session.run(Map.of(input, tensor))) {
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < result.size(); i++) {
          OnnxTensor out = (OnnxTensor) result.get(i);
          FloatBuffer buffer = out.getFloatBuffer();
          float[] numbers = new float[buffer.remaining()];
          buffer.get(numbers);
          long[] shape = out.getInfo().getShape();
          int[] extents = new int[shape.length];
          for (int d = 0; d < extents.length; d++) {
            extents[d] = (int) shape[d];
          }
          outputs.add(Tensor.of(Shape.of(extents), numbers));
        }
        return outputs;
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      // The test closes the session.
    }
  }

  /** On all photographs: the same finds as ONNX Runtime with the same decoding. */
  @ParameterizedTest
  @CsvSource({
    "ultraface-rfb-320.onnx, ultraface, astronaut.png, face, 180, 61, 268, 174",
    "fastestdet-coco.onnx, fastestdet, chelsea.png, cat, 0, 0, 423, 290"
  })
  void agreesWithOnnxRuntimeOnPhotographs(
      String file,
      String format,
      String photo,
      String name,
      double x1,
      double y1,
      double x2,
      double y2)
      throws IOException, OrtException {
    String data = System.getenv("FOVEA_DATA");
    assumeTrue(data != null, "FOVEA_DATA is not set: no weights, no photographs");
    Path weights = Path.of(data, "weights", file);
    ModelFile model = ModelFile.read(weights);
    Graph graph = model.graph();
    ModelCard card = Detector.cardOf(graph, null, null);
    assertEquals(format, card.attributes().get(Detector.FORMAT));
    Detector own = Detector.load(weights);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(weights.toString())) {
      Detector peer = Detector.of(graph, card, g -> new Peer(session, g.inputs().get(0).name()));
      List<Path> photos;
      try (Stream<Path> all = Files.list(Path.of(data, "photos"))) {
        photos = all.filter(ImageReader::looksLikeImage).sorted().toList();
      }
      assertTrue(photos.size() > 5);
      for (Path path : photos) {
        List<Detection> expected = peer.detect(path);
        List<Detection> found = own.detect(path);
        assertEquals(expected.size(), found.size(), path::toString);
        for (int i = 0; i < found.size(); i++) {
          assertEquals(expected.get(i).label(), found.get(i).label());
          assertEquals(expected.get(i).score(), found.get(i).score(), 1e-3);
          for (int e = 0; e < 4; e++) {
            assertEquals(expected.get(i).box().xyxy()[e], found.get(i).box().xyxy()[e], 0.5);
          }
        }
      }
    }
    Detection best = own.detect(Path.of(data, "photos", photo)).get(0);
    assertEquals(name, own.className(best));
    double[] expected = {x1, y1, x2, y2};
    for (int e = 0; e < 4; e++) {
      assertEquals(expected[e], best.box().xyxy()[e], 3);
    }
  }
}
