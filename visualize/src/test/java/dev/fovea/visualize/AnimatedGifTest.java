package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.image.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnimatedGifTest {
  @TempDir Path folder;

  private static Image color(int red, int green, int blue) {
    return Image.ofUint8(
        2,
        1,
        new byte[] {(byte) red, 0},
        new byte[] {(byte) green, 0},
        new byte[] {(byte) blue, 0});
  }

  @Test
  void framesAreReadAsTheyWere() throws IOException {
    Path file = folder.resolve("a.gif");
    AnimatedGif.write(file, List.of(color(255, 0, 0), color(0, 255, 0), color(9, 8, 7)), 80);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(stream);
      assertEquals(3, reader.getNumImages(true));
      int[] expected = {0xff0000, 0x00ff00, 0x090807};
      for (int i = 0; i < 3; i++) {
        assertEquals(expected[i], reader.read(i).getRGB(0, 0) & 0xffffff, "frame " + i);
        assertEquals(0, reader.read(i).getRGB(1, 0) & 0xffffff, "frame " + i);
      }
    }
  }

  @Test
  void noFrameIsRefused() {
    Path file = folder.resolve("b.gif");
    assertThrows(IllegalArgumentException.class, () -> AnimatedGif.write(file, List.of(), 80));
  }
}
