package dev.fovea.engine.opencv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.SampleType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;

class OpenCvTest {

  @BeforeAll
  static void load() {
    OpenCvLibrary.load();
  }

  @Test
  void redIsFirstInAnImageAndLastInAMat() {
    Mat mat = new Mat(2, 3, CvType.CV_8UC3, new Scalar(10, 20, 250));
    mat.put(1, 2, new byte[] {1, 2, 3});
    Image image = Mats.toImage(mat);
    assertEquals("3 x 2, 3 channels, UINT8", image.toString());
    assertEquals(250, image.value(0, 0, 0));
    assertEquals(20, image.value(1, 0, 0));
    assertEquals(10, image.value(2, 0, 0));
    assertEquals(3, image.value(0, 1, 2));
    assertEquals(1, image.value(2, 1, 2));
  }

  @ParameterizedTest
  @CsvSource({"UINT8, 1", "UINT8, 3", "UINT16, 1", "UINT16, 3", "FLOAT32, 1", "FLOAT32, 3"})
  void thereAndBackIsTheSame(SampleType type, int channels) {
    Image image = ramp(type, channels);
    Mat mat = Mats.fromImage(image);
    Image back = Mats.toImage(mat);
    assertEquals(type, back.type());
    for (int c = 0; c < channels; c++) {
      assertArrayEquals(image.plane(c), back.plane(c));
    }
    assertEquals(channels, mat.channels());
  }

  /** Values up to the largest, where signs could go wrong. */
  private static Image ramp(SampleType type, int channels) {
    int pixels = 5 * 4;
    byte[][] bytes = new byte[channels][pixels];
    short[][] shorts = new short[channels][pixels];
    float[][] floats = new float[channels][pixels];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < pixels; i++) {
        bytes[c][i] = (byte) (255 - i * 5 - c);
        shorts[c][i] = (short) (65_535 - i * 3000 - c);
        floats[c][i] = -1.5f + 0.25f * i + c;
      }
    }
    return switch (type) {
      case UINT8 -> Image.ofUint8(5, 4, bytes);
      case UINT16 -> Image.ofUint16(5, 4, shorts);
      case FLOAT32 -> Image.ofFloat32(5, 4, floats);
    };
  }

  @Test
  void aPartOfAMatIsAPicture() {
    Mat whole = Mats.fromImage(ramp(SampleType.UINT16, 3));
    Image part = Mats.toImage(whole.submat(new Rect(1, 1, 3, 2)));
    assertArrayEquals(ramp(SampleType.UINT16, 3).crop(1, 1, 3, 2).plane(0), part.plane(0));
    assertFalse(whole.submat(new Rect(1, 1, 3, 2)).isContinuous());
  }

  @Test
  void functionsOfImagesTakeMats() {
    Mat mat = new Mat(7, 9, CvType.CV_8UC1, new Scalar(4));
    assertEquals(9, Mats.adapt(Image::width).apply(mat));
  }

  @Test
  void otherTypesAreRefused() {
    Mat signed = new Mat(2, 2, CvType.CV_16SC1);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Mats.toImage(signed))
            .getMessage()
            .contains("CV_16SC1"));
    Mat transparent = new Mat(2, 2, CvType.CV_8UC4);
    assertThrows(IllegalArgumentException.class, () -> Mats.toImage(transparent));
    Mat empty = new Mat();
    assertThrows(IllegalArgumentException.class, () -> Mats.toImage(empty));
    Image two = Image.ofUint8(1, 1, new byte[1], new byte[1]);
    assertThrows(IllegalArgumentException.class, () -> Mats.fromImage(two));
  }

  @Test
  void framesThroughAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("grey %03d.avi");
    try (FrameWriter writer = FrameWriter.open(file, 32, 24, 12)) {
      for (int i = 0; i < 6; i++) {
        byte[] grey = new byte[32 * 24];
        Arrays.fill(grey, (byte) (40 * i));
        writer.write(Image.ofUint8(32, 24, grey));
      }
      assertThrows(IllegalArgumentException.class, () -> writer.write(ramp(SampleType.UINT8, 1)));
    }
    try (FrameReader reader = FrameReader.open(file)) {
      assertEquals(32, reader.width());
      assertEquals(24, reader.height());
      assertEquals(12, reader.framesPerSecond(), 0.01);
      int frames = 0;
      for (Optional<Image> frame; (frame = reader.next()).isPresent(); frames++) {
        // JPEG rounds.
        assertEquals(40 * frames, frame.get().value(1, 12, 16), 3);
      }
      assertEquals(6, frames);
      assertTrue(reader.next().isEmpty());
    }
  }

  @Test
  void whatIsNoVideoIsRefused(@TempDir Path folder) throws IOException {
    assertThrows(IOException.class, () -> FrameReader.open(folder.resolve("none.avi")));
    Path text = Files.writeString(folder.resolve("text.avi"), "no frames here");
    assertTrue(
        assertThrows(IOException.class, () -> FrameReader.open(text))
            .getMessage()
            .contains("text.avi"));
    assertThrows(
        IllegalArgumentException.class, () -> FrameWriter.open(folder.resolve("a.mp4"), 8, 8, 10));
    assertThrows(
        IllegalArgumentException.class, () -> FrameWriter.open(folder.resolve("a.avi"), 8, 8, 0));
  }
}
