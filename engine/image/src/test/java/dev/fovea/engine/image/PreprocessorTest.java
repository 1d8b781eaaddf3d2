package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PreprocessorTest {
  private static final Image COLOUR =
      Image.ofUint8(2, 1, new byte[] {51, 102}, new byte[] {0, 0}, new byte[] {-1, 51});

  private static Preprocessor unit(Channels channels, int width, int height, Resize resize) {
    return new Preprocessor(Preprocessing.unit(channels, width, height, resize));
  }

  @Test
  void unitOfEveryType() {
    Preprocessor grey = unit(Channels.GREY, 0, 0, Resize.NONE);
    Tensor bytes = grey.apply(Image.ofUint8(2, 1, new byte[] {0, -1}));
    assertEquals(Shape.of(1, 1, 1, 2), bytes.shape());
    assertArrayEquals(new float[] {0, 1}, bytes.toArray());
    assertArrayEquals(
        new float[] {0.2f}, grey.apply(Image.ofUint16(1, 1, new short[] {13107})).toArray());
    assertArrayEquals(
        new float[] {2.5f}, grey.apply(Image.ofFloat32(1, 1, new float[] {2.5f})).toArray());
  }

  @Test
  void channelsAreOrderedAndConverted() {
    assertArrayEquals(
        new float[] {0.2f, 0.4f, 0, 0, 1, 0.2f},
        unit(Channels.RGB, 0, 0, Resize.NONE).apply(COLOUR).toArray());
    assertArrayEquals(
        new float[] {1, 0.2f, 0, 0, 0.2f, 0.4f},
        unit(Channels.BGR, 0, 0, Resize.NONE).apply(COLOUR).toArray());
    // 0.299 * 51 + 0.114 * 255 = 44.3; 0.299 * 102 + 0.114 * 51 = 36.3.
    assertArrayEquals(
        new float[] {44 / 255f, 36 / 255f},
        unit(Channels.GREY, 0, 0, Resize.NONE).apply(COLOUR).toArray());
    assertArrayEquals(
        new float[] {0.2f, 0.2f, 0.2f},
        unit(Channels.RGB, 0, 0, Resize.NONE)
            .apply(Image.ofUint8(1, 1, new byte[] {51}))
            .toArray());
  }

  @Test
  void meanAndStdAreInUnitsOf255() {
    Preprocessor preprocessor =
        new Preprocessor(
            Preprocessing.meanStd(
                Channels.BGR,
                0,
                0,
                Resize.NONE,
                new float[] {104, 117, 123},
                new float[] {1, 2, 4}));
    assertArrayEquals(
        new float[] {151, -53, -58.5f, -58.5f, -18, -5.25f}, preprocessor.apply(COLOUR).toArray());
    Preprocessor grey =
        new Preprocessor(
            Preprocessing.meanStd(
                Channels.GREY, 0, 0, Resize.NONE, new float[] {100}, new float[] {50}));
    assertArrayEquals(
        new float[] {2},
        grey.apply(Image.ofUint16(1, 1, new short[] {(short) (200 * 257)})).toArray(),
        1e-5f);
  }

  /** A bright point is where the geometry says, there and back, for odd sizes too. */
  @Test
  void letterboxMapsPointsThereAndBack() {
    int[][] sizes = {{31, 17}, {16, 45}, {7, 7}, {640, 359}, {1, 9}};
    for (int[] size : sizes) {
      int width = size[0];
      int height = size[1];
      int px = width / 3;
      int py = height / 2;
      byte[] pixels = new byte[width * height];
      pixels[py * width + px] = -1;
      Preprocessor.Prepared boxed =
          new Preprocessor(
                  Preprocessing.unit(Channels.GREY, 96, 64, Resize.LETTERBOX).withMargin(114))
              .prepare(Image.ofUint8(width, height, pixels));
      Geometry g = boxed.geometry();
      double sum = 0;
      double sumX = 0;
      double sumY = 0;
      for (int i = 0; i < 96 * 64; i++) {
        double x = i % 96 + 0.5;
        double y = i / 96 + 0.5;
        boolean outside =
            g.toSourceX(x) < 0
                || g.toSourceX(x) > width
                || g.toSourceY(y) < 0
                || g.toSourceY(y) > height;
        if (outside) {
          assertEquals(114 / 255f, boxed.tensor().get(i), 1e-6f, width + " x " + height);
        } else {
          sum += boxed.tensor().get(i);
          sumX += x * boxed.tensor().get(i);
          sumY += y * boxed.tensor().get(i);
        }
      }
      // Clamping at the edge moves the centre of a point there by less than a pixel of the source.
      assertEquals(g.toTargetX(px + 0.5), sumX / sum, g.scaleX(), width + " x " + height);
      assertEquals(g.toTargetY(py + 0.5), sumY / sum, g.scaleY(), width + " x " + height);
      assertEquals(px + 0.5, g.toSourceX(g.toTargetX(px + 0.5)), 1e-9);
      assertEquals(py + 0.5, g.toSourceY(g.toTargetY(py + 0.5)), 1e-9);
      assertEquals(width, g.toSourceX(g.toTargetX(width)), 1e-9);
    }
  }

  /** In units of 0..255, whatever the range of the picture. */
  @Test
  void theMarginOfALetterbox() {
    Preprocessing p = Preprocessing.unit(Channels.GREY, 2, 4, Resize.LETTERBOX).withMargin(51);
    Preprocessor preprocessor = new Preprocessor(p);
    float[] expected = {0.2f, 0.2f, 1, 1, 1, 1, 0.2f, 0.2f};
    assertArrayEquals(
        expected, preprocessor.apply(Image.ofUint8(1, 1, new byte[] {-1})).toArray(), 1e-6f);
    assertArrayEquals(
        expected, preprocessor.apply(Image.ofUint16(1, 1, new short[] {-1})).toArray(), 1e-6f);
    assertArrayEquals(
        expected, preprocessor.apply(Image.ofFloat32(1, 1, new float[] {1})).toArray(), 1e-6f);
    assertThrows(
        IllegalArgumentException.class,
        () -> Preprocessing.unit(Channels.GREY, 2, 4, Resize.STRETCH).withMargin(51));
    assertThrows(IllegalArgumentException.class, () -> p.withMargin(256));
    assertThrows(IllegalArgumentException.class, () -> p.withMargin(Float.NaN));
  }

  @Test
  void percentilesStretchAndClamp() {
    Preprocessor preprocessor = new Preprocessor(Preprocessing.percentile(Channels.GREY, 25, 75));
    assertArrayEquals(
        new float[] {0, 0, 0.5f, 1, 1},
        preprocessor.apply(Image.ofUint8(5, 1, new byte[] {10, 20, 30, 40, -1})).toArray());
    assertArrayEquals(
        new float[] {0, 0},
        preprocessor.apply(Image.ofFloat32(2, 1, new float[] {1100, 1100})).toArray());
  }

  @Test
  void percentileDoesNotDependOnTheScaleOfTheValues() {
    Preprocessor preprocessor = new Preprocessor(Preprocessing.percentile(Channels.GREY, 1, 99));
    byte[] bytes = new byte[256];
    short[] shorts = new short[256];
    for (int i = 0; i < 256; i++) {
      bytes[i] = (byte) (i * 7);
      shorts[i] = (short) (1000 + 3 * (bytes[i] & 0xff));
    }
    assertArrayEquals(
        preprocessor.apply(Image.ofUint8(16, 16, bytes)).toArray(),
        preprocessor.apply(Image.ofUint16(16, 16, shorts)).toArray(),
        1e-6f);
  }

  @Test
  void sizes() {
    Image image = Image.ofFloat32(4, 2, new float[] {0, 1, 2, 3, 4, 5, 6, 7});
    // The columns' means 2, 3, 4, 5 with weights 3, 3, 1 and 1, 3, 3 of 7.
    assertArrayEquals(
        new float[] {19 / 7f, 30 / 7f},
        unit(Channels.GREY, 2, 1, Resize.STRETCH).apply(image).toArray(),
        1e-6f);
    Preprocessor.Prepared cropped =
        unit(Channels.GREY, 2, 2, Resize.SHORTER_SIDE_CROP).prepare(image);
    assertArrayEquals(new float[] {1, 2, 5, 6}, cropped.tensor().toArray());
    assertEquals(new Geometry(1, 1, -1, 0), cropped.geometry());
    Preprocessor.Prepared boxed = unit(Channels.GREY, 4, 4, Resize.LETTERBOX).prepare(image);
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0}, boxed.tensor().toArray());
    assertEquals(new Geometry(1, 1, 0, 1), boxed.geometry());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> unit(Channels.GREY, 28, 28, Resize.NONE).apply(image));
    assertEquals("image size: found 4 x 2, expected 28 x 28", e.getMessage());
  }

  /** A line that covers a square would be a square of billions of pixels, nearly all cut off. */
  @Test
  void aLineIsCroppedToASquare() {
    int length = 60_000;
    byte[] ramp = new byte[length];
    for (int i = 0; i < length; i++) {
      ramp[i] = (byte) (i < length / 2 ? 51 : 102);
    }
    Preprocessor preprocessor = unit(Channels.GREY, 224, 224, Resize.SHORTER_SIDE_CROP);
    Tensor high = preprocessor.apply(Image.ofUint8(1, length, ramp));
    Tensor wide = preprocessor.apply(Image.ofUint8(length, 1, ramp));
    assertEquals(Shape.of(1, 1, 224, 224), high.shape());
    // The two pixels in the middle, halfway to either side of their border.
    assertEquals(0.2 + 0.2 * 0.5 / 224, high.get(0), 1e-6);
    assertEquals(0.4 - 0.2 * 0.5 / 224, high.get(223 * 224 + 5), 1e-6);
    for (int i = 0; i < high.size(); i++) {
      assertEquals(high.get(i), wide.get(i % 224 * 224 + i / 224));
    }
    // Here even the height of the uncut picture is more than an int holds.
    Tensor longer = preprocessor.apply(Image.ofUint8(1, 12_000_000, new byte[12_000_000]));
    assertArrayEquals(new float[224 * 224], longer.toArray());
  }

  @Test
  void refusesNumbersThatMakeNoInput() {
    float[] one = {1};
    for (float std : new float[] {0, Float.NaN, Float.POSITIVE_INFINITY}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  Preprocessing.meanStd(Channels.GREY, 0, 0, Resize.NONE, one, new float[] {std}));
      assertTrue(e.getMessage().contains("[" + std + "]"), e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Preprocessing.meanStd(Channels.GREY, 0, 0, Resize.NONE, new float[] {Float.NaN}, one));
  }

  /** As ImageNet's pictures are looked at: the shorter side to 256, then the middle 224. */
  @Test
  void theShorterSideCanBeLongerThanTheCrop() {
    byte[] pixels = new byte[8 * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * (i / 8) + i % 8);
    }
    Preprocessing two = Preprocessing.unit(Channels.GREY, 2, 2, Resize.SHORTER_SIDE_CROP);
    float[] found =
        new Preprocessor(two.withShorterSide(4)).apply(Image.ofUint8(8, 4, pixels)).toArray();
    assertArrayEquals(new float[] {13 / 255f, 14 / 255f, 23 / 255f, 24 / 255f}, found);
    assertThrows(IllegalArgumentException.class, () -> two.withShorterSide(1));
    Preprocessing stretched = Preprocessing.unit(Channels.GREY, 2, 2, Resize.STRETCH);
    assertThrows(IllegalArgumentException.class, () -> stretched.withShorterSide(4));
  }

  @Test
  void croppedAndBoxedSizesAreExactForAwkwardRatios() {
    for (int width = 1; width < 40; width += 3) {
      for (int height = 1; height < 40; height += 4) {
        Image image = Image.ofUint8(width, height, new byte[width * height]);
        for (Resize resize : new Resize[] {Resize.SHORTER_SIDE_CROP, Resize.LETTERBOX}) {
          Tensor tensor = unit(Channels.GREY, 13, 17, resize).apply(image);
          assertEquals(Shape.of(1, 1, 17, 13), tensor.shape());
        }
      }
    }
  }
}
