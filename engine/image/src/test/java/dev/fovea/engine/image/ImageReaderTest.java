package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {
  @TempDir Path folder;

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private Path text(String name, String content) throws IOException {
    return file(name, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out), format);
    return out.toByteArray();
  }

  private static String error(Path file) {
    String message =
        assertThrows(ImageFormatException.class, () -> ImageReader.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": found "), message);
    assertTrue(message.contains(", expected "), message);
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  /** Grey levels 0, 100, 200 of the raster, and colours red, (10, 20, 30). */
  private static BufferedImage picture(int type, int... samples) {
    BufferedImage image = new BufferedImage(samples.length, 1, type);
    for (int x = 0; x < samples.length; x++) {
      if (image.getRaster().getNumBands() == 1) {
        image.getRaster().setSample(x, 0, 0, samples[x]);
      } else {
        image.setRGB(x, 0, samples[x]);
      }
    }
    return image;
  }

  // ---- PNG

  @Test
  void pngGreyIsRaw() throws IOException {
    Path file = file("g.png", encode(picture(BufferedImage.TYPE_BYTE_GRAY, 0, 1, 100, 255), "png"));
    Image image = ImageReader.read(file);
    assertEquals("4 x 1, 1 channel, UINT8", image.toString());
    assertArrayEquals(new float[] {0, 1, 100, 255}, image.plane(0));
  }

  @Test
  void pngKeepsSixteenBits() throws IOException {
    Path file =
        file("s.png", encode(picture(BufferedImage.TYPE_USHORT_GRAY, 0, 1, 257, 65535), "png"));
    Image image = ImageReader.read(file);
    assertEquals(SampleType.UINT16, image.type());
    assertArrayEquals(new float[] {0, 1, 257, 65535}, image.plane(0));
  }

  @Test
  void pngColourAndTransparency() throws IOException {
    Image rgb =
        ImageReader.read(
            file("c.png", encode(picture(BufferedImage.TYPE_INT_RGB, 0xff0000, 0x0a141e), "png")));
    assertArrayEquals(new float[] {255, 10}, rgb.plane(0));
    assertArrayEquals(new float[] {0, 20}, rgb.plane(1));
    assertArrayEquals(new float[] {0, 30}, rgb.plane(2));
    // 51 / 255 = 0.2 of 100 and 0.8 of white.
    Image overWhite =
        ImageReader.read(
            file(
                "a.png",
                encode(
                    picture(BufferedImage.TYPE_INT_ARGB, 0xff0a141e, 0x33640000, 0x00123456),
                    "png")));
    assertEquals(3, overWhite.channels());
    assertArrayEquals(new float[] {10, 224, 255}, overWhite.plane(0));
    assertArrayEquals(new float[] {20, 204, 255}, overWhite.plane(1));
  }

  @Test
  void pngPaletteIsGreyOrColour() throws IOException {
    byte[] inverted = {-1, (byte) 200, 0};
    IndexColorModel grey = new IndexColorModel(8, 3, inverted, inverted, inverted);
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, grey);
    image.getRaster().setSamples(0, 0, 3, 1, 0, new int[] {0, 1, 2});
    Image read = ImageReader.read(file("p.png", encode(image, "png")));
    assertEquals(1, read.channels());
    assertArrayEquals(new float[] {255, 200, 0}, read.plane(0));
    IndexColorModel colour = new IndexColorModel(8, 3, inverted, inverted, new byte[3]);
    BufferedImage second = new BufferedImage(colour, image.getRaster(), false, null);
    assertEquals(3, ImageReader.read(file("q.png", encode(second, "png"))).channels());
  }

  @Test
  void pngBilevelIsScaled() throws IOException {
    Path file = file("b.png", encode(picture(BufferedImage.TYPE_BYTE_BINARY, 0, 1, 1), "png"));
    assertArrayEquals(new float[] {0, 255, 255}, ImageReader.read(file).plane(0));
  }

  @Test
  void pngWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("w.png");
    Image[] images = {
      Image.ofUint8(2, 1, new byte[] {3, -1}),
      Image.ofUint16(2, 1, new short[] {300, -1}),
      Image.ofUint8(2, 1, new byte[] {1, 2}, new byte[] {3, 4}, new byte[] {5, 6}),
      Image.ofUint16(2, 1, new short[] {1, 2}, new short[] {300, 4}, new short[] {5, -6}),
    };
    for (Image image : images) {
      ImageWriter.writePng(file, image);
      Image read = ImageReader.read(file);
      assertEquals(image.toString(), read.toString());
      assertArrayEquals(image.toTensor().toArray(), read.toTensor().toArray());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageWriter.writePng(file, Image.ofFloat32(1, 1, new float[1])));
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageWriter.writePng(file, Image.ofUint8(1, 1, new byte[1], new byte[1])));
  }

  // ---- JPEG

  @Test
  void jpegGreyAndColour() throws IOException {
    byte[] flat = new byte[16 * 16];
    Arrays.fill(flat, (byte) 100);
    Path file = folder.resolve("j.jpg");
    ImageWriter.writeJpeg(file, Image.ofUint8(16, 16, flat), 0.9f);
    Image grey = ImageReader.read(file);
    assertEquals("16 x 16, 1 channel, UINT8", grey.toString());
    assertEquals(100, grey.value(0, 8, 8), 1);
    byte[] dark = new byte[16 * 16];
    ImageWriter.writeJpeg(file, Image.ofUint8(16, 16, flat, dark, flat), 0.9f);
    Image colour = ImageReader.read(file);
    assertEquals(3, colour.channels());
    assertEquals(100, colour.value(0, 8, 8), 2);
    assertEquals(0, colour.value(1, 8, 8), 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageWriter.writeJpeg(file, Image.ofUint16(1, 1, new short[1]), 0.9f));
    assertThrows(IllegalArgumentException.class, () -> ImageWriter.writeJpeg(file, grey, 1.5f));
  }

  /** 16 x 8 pixels in two 8 x 8 blocks, dark left and bright right. */
  private byte[] halves() throws IOException {
    byte[] samples = new byte[16 * 8];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i % 16 < 8 ? 40 : 220);
    }
    Path file = folder.resolve("halves.jpg");
    ImageWriter.writeJpeg(file, Image.ofUint8(16, 8, samples), 1);
    return Files.readAllBytes(file);
  }

  /** Puts an EXIF segment with one field right behind the start marker. */
  private static byte[] withExif(byte[] jpeg, int orientation, ByteOrder order) {
    ByteBuffer segment = ByteBuffer.allocate(4 + 6 + 8 + 2 + 12 + 4);
    segment.putShort((short) 0xffe1).putShort((short) (segment.capacity() - 2));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    segment.order(order);
    segment.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
    segment.putShort((short) 42).putInt(8).putShort((short) 1);
    segment.putShort((short) 274).putShort((short) 3).putInt(1);
    segment.putShort((short) orientation).putShort((short) 0).putInt(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(segment.array());
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /** Where the dark half lies: left, right, top or bottom. */
  @ParameterizedTest
  @CsvSource({"1, L", "2, R", "3, R", "4, L", "5, T", "6, T", "7, B", "8, B", "0, L", "9, L"})
  void jpegOrientationIsApplied(int tag, String dark) throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      Image image = ImageReader.read(file("e.jpg", withExif(halves(), tag, order)));
      boolean upright = "TB".contains(dark);
      assertEquals(upright ? 8 : 16, image.width());
      assertEquals(upright ? 16 : 8, image.height());
      int last = upright ? 15 : 7;
      boolean first = "LT".contains(dark);
      assertEquals(first ? 40 : 220, image.value(0, 1, 1), 3);
      assertEquals(first ? 220 : 40, image.value(0, last - 1, image.width() - 2), 3);
    }
  }

  @Test
  void damagedExifDoesNotHideTheImage() throws IOException {
    byte[] jpeg = withExif(halves(), 6, ByteOrder.BIG_ENDIAN);
    Arrays.fill(jpeg, 12, 20, (byte) 0x7f);
    assertEquals(16, ImageReader.read(file("d.jpg", jpeg)).width());
  }

  // ---- GIF, BMP, PNM

  @Test
  void gifAndBmp() throws IOException {
    byte[] inverted = new byte[256];
    for (int i = 0; i < 256; i++) {
      inverted[i] = (byte) (255 - i);
    }
    IndexColorModel model = new IndexColorModel(8, 256, inverted, inverted, inverted);
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, model);
    image.getRaster().setSamples(0, 0, 3, 1, 0, new int[] {0, 100, 255});
    for (String format : new String[] {"gif", "bmp"}) {
      Image read = ImageReader.read(file("i." + format, encode(image, format)));
      assertEquals("3 x 1, 1 channel, UINT8", read.toString());
      assertArrayEquals(new float[] {255, 155, 0}, read.plane(0));
    }
    Image colour =
        ImageReader.read(
            file("c.bmp", encode(picture(BufferedImage.TYPE_INT_RGB, 0x0a141e, 0x0a0a0a), "bmp")));
    assertEquals(3, colour.channels());
    assertArrayEquals(new float[] {10, 10}, colour.plane(0));
    assertArrayEquals(new float[] {30, 10}, colour.plane(2));
  }

  @Test
  void pnm() throws IOException {
    assertArrayEquals(
        new float[] {0, 9, 255, 4},
        ImageReader.read(text("a.pgm", "P5 # note\n2\n2 255\n\0\t\u00ff\4")).plane(0));
    assertArrayEquals(
        new float[] {0, 255, 128}, ImageReader.read(text("b.pgm", "P2\n3 1\n2\n0 2 1")).plane(0));
    Image deep = ImageReader.read(text("c.pgm", "P5 2 1 4095\n\u000f\u00ff\0\1"));
    assertEquals(SampleType.UINT16, deep.type());
    assertArrayEquals(new float[] {4095, 1}, deep.plane(0));
    Image colour = ImageReader.read(text("d.ppm", "P6 1 1 255\n\1\2\3"));
    assertEquals(3, colour.channels());
    assertEquals(2, colour.value(1, 0, 0));
    assertEquals(7, ImageReader.read(text("e.ppm", "P3 1 1 255 7 8 9 ")).value(0, 0, 0));
    assertArrayEquals(
        new float[] {255, 0, 0}, ImageReader.read(text("f.pbm", "P1\n3 1\n011")).plane(0));
    assertArrayEquals(
        new float[] {255, 0, 255, 255, 255, 255, 255, 255, 0},
        ImageReader.read(text("g.pbm", "P4 9 1\n@\u0080")).plane(0));
    error(text("h.pgm", "P5 2 2 255\nabc"));
    error(text("i.pgm", "P2 1 1 5 6"));
    error(text("j.pgm", "P5 1 1 70000\n000"));
    error(text("k.pgm", "P5 x 1 255\n000"));
    error(text("l.pgm", "P5 0 1 255\n000"));
    assertTrue(error(text("m.pgm", "P5 99999 99999 255\n0")).contains("99999 x 99999"));
    assertTrue(error(text("n.pgm", "P5 9999 9999 255\n0")).contains("at least 99980001"));
  }

  // ---- what is not an image

  @Test
  void saysWhatWasFound() throws IOException {
    String formats = ", expected an image file (PNG, JPEG, TIFF, GIF, BMP, PNM)";
    Path missing = folder.resolve("missing.png");
    assertEquals(missing + ": found no such file" + formats, error(missing));
    assertEquals(folder + ": found a folder" + formats, error(folder));
    Path empty = file("empty.png", new byte[0]);
    assertEquals(empty + ": found an empty file (0 bytes)" + formats, error(empty));
    Path note = text("note.png", "just a note\nand more");
    assertEquals(note + ": found text beginning with \"just a note\"" + formats, error(note));
    Path fits = text("a.fits", "SIMPLE  =                    T");
    assertEquals(fits + ": found a FITS file, an unsupported format" + formats, error(fits));
    Path dicom = text("a.dcm", "\0".repeat(128) + "DICM");
    assertEquals(dicom + ": found a DICOM file, an unsupported format" + formats, error(dicom));
    Path zip = text("a.jpg", "PK\3\4rest of it");
    assertTrue(error(zip).contains("unsupported format beginning with the bytes 50 4b 03 04"));
  }

  @Test
  void formatIsToldByContent() throws IOException {
    byte[] png = encode(picture(BufferedImage.TYPE_BYTE_GRAY, 1, 2), "png");
    assertEquals(2, ImageReader.read(file("really-a-png.jpg", png)).width());
    assertTrue(ImageReader.looksLikeImage(file("no-extension", png)));
    assertTrue(ImageReader.looksLikeImage(text("text.PNG", "text")));
    assertTrue(ImageReader.looksLikeImage(text("x.fits", "text")));
    assertFalse(ImageReader.looksLikeImage(text("README.md", "text")));
    assertFalse(ImageReader.looksLikeImage(text("BMX.txt", "BM is how this text begins")));
    assertFalse(ImageReader.looksLikeImage(folder));
    assertFalse(ImageReader.looksLikeImage(folder.resolve("missing.png")));
  }

  @Test
  void unreadableFile() throws IOException {
    Path file = text("locked.png", "x");
    boolean denied = file.toFile().setReadable(false) && !Files.isReadable(file);
    Assumptions.assumeTrue(denied, "this user may read every file");
    assertTrue(error(file).contains("found no permission to read it"));
  }

  @Test
  void sizesAreRefusedByTheHeader() throws IOException {
    byte[] png = encode(picture(BufferedImage.TYPE_BYTE_GRAY, 1, 2), "png");
    ByteBuffer header = ByteBuffer.wrap(png);
    header.putInt(16, 100_000).putInt(20, 100_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    assertTrue(error(file("bomb.png", png)).contains("a size of 100000 x 100000"));

    byte[] jpeg = halves();
    int frame = 0;
    while (jpeg[frame] != (byte) 0xff || jpeg[frame + 1] != (byte) 0xc0) {
      frame++;
    }
    ByteBuffer.wrap(jpeg).putInt(frame + 5, 0xffdcffdc);
    assertTrue(error(file("bomb.jpg", jpeg)).contains("a size of 65500 x 65500"));

    byte[] gif = encode(picture(BufferedImage.TYPE_BYTE_BINARY, 0, 1), "gif");
    ByteBuffer.wrap(gif).putInt(6, -1);
    assertTrue(error(file("bomb.gif", gif)).contains("a size of 65535 x 65535"));

    byte[] bmp = encode(picture(BufferedImage.TYPE_INT_RGB, 0, 1), "bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 100_000).putInt(22, 100_000);
    assertTrue(error(file("bomb.bmp", bmp)).contains("a size of 100000 x 100000"));
  }

  @Test
  void limitsAreTheCallers() throws IOException {
    Path file = text("a.pgm", "P5 2 2 255\nabcd");
    assertEquals(2, ImageReader.read(file, new Limits(4, 1)).width());
    assertThrows(ImageFormatException.class, () -> ImageReader.read(file, new Limits(3, 1)));
    assertThrows(IllegalArgumentException.class, () -> new Limits(0, 1));
  }

  /** One noisy picture in every format and kind. */
  private Map<String, byte[]> samples() throws IOException {
    Random random = new Random(5);
    byte[] noise = new byte[40 * 30];
    random.nextBytes(noise);
    short[] deep = new short[40 * 30];
    for (int i = 0; i < deep.length; i++) {
      deep[i] = (short) random.nextInt();
    }
    Image grey = Image.ofUint8(40, 30, noise);
    Image colour = Image.ofUint8(40, 30, noise, noise, noise);
    Map<String, byte[]> samples = new LinkedHashMap<>();
    Path out = folder.resolve("sample");
    ImageWriter.writePng(out, Image.ofUint16(40, 30, deep));
    samples.put("deep.png", Files.readAllBytes(out));
    ImageWriter.writeJpeg(out, colour, 0.9f);
    samples.put("colour.jpg", Files.readAllBytes(out));
    ImageWriter.writeTiff(out, colour);
    samples.put("colour.tif", Files.readAllBytes(out));
    TiffBytes big = TiffBytes.big(ByteOrder.LITTLE_ENDIAN).page(40, 30, 8, 1, 1);
    samples.put("big.tif", big.strips(noise).build());
    samples.put("grey.gif", encode(BufferedImages.fromImage(grey), "gif"));
    samples.put("grey.bmp", encode(BufferedImages.fromImage(grey), "bmp"));
    samples.put("colour.bmp", encode(BufferedImages.fromImage(colour), "bmp"));
    samples.put("packed.tif", encode(BufferedImages.fromImage(grey), "tiff"));
    ByteArrayOutputStream pgm = new ByteArrayOutputStream();
    pgm.writeBytes("P5 40 30 255\n".getBytes(StandardCharsets.US_ASCII));
    pgm.writeBytes(noise);
    samples.put("grey.pgm", pgm.toByteArray());
    return samples;
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
      byte[] whole = sample.getValue();
      ImageReader.read(file(sample.getKey(), whole));
      for (int eighths = 0; eighths < 8; eighths++) {
        byte[] part = Arrays.copyOf(whole, whole.length * eighths / 8);
        error(file("cut-" + eighths + "-" + sample.getKey(), part));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void damagedFilesAreReadOrRefused(long seed) throws IOException {
    Random random = new Random(seed);
    Limits limits = new Limits(1 << 22, 16);
    for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
      for (int trial = 0; trial < 60; trial++) {
        byte[] damaged = sample.getValue().clone();
        // Headers and directories, at the beginning and the end, are hit more often.
        int reach = trial % 3 == 0 ? damaged.length : Math.min(damaged.length, 300);
        int from = trial % 3 == 2 ? damaged.length - reach : 0;
        for (int i = 0; i <= trial % 8; i++) {
          damaged[from + random.nextInt(reach)] = (byte) random.nextInt();
        }
        Path file = file("damaged-" + sample.getKey(), damaged);
        try {
          assertFalse(ImageReader.readPages(file, limits).isEmpty());
        } catch (ImageFormatException e) {
          assertEquals(1, e.getMessage().lines().count(), "seed " + seed);
        }
      }
    }
  }
}
