package dev.fovea.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.box.Box;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tiles with a detector that finds what is bright, as in the format of faces. */
class TiledDetectionTest {
  private static final int SIDE = 32;

  /** Finds the box around all pixels that are not black. */
  private static final class Bright implements Inference {
    @Override
    public List<Tensor> forward(Tensor... inputs) {
      int[] edges = {SIDE, SIDE, 0, 0};
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          if (inputs[0].get(y * SIDE + x) > 0) {
            edges[0] = Math.min(edges[0], x);
            edges[1] = Math.min(edges[1], y);
            edges[2] = Math.max(edges[2], x + 1);
            edges[3] = Math.max(edges[3], y + 1);
          }
        }
      }
      float[] box = new float[4];
      for (int e = 0; e < 4; e++) {
        box[e] = (float) edges[e] / SIDE;
      }
      float score = edges[2] > edges[0] ? 0.9f : 0;
      return List.of(
          Tensor.of(Shape.of(1, 1, 2), new float[] {1 - score, score}),
          Tensor.of(Shape.of(1, 1, 4), box));
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  private static Detector detector() {
    Graph.Builder graph = new Graph.Builder("bright");
    Value x = graph.input("input", Shape.of(1, 3, SIDE, SIDE), "", "", "", "");
    Value flat = graph.node("flat", new Reshape(List.of(1, 1, -1)), x);
    ModelCard card =
        new ModelCard(
            "bright",
            ModelCard.Task.DETECTION,
            List.of("bright"),
            Preprocessing.unit(
                Preprocessing.Channels.RGB, SIDE, SIDE, Preprocessing.Resize.STRETCH),
            Map.of(Detector.FORMAT, "ultraface"));
    return Detector.of(graph.build(flat), card, g -> new Bright());
  }

  private static Image picture(int width, int height, Box box) {
    byte[] plane = new byte[width * height];
    for (int y = (int) box.y1(); y < box.y2(); y++) {
      for (int x = (int) box.x1(); x < box.x2(); x++) {
        plane[y * width + x] = -1;
      }
    }
    return Image.ofUint8(width, height, plane);
  }

  @Test
  void anObjectInSeveralTilesIsFoundOnceAndWhole() {
    TiledDetection tiled = new TiledDetection(detector(), SIDE, 16);
    for (int x = 0; x < 80; x += 3) {
      Box box = Box.ofSize(x, 30, 12, 10);
      int[] calls = {0};
      List<Detection> found =
          tiled.detect(picture(100, 70, box), (done, total) -> calls[0] = total - done);
      assertEquals(1, found.size(), found::toString);
      assertEquals(box, found.get(0).box());
      assertEquals(0, calls[0]);
    }
  }

  @Test
  void tilesCoverThePicture() {
    TiledDetection tiled = new TiledDetection(detector(), SIDE, 8);
    assertArrayEquals(new int[] {0}, tiled.starts(20));
    for (int length = 33; length < 200; length++) {
      int[] starts = tiled.starts(length);
      assertEquals(0, starts[0]);
      assertEquals(length - SIDE, starts[starts.length - 1]);
      for (int i = 1; i < starts.length; i++) {
        assertTrue(starts[i] - starts[i - 1] <= SIDE - 8);
      }
    }
  }

  @Test
  void senselessTilesAreRefused() {
    Detector detector = detector();
    assertThrows(IllegalArgumentException.class, () -> new TiledDetection(detector, 10, 6));
    assertThrows(IllegalArgumentException.class, () -> new TiledDetection(detector, 0, 0));
  }
}
