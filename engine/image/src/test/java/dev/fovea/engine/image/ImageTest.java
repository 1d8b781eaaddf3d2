package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ImageTest {

  @Test
  void samplesAreUnsigned() {
    Image bytes = Image.ofUint8(2, 1, new byte[] {(byte) 200, 7});
    Image shorts = Image.ofUint16(2, 1, new short[] {(short) 60000, 7});
    assertEquals(200f, bytes.value(0, 0, 0));
    assertEquals(60000f, shorts.value(0, 0, 0));
    assertEquals(255f, bytes.maxValue());
    assertEquals(65535f, shorts.maxValue());
  }

  @Test
  void valueIsByChannelRowColumn() {
    Image image = Image.ofFloat32(3, 2, new float[] {0, 1, 2, 3, 4, 5}, new float[6]);
    assertEquals(5f, image.value(0, 1, 2));
    assertEquals(2f, image.value(0, 0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> image.value(0, 0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> image.value(2, 0, 0));
  }

  @Test
  void planesMustFitTheSize() {
    assertThrows(
        IllegalArgumentException.class, () -> Image.ofUint8(2, 2, new byte[4], new byte[3]));
    assertThrows(IllegalArgumentException.class, () -> Image.ofUint8(2, 2));
    assertThrows(IllegalArgumentException.class, () -> Image.ofUint8(0, 2, new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> Image.ofUint8(65536, 65536, new byte[0]));
  }

  @Test
  void greyIsLuma601() {
    // 0.299 * 10 + 0.587 * 20 + 0.114 * 200 = 37.53; R = G = B stays; pure blue is 29.07.
    Image colour =
        Image.ofUint8(
            3, 1, new byte[] {10, 77, 0}, new byte[] {20, 77, 0}, new byte[] {(byte) 200, 77, -1});
    assertArrayEquals(new float[] {38, 77, 29}, colour.toGrey().plane(0));
    for (int v = 0; v < 256; v++) {
      byte[] same = {(byte) v};
      assertEquals(v, Image.ofUint8(1, 1, same, same, same).toGrey().value(0, 0, 0));
    }
  }

  @Test
  void greyAndRgbNeedOneOrThreeChannels() {
    Image two = Image.ofUint8(1, 1, new byte[1], new byte[1]);
    assertThrows(IllegalArgumentException.class, two::toGrey);
    String message = assertThrows(IllegalArgumentException.class, two::toRgb).getMessage();
    assertEquals("image: found 2 channels, expected 1 (grey) or 3 (colour)", message);
    Image grey = Image.ofUint8(1, 1, new byte[] {9});
    assertSame(grey, grey.toGrey());
    assertArrayEquals(new float[] {9}, grey.toRgb().plane(2));
  }

  @Test
  void cropTakesTheRectangle() {
    Calibration calibration = new Calibration(0.5, 0.5, "micron");
    Image image = Image.ofUint8(3, 2, new byte[] {0, 1, 2, 3, 4, 5}).withCalibration(calibration);
    Image crop = image.crop(1, 0, 2, 2);
    assertArrayEquals(new float[] {1, 2, 4, 5}, crop.plane(0));
    assertEquals(calibration, crop.calibration());
    assertThrows(IllegalArgumentException.class, () -> image.crop(2, 0, 2, 1));
    assertThrows(IllegalArgumentException.class, () -> image.crop(0, 0, 1, 3));
    assertThrows(IllegalArgumentException.class, () -> image.crop(1, 0, Integer.MAX_VALUE, 1));
  }

  @Test
  void tensorIsOneChannelsRowsColumns() {
    Image image = Image.ofUint8(2, 1, new byte[] {1, 2}, new byte[] {3, 4}, new byte[] {5, -1});
    Tensor tensor = image.toTensor();
    assertEquals(Shape.of(1, 3, 1, 2), tensor.shape());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 255}, tensor.toArray());
    Image back = Image.fromTensor(tensor);
    assertEquals("2 x 1, 3 channels, UINT8", back.toString());
    assertArrayEquals(new float[] {5, 255}, back.plane(2));
  }

  @Test
  void fromTensorRoundsAndClamps() {
    Tensor tensor = Tensor.of(Shape.of(1, 1, 6), -3, 0.4f, 0.5f, 254.6f, 1e20f, Float.NaN);
    assertArrayEquals(new float[] {0, 0, 1, 255, 255, 0}, Image.fromTensor(tensor).plane(0));
    assertArrayEquals(tensor.toArray(), Image.fromTensor(tensor, SampleType.FLOAT32).plane(0));
    assertThrows(IllegalArgumentException.class, () -> Image.fromTensor(Tensor.zeros(2, 1, 3, 3)));
  }

  @Test
  void fromTensorOfAViewReadsThatView() {
    Tensor batch = Tensor.of(Shape.of(2, 1, 1, 2), 1, 2, 3, 4);
    assertArrayEquals(new float[] {3, 4}, Image.fromTensor(batch.slice(1, 2)).plane(0));
  }

  @Test
  void eightBitsOfDeeperSamples() {
    Image shorts = Image.ofUint16(3, 1, new short[] {0, 257 * 100, -1});
    assertArrayEquals(new float[] {0, 100, 255}, shorts.asUint8().plane(0));
    Image floats = Image.ofFloat32(4, 1, new float[] {-1, 0, 1, Float.POSITIVE_INFINITY});
    assertArrayEquals(new float[] {0, 128, 255, 255}, floats.asUint8().plane(0));
    Image flat = Image.ofFloat32(2, 1, new float[] {5, 5});
    assertArrayEquals(new float[] {0, 0}, flat.asUint8().plane(0));
    Image nan = Image.ofFloat32(1, 1, new float[] {Float.NaN});
    assertArrayEquals(new float[] {0}, nan.asUint8().plane(0));
    assertArrayEquals(new float[] {0, 255, 255}, shorts.asUint8(100, 2000).plane(0));
    assertThrows(IllegalArgumentException.class, () -> shorts.asUint8(2, 1));
  }

  @Test
  void calibrationIsChecked() {
    assertThrows(IllegalArgumentException.class, () -> new Calibration(0, 1, "micron"));
    assertThrows(IllegalArgumentException.class, () -> new Calibration(1, Double.NaN, "micron"));
    assertThrows(IllegalArgumentException.class, () -> new Calibration(1, 1, " "));
    assertTrue(new Calibration(1, 1, "cm").isCalibrated());
    assertEquals(new Calibration(2, 1, "cm"), new Calibration(4, 3, "cm").scaled(2, 3));
    assertEquals(new Calibration(3, 4, "cm"), new Calibration(4, 3, "cm").transposed());
  }
}
