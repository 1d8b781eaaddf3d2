package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.onnx.ImageDecoding;
import dev.fovea.engine.onnx.OnnxTensor;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Pictures inside models. */
class CodedImagesTest {

  private final ImageDecoding decoding =
      ServiceLoader.load(ImageDecoding.class).findFirst().orElseThrow();

  @Test
  void coloursStandBesideEachOther() throws Exception {
    byte[] head = "P6 2 1 255\n".getBytes(StandardCharsets.US_ASCII);
    byte[] file = new byte[head.length + 6];
    System.arraycopy(head, 0, file, 0, head.length);
    int[] colours = {10, 20, 30, 200, 255, 0};
    for (int i = 0; i < colours.length; i++) {
      file[head.length + i] = (byte) colours[i];
    }
    OnnxTensor t = decoding.decode(file);
    assertEquals(OnnxTensor.Type.UINT8, t.type());
    assertEquals(Shape.of(1, 2, 3), t.shape());
    for (int i = 0; i < colours.length; i++) {
      assertEquals(colours[i], t.integer(i));
    }
  }

  @Test
  void greyBecomesThreeColours() throws Exception {
    OnnxTensor t = decoding.decode("P2 1 2 255\n7 9\n".getBytes(StandardCharsets.US_ASCII));
    assertEquals(Shape.of(2, 1, 3), t.shape());
    assertEquals(7, t.integer(2));
    assertEquals(9, t.integer(3));
  }

  @Test
  void whatIsNoPictureIsRefused() {
    IOException e = assertThrows(IOException.class, () -> decoding.decode(new byte[] {1, 2, 3}));
    assertTrue(e.getMessage().startsWith("found "), e.getMessage());
  }
}
