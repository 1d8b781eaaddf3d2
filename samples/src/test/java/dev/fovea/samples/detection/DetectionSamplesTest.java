package dev.fovea.samples.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.twostage.Backbone;
import dev.fovea.detection.twostage.FasterRcnn;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionSamplesTest {

  /** A network with its first weights: what it finds is nonsense, but it is always the same. */
  private static Path model(Path folder) throws IOException {
    FasterRcnn design =
        new FasterRcnn(64, 64, Backbone.residual(4, 8), List.of(12.0, 24.0, 48.0), 8, 16);
    Graph graph = design.build(1, 1);
    ModelCard card = design.card("first weights", List.of("thing")).with("score_threshold", "0.01");
    Path file = folder.resolve("model.onnx");
    new ModelFile(graph, card).write(file);
    return file;
  }

  private static Image picture(int number) {
    byte[] grey = new byte[80 * 60];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (i * (number + 3));
    }
    return Image.ofUint8(80, 60, grey);
  }

  @Test
  void aFileGivesLinesAndAPicture(@TempDir Path folder) throws IOException {
    Path model = model(folder);
    Path picture = folder.resolve("a.png");
    ImageWriter.writePng(picture, picture(1));
    Path drawn = folder.resolve("drawn.png");
    DetectFile.main(new String[] {model.toString(), picture.toString(), drawn.toString()});
    assertEquals("80 x 60, 3 channels, UINT8", ImageReader.read(drawn).toString());
    assertThrows(IllegalArgumentException.class, () -> DetectFile.main(new String[] {"a"}));
  }

  @Test
  void aFolderInParallelGivesWhatEachFileGives(@TempDir Path folder) throws IOException {
    Detector detector = Detector.load(model(folder));
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Path file = pictures.resolve("p" + i + ".png");
      ImageWriter.writePng(file, picture(i));
      for (Detection d : detector.detect(file)) {
        expected.add("p" + i + ".png," + DetectFile.line(detector, d));
      }
    }
    Files.writeString(pictures.resolve("notes.txt"), "no picture");
    assertTrue(expected.size() > 6, "finds: " + expected.size());
    assertEquals(expected, DetectFolder.detect(detector, pictures));
  }

  @Test
  void manyThreadsFindWhatOneFinds(@TempDir Path folder) throws Exception {
    Path model = model(folder);
    for (int i = 0; i < 5; i++) {
      ImageWriter.writePng(folder.resolve("p" + i + ".png"), picture(i));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ManyThreads threads =
        new ManyThreads(
            Detector.load(model), folder, 8, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertEquals(0, threads.run(20, 10));
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("with 8 threads 0 pictures differ"), text);
    assertTrue(text.contains("after 10 pictures"), text);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThrows(
        IOException.class, () -> new ManyThreads(Detector.load(model), empty, 8, System.out));
  }

  @Test
  void theWindowShowsThePictureAsLargeAsItFits() {
    DetectWindow.Canvas canvas = new DetectWindow.Canvas();
    canvas.setSize(40, 40);
    BufferedImage shown =
        BoxDrawing.draw(
            Image.ofUint8(20, 10, new byte[200]),
            List.of(Detection.of(0, 1, new Box(2, 2, 18, 8))),
            d -> "");
    canvas.show(shown);
    BufferedImage screen = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    canvas.paint(screen.createGraphics());
    int red = screen.getRGB(4, 10) >> 16 & 0xff;
    assertTrue(red > 100, "the box is there: red " + red);
    assertEquals(0, screen.getRGB(20, 30) & 0xffffff, "nothing below the picture");
  }

  private static Detection at(double x) {
    return Detection.of(0, 0.9, new Box(x, 0, x + 10, 10));
  }

  private static List<Integer> ids(IouTracker tracker, Detection... found) {
    return tracker.update(List.of(found)).stream().map(IouTracker.Track::id).toList();
  }

  @Test
  void objectsKeepTheirNumbers() {
    IouTracker tracker = new IouTracker(0.3, 1);
    assertEquals(List.of(1, 2), ids(tracker, at(0), at(30)));
    // In another order, and both moved.
    assertEquals(List.of(2, 1), ids(tracker, at(33), at(3)));
    // One is missing for a frame, and comes back.
    assertEquals(List.of(1), ids(tracker, at(5)));
    assertEquals(List.of(1, 2), ids(tracker, at(6), at(34)));
    // Gone for two frames: a new one.
    ids(tracker, at(6));
    ids(tracker, at(6));
    assertEquals(List.of(1, 3), ids(tracker, at(6), at(34)));
    // Another class is another object.
    assertEquals(List.of(4), ids(tracker, Detection.of(1, 0.9, new Box(6, 0, 16, 10))));
    assertThrows(IllegalArgumentException.class, () -> new IouTracker(0, 1));
  }

  @Test
  void theNearestOfTwoBelongsTogether() {
    IouTracker tracker = new IouTracker(0.1, 0);
    ids(tracker, at(0));
    assertEquals(List.of(2, 1), ids(tracker, at(4), at(1)));
  }
}
