package dev.fovea.samples.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.opencv.FrameReader;
import dev.fovea.engine.opencv.FrameWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowObjectsTest {
  private static final int FRAMES = 8;
  private static final int SIDE = 16;

  /** A white square that moves to the right, three pixels a frame. */
  private static Image frame(int number) {
    byte[] grey = new byte[96 * 64];
    for (int y = 20; y < 20 + SIDE; y++) {
      Arrays.fill(grey, y * 96 + 3 * number + 8, y * 96 + 3 * number + 8 + SIDE, (byte) 250);
    }
    return Image.ofUint8(96, 64, grey);
  }

  /** The box round what is bright. */
  private static List<Detection> bright(Image image) {
    int left = image.width();
    for (int x = image.width() - 1; x >= 0; x--) {
      left = image.value(0, 25, x) > 128 ? x : left;
    }
    return List.of(Detection.of(0, 1, new Box(left, 20, left + SIDE, 20 + SIDE)));
  }

  @Test
  void theSquareIsFollowedAndDrawn(@TempDir Path folder) throws IOException {
    Path video = folder.resolve("in.avi");
    try (FrameWriter writer = FrameWriter.open(video, 96, 64, 10)) {
      for (int i = 0; i < FRAMES; i++) {
        writer.write(frame(i));
      }
    }
    Path output = folder.resolve("out.avi");
    assertEquals(
        FRAMES, FollowObjects.follow(FollowObjectsTest::bright, d -> "square", video, output));
    try (FrameReader reader = FrameReader.open(output)) {
      assertEquals(96, reader.width());
      Image first = reader.next().orElseThrow();
      // The frame of label 0 is red; JPEG blurs it.
      float red = first.value(0, 36, 16);
      float green = first.value(1, 36, 16);
      assertTrue(red > green + 50, "red " + red + ", green " + green);
    }
  }
}
