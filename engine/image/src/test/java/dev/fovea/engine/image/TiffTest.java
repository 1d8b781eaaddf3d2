package dev.fovea.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TiffTest {
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

  @TempDir Path folder;

  private Image read(TiffBytes tiff) throws IOException {
    return ImageReader.read(tiff.write(folder.resolve("a.tif")));
  }

  private static Image read(Path file) throws IOException {
    return ImageReader.read(file);
  }

  private static List<Image> readPages(Path file) throws IOException {
    return ImageReader.readPages(file);
  }

  private String error(TiffBytes tiff) throws IOException {
    Path file = tiff.write(folder.resolve("bad.tif"));
    String message = assertThrows(ImageFormatException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file + ": found "), message);
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void sixteenBitsAreKeptInBothByteOrders() throws IOException {
    for (ByteOrder order : List.of(LITTLE, BIG)) {
      TiffBytes tiff = TiffBytes.of(order);
      Image image =
          read(tiff.page(3, 2, 16, 1, 1).strips(tiff.samples16(0, 1, 256, 4095, 65534, 65535)));
      assertEquals("3 x 2, 1 channel, UINT16", image.toString());
      assertArrayEquals(new float[] {0, 1, 256, 4095, 65534, 65535}, image.plane(0));
    }
  }

  @Test
  void signedWithPredictorAndLzw() throws IOException {
    // The strip of a file by Bio-Formats: 5 x 1, LZW, differences; ImageJ reads 1 2 3 4 5.
    Image image =
        read(
            TiffBytes.of(BIG)
                .page(5, 1, 16, 1, 1)
                .shorts(TiffTags.COMPRESSION, 5)
                .shorts(TiffTags.PREDICTOR, 2)
                .shorts(TiffTags.SAMPLE_FORMAT, 2)
                .strips(HexFormat.of().parseHex("800000302824" + "0c0301")));
    assertEquals(SampleType.FLOAT32, image.type());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5}, image.plane(0));
  }

  @Test
  void signedValuesAreKept() throws IOException {
    TiffBytes tiff = TiffBytes.of(LITTLE);
    tiff.page(3, 1, 16, 1, 1).shorts(TiffTags.SAMPLE_FORMAT, 2);
    assertArrayEquals(
        new float[] {-32768, -1, 7}, read(tiff.strips(tiff.samples16(-32768, -1, 7))).plane(0));
    TiffBytes eight = TiffBytes.of(LITTLE).page(2, 1, 8, 1, 1).shorts(TiffTags.SAMPLE_FORMAT, 2);
    assertArrayEquals(new float[] {-128, 5}, read(eight.strips(bytes(-128, 5))).plane(0));
  }

  @Test
  void wideIntegersBecomeFloats() throws IOException {
    TiffBytes tiff = TiffBytes.of(BIG).page(2, 1, 32, 1, 1);
    Image image = read(tiff.strips(HexFormat.of().parseHex("ff000000" + "00000009")));
    assertArrayEquals(new float[] {4278190080f, 9}, image.plane(0));
  }

  @Test
  void floatsAreKept() throws IOException {
    TiffBytes tiff = TiffBytes.of(BIG);
    tiff.page(3, 1, 32, 1, 1).shorts(TiffTags.SAMPLE_FORMAT, 3);
    float[] values = {-1.5f, Float.MAX_VALUE, 1e-20f};
    assertArrayEquals(values, read(tiff.strips(tiff.samples32(values))).plane(0));
  }

  @Test
  void floatingPointPredictor() throws IOException {
    // Two floats 1.0 = 3f800000 and 2.0 = 40000000: bytes by significance 3f 40, 80 00, 00 00,
    // 00 00; their differences 3f 01 40 80 00 00 00 00.
    byte[] shuffled = bytes(0x3f, 0x01, 0x40, 0x80, 0, 0, 0, 0);
    Deflater deflater = new Deflater();
    deflater.setInput(shuffled);
    deflater.finish();
    byte[] packed = new byte[64];
    int length = deflater.deflate(packed);
    deflater.end();
    Image image =
        read(
            TiffBytes.of(LITTLE)
                .page(2, 1, 32, 1, 1)
                .shorts(TiffTags.SAMPLE_FORMAT, 3)
                .shorts(TiffTags.COMPRESSION, 8)
                .shorts(TiffTags.PREDICTOR, 3)
                .strips(Arrays.copyOf(packed, length)));
    assertArrayEquals(new float[] {1, 2}, image.plane(0));
  }

  @Test
  void bilevelIsScaledAndWhiteIsZeroTurnedRound() throws IOException {
    // 1010 0000 | 0100 0000: rows are padded to bytes.
    assertArrayEquals(
        new float[] {255, 0, 255, 0, 255, 0},
        read(TiffBytes.of(BIG).page(3, 2, 1, 1, 1).strips(bytes(0xa0, 0x40))).plane(0));
    assertArrayEquals(
        new float[] {0, 255, 0, 255, 0, 255},
        read(TiffBytes.of(BIG).page(3, 2, 1, 1, 0).strips(bytes(0xa0, 0x40))).plane(0));
    assertArrayEquals(
        new float[] {255, 55},
        read(TiffBytes.of(BIG).page(2, 1, 8, 1, 0).strips(bytes(0, 200))).plane(0));
    TiffBytes deep = TiffBytes.of(LITTLE);
    deep.page(2, 1, 16, 1, 0);
    assertArrayEquals(
        new float[] {65535, 65435}, read(deep.strips(deep.samples16(0, 100))).plane(0));
  }

  @Test
  void twelveBitsAreUnpackedAndKept() throws IOException {
    Image image = read(TiffBytes.of(LITTLE).page(2, 1, 12, 1, 1).strips(bytes(0xab, 0xc1, 0x23)));
    assertEquals(SampleType.UINT16, image.type());
    assertArrayEquals(new float[] {0xabc, 0x123}, image.plane(0));
  }

  @Test
  void paletteIsResolved() throws IOException {
    long[] colours = new long[3 * 16];
    colours[1] = 0xff00;
    colours[16 + 1] = 0x8000;
    colours[32 + 1] = 0x0100;
    TiffBytes tiff = TiffBytes.of(LITTLE).page(2, 1, 4, 1, 3).shorts(TiffTags.COLOR_MAP, colours);
    Image image = read(tiff.strips(bytes(0x10)));
    assertEquals(3, image.channels());
    assertArrayEquals(new float[] {255, 0}, image.plane(0));
    assertArrayEquals(new float[] {128, 0}, image.plane(1));
    assertArrayEquals(new float[] {1, 0}, image.plane(2));
    // Only black pixels: grey.
    assertEquals(1, read(tiff.strips(bytes(0x00))).channels());
  }

  @Test
  void planarChunkyAndTiledAreTheSame() throws IOException {
    float[][] expected = {{1, 2, 3, 4, 5, 6}, {11, 12, 13, 14, 15, 16}, {21, 22, 23, 24, 25, 26}};
    Image chunky =
        read(
            TiffBytes.of(LITTLE)
                .page(3, 2, 8, 3, 2)
                .shorts(TiffTags.ROWS_PER_STRIP, 1)
                .strips(
                    bytes(1, 11, 21, 2, 12, 22, 3, 13, 23),
                    bytes(4, 14, 24, 5, 15, 25, 6, 16, 26)));
    Image planar =
        read(
            TiffBytes.of(LITTLE)
                .page(3, 2, 8, 3, 2)
                .shorts(TiffTags.PLANAR_CONFIGURATION, 2)
                .strips(
                    bytes(1, 2, 3, 4, 5, 6),
                    bytes(11, 12, 13, 14, 15, 16),
                    bytes(21, 22, 23, 24, 25, 26)));
    Image tiled =
        read(
            TiffBytes.of(LITTLE)
                .page(3, 2, 8, 3, 2)
                .shorts(TiffTags.PLANAR_CONFIGURATION, 2)
                .tiles(
                    2,
                    2,
                    bytes(1, 2, 4, 5),
                    bytes(3, 99, 6, 99),
                    bytes(11, 12, 14, 15),
                    bytes(13, 99, 16, 99),
                    bytes(21, 22, 24, 25),
                    bytes(23, 99, 26, 99)));
    for (Image image : List.of(chunky, planar, tiled)) {
      for (int c = 0; c < 3; c++) {
        assertArrayEquals(expected[c], image.plane(c));
      }
    }
  }

  @Test
  void transparencyIsLaidOverWhite() throws IOException {
    TiffBytes tiff = TiffBytes.of(LITTLE).page(2, 1, 8, 4, 2).shorts(TiffTags.EXTRA_SAMPLES, 2);
    // Opaque (10, 20, 30), and (100, 0, 200) at 51 / 255 = 0.2 over white: 0.2 v + 204.
    Image image = read(tiff.strips(bytes(10, 20, 30, 255, 100, 0, 200, 51)));
    assertEquals(3, image.channels());
    assertArrayEquals(new float[] {10, 224}, image.plane(0));
    assertArrayEquals(new float[] {20, 204}, image.plane(1));
    assertArrayEquals(new float[] {30, 244}, image.plane(2));
    TiffBytes associated =
        TiffBytes.of(LITTLE).page(1, 1, 8, 4, 2).shorts(TiffTags.EXTRA_SAMPLES, 1);
    assertArrayEquals(new float[] {224}, read(associated.strips(bytes(20, 0, 40, 51))).plane(0));
  }

  @Test
  void furtherChannelsAreKeptForGrey() throws IOException {
    Image image =
        read(
            TiffBytes.of(LITTLE)
                .page(1, 1, 8, 2, 1)
                .shorts(TiffTags.EXTRA_SAMPLES, 0)
                .strips(bytes(5, 6)));
    assertEquals(2, image.channels());
    assertEquals(6, image.value(1, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 012345", "2, 210543", "3, 543210", "4, 345012",
    "5, 031425", "6, 304152", "7, 524130", "8, 251403"
  })
  void orientationIsApplied(int tag, String expected) throws IOException {
    Image image =
        read(
            TiffBytes.of(LITTLE)
                .page(3, 2, 8, 1, 1)
                .shorts(TiffTags.ORIENTATION, tag)
                .strips(bytes(0, 1, 2, 3, 4, 5)));
    assertEquals(tag < 5 ? 3 : 2, image.width());
    StringBuilder found = new StringBuilder();
    for (float value : image.plane(0)) {
      found.append((int) value);
    }
    assertEquals(expected, found.toString());
  }

  @Test
  void bigTiff() throws IOException {
    for (ByteOrder order : List.of(LITTLE, BIG)) {
      TiffBytes tiff = TiffBytes.big(order);
      tiff.page(2, 1, 16, 1, 1).strips(tiff.samples16(1, 40000));
      tiff.page(1, 1, 16, 1, 1).strips(tiff.samples16(3));
      List<Image> pages = readPages(tiff.write(folder.resolve("big.tif")));
      assertEquals(2, pages.size());
      assertArrayEquals(new float[] {1, 40000}, pages.get(0).plane(0));
      assertArrayEquals(new float[] {3}, pages.get(1).plane(0));
    }
  }

  @Test
  void pagesWithoutReducedCopies() throws IOException {
    TiffBytes tiff = TiffBytes.of(LITTLE);
    tiff.page(2, 1, 8, 1, 1).strips(bytes(1, 2));
    tiff.page(1, 1, 8, 1, 1).shorts(TiffTags.NEW_SUBFILE_TYPE, 1).strips(bytes(9));
    tiff.page(2, 1, 8, 1, 1).strips(bytes(3, 4));
    List<Image> pages = readPages(tiff.write(folder.resolve("pages.tif")));
    assertEquals(2, pages.size());
    assertArrayEquals(new float[] {3, 4}, pages.get(1).plane(0));
  }

  @Test
  void manyPagesNeedNoStackAndNoOpenFiles() throws IOException {
    TiffBytes tiff = TiffBytes.of(LITTLE);
    for (int i = 0; i < 5000; i++) {
      tiff.page(1, 1, 8, 1, 1).strips(bytes(i));
    }
    Path file = tiff.write(folder.resolve("many.tif"));
    List<Image> pages = readPages(file);
    assertEquals(5000, pages.size());
    assertEquals(4999 & 0xff, pages.get(4999).value(0, 0, 0));
    ImageFormatException e =
        assertThrows(
            ImageFormatException.class,
            () -> ImageReader.readPages(file, new Limits(1 << 20, 100)));
    assertEquals(file + ": found more than 100 pages, expected at most 100", e.getMessage());
  }

  @Test
  void imageJStackOfOneDirectory() throws IOException {
    TiffBytes tiff =
        TiffBytes.of(BIG)
            .page(2, 1, 8, 1, 1)
            .text(
                TiffTags.IMAGE_DESCRIPTION,
                "ImageJ=1.54p\nimages=3\nslices=3\nunit=\\u00B5m\nloop=false\n")
            .rational(TiffTags.X_RESOLUTION, 4, 1)
            .rational(TiffTags.Y_RESOLUTION, 2, 1)
            .strips(bytes(1, 2, 3, 4, 5, 6));
    Path file = tiff.write(folder.resolve("stack.tif"));
    List<Image> pages = readPages(file);
    assertEquals(3, pages.size());
    assertArrayEquals(new float[] {5, 6}, pages.get(2).plane(0));
    assertEquals(new Calibration(0.25, 0.5, "\u00b5m"), pages.get(1).calibration());
    tiff.text(TiffTags.IMAGE_DESCRIPTION, "ImageJ=1.54p\nimages=50000\n");
    Path tooShort = tiff.write(folder.resolve("short.tif"));
    assertThrows(ImageFormatException.class, () -> readPages(tooShort));
  }

  @Test
  void resolutionIsCalibrationUnlessItIsTheScreens() throws IOException {
    TiffBytes tiff = TiffBytes.of(BIG).page(1, 1, 8, 1, 1).strips(bytes(1));
    tiff.rational(TiffTags.X_RESOLUTION, 100, 1).rational(TiffTags.Y_RESOLUTION, 50, 1);
    tiff.shorts(TiffTags.RESOLUTION_UNIT, 3);
    assertEquals(new Calibration(0.01, 0.02, "cm"), read(tiff).calibration());
    tiff.shorts(TiffTags.RESOLUTION_UNIT, 1);
    assertEquals(Calibration.NONE, read(tiff).calibration());
    tiff.rational(TiffTags.X_RESOLUTION, 72, 1).rational(TiffTags.Y_RESOLUTION, 72, 1);
    tiff.shorts(TiffTags.RESOLUTION_UNIT, 2);
    assertEquals(Calibration.NONE, read(tiff).calibration());
    tiff.rational(TiffTags.X_RESOLUTION, 0, 0);
    assertEquals(Calibration.NONE, read(tiff).calibration());
  }

  @Test
  void nonsenseIsRefused() throws IOException {
    String huge =
        error(
            TiffBytes.of(LITTLE)
                .page(1, 1, 8, 1, 1)
                .longs(TiffTags.IMAGE_WIDTH, 100_000)
                .longs(TiffTags.IMAGE_LENGTH, 100_000)
                .strips(bytes(1)));
    assertTrue(huge.contains("100000 x 100000 x 1 in the header"), huge);
    // Within the limits, but the file is far too short for it.
    error(
        TiffBytes.of(LITTLE)
            .page(1, 1, 8, 1, 1)
            .longs(TiffTags.IMAGE_WIDTH, 16_000)
            .longs(TiffTags.IMAGE_LENGTH, 16_000)
            .strips(bytes(1)));
    // A tile of gigabytes for one pixel.
    String tile =
        error(
            TiffBytes.of(LITTLE)
                .page(1, 1, 8, 1, 1)
                .shorts(TiffTags.COMPRESSION, 8)
                .tiles(65535, 65535, bytes(1)));
    assertTrue(tile.contains("65535 x 65535"), tile);
    error(TiffBytes.of(LITTLE).page(0, 1, 8, 1, 1).strips(bytes(1)));
    error(TiffBytes.of(LITTLE).page(1, 1, 8, 1, 1));
    error(TiffBytes.of(LITTLE).page(1, 1, 24, 1, 1).strips(bytes(1, 2, 3)));
    error(TiffBytes.of(LITTLE).page(1, 1, 8, 3, 6).strips(bytes(1, 2, 3)));
    error(TiffBytes.of(LITTLE).page(1, 1, 8, 1, 3).strips(bytes(1)));
    String jpeg =
        error(
            TiffBytes.of(LITTLE)
                .page(1, 1, 8, 1, 1)
                .shorts(TiffTags.COMPRESSION, 7)
                .strips(bytes(1)));
    assertTrue(jpeg.contains("compression 7 is not supported"), jpeg);
    error(
        TiffBytes.of(LITTLE)
            .page(8, 1, 8, 1, 1)
            .shorts(TiffTags.COMPRESSION, 32773)
            .strips(bytes(1)));
    error(
        TiffBytes.of(LITTLE)
            .page(2, 1, 8, 2, 1)
            .shorts(TiffTags.BITS_PER_SAMPLE, 8, 16)
            .strips(bytes(1, 2, 3, 4, 5, 6)));
  }

  @Test
  void pagesInACircleAreRefused() throws IOException {
    byte[] file = TiffBytes.of(BIG).page(1, 1, 8, 1, 1).strips(bytes(1)).build();
    // The last four bytes point to the next directory; bytes 4 to 7 to the first.
    System.arraycopy(file, 4, file, file.length - 4, 4);
    Path path = Files.write(folder.resolve("circle.tif"), file);
    assertThrows(ImageFormatException.class, () -> readPages(path));
    assertArrayEquals(new float[] {1}, read(path).plane(0));
  }

  /** Twenty directories of 300 fields each, one four bytes behind the other. */
  @Test
  void pagesWhoseDirectoriesOverlapAreRefused() throws IOException {
    int pages = 20;
    int fields = 300;
    int pointers = 8 + 2 + 12 * fields;
    ByteBuffer file = ByteBuffer.allocate(pointers + 4 * pages).order(LITTLE);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    while (file.position() < pointers) {
      file.putShort((short) fields);
    }
    for (int i = 1; i < pages; i++) {
      file.putInt(8 + 4 * i);
    }
    Path path = Files.write(folder.resolve("overlap.tif"), file.array());
    ImageFormatException e = assertThrows(ImageFormatException.class, () -> readPages(path));
    assertTrue(e.getMessage().contains("directories overlap"), e.getMessage());
  }

  /** Pages of one pixel each, of which every one unpacks to a million. */
  @Test
  void whatTilesUnpackToCountsForAllPagesTogether() throws IOException {
    TiffBytes tiff = TiffBytes.of(LITTLE);
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[1 << 20]);
    deflater.finish();
    byte[] packed = new byte[1 << 12];
    byte[] tile = Arrays.copyOf(packed, deflater.deflate(packed));
    deflater.end();
    for (int i = 0; i < 20; i++) {
      tiff.page(1, 1, 8, 1, 1).shorts(TiffTags.COMPRESSION, 8).tiles(1024, 1024, tile);
    }
    Path path = tiff.write(folder.resolve("tiles.tif"));
    assertEquals(20, ImageReader.readPages(path, new Limits(20 << 20, 100)).size());
    ImageFormatException e =
        assertThrows(
            ImageFormatException.class,
            () -> ImageReader.readPages(path, new Limits(10 << 20, 100)));
    assertTrue(e.getMessage().contains("at most " + (10 << 20) + " samples"), e.getMessage());
  }

  /** The JDK's TIFF writer is an encoder that has nothing in common with the reader. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "LZW", "Deflate", "ZLib", "PackBits"})
  void readsWhatTheJdkWrites(String compression) throws IOException {
    long seed = 17;
    Random random = new Random(seed);
    int[] types = {
      BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_3BYTE_BGR
    };
    for (int type : types) {
      BufferedImage image = new BufferedImage(67, 41, type);
      for (int c = 0; c < image.getRaster().getNumBands(); c++) {
        for (int y = 0; y < 41; y++) {
          for (int x = 0; x < 67; x++) {
            int noise = random.nextInt(4);
            int max = type == BufferedImage.TYPE_USHORT_GRAY ? 900 : 3;
            image.getRaster().setSample(x, y, c, x * max + noise);
          }
        }
      }
      Path file = folder.resolve(compression + type + ".tif");
      writeTiff(file, image, compression);
      assertSameSamples(image.getRaster(), read(file));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CCITT RLE", "CCITT T.4", "CCITT T.6"})
  void readsFax(String compression) throws IOException {
    BufferedImage image = new BufferedImage(67, 41, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < 41; y++) {
      for (int x = 0; x < 67; x++) {
        image.getRaster().setSample(x, y, 0, (x * x + y * y) / 300 % 2);
      }
    }
    Path file = folder.resolve("fax.tif");
    writeTiff(file, image, compression);
    Image read = read(file);
    for (int y = 0; y < 41; y++) {
      for (int x = 0; x < 67; x++) {
        assertEquals(255 * image.getRaster().getSample(x, y, 0), read.value(0, y, x));
      }
    }
  }

  private static void writeTiff(Path file, BufferedImage image, String compression)
      throws IOException {
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (!compression.equals("none")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType(compression);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
  }

  private static void assertSameSamples(Raster expected, Image image) {
    assertEquals(expected.getNumBands(), image.channels());
    assertEquals(expected.getWidth(), image.width());
    assertEquals(expected.getHeight(), image.height());
    for (int c = 0; c < image.channels(); c++) {
      float[] samples =
          expected.getSamples(
              0, 0, image.width(), image.height(), c, new float[image.width() * image.height()]);
      assertArrayEquals(samples, image.plane(c));
    }
  }

  @Test
  void writtenPagesAreReadByUsAndTheJdk() throws IOException {
    Calibration calibration = new Calibration(0.1625, 0.325, "\u00b5m");
    Image grey = Image.ofUint8(3, 1, bytes(0, 7, 255));
    Image deep = Image.ofUint16(3, 1, new short[] {0, 300, -1});
    Image floats = Image.ofFloat32(3, 1, new float[] {-1, 0.5f, 1e9f});
    Image colour = Image.ofUint16(3, 1, new short[3], new short[] {1, 2, 3}, new short[3]);
    Image pair = Image.ofUint8(3, 1, bytes(1, 2, 3), bytes(4, 5, 6));
    for (Image image : List.of(grey, deep, floats, colour, pair)) {
      Path file = folder.resolve("out.tif");
      ImageWriter.writeTiff(file, List.of(image.withCalibration(calibration), image, image));
      List<Image> pages = readPages(file);
      assertEquals(3, pages.size());
      for (Image page : pages) {
        assertEquals(image.toString(), page.toString());
        assertEquals("\u00b5m", page.calibration().unit());
        assertEquals(0.1625, page.calibration().pixelWidth(), 1e-8);
        assertEquals(0.325, page.calibration().pixelHeight(), 1e-8);
        for (int c = 0; c < image.channels(); c++) {
          assertArrayEquals(image.plane(c), page.plane(c));
        }
      }
      // The JDK has no colour model for two channels without a meaning.
      if (image != pair) {
        List<Raster> rasters = jdkPages(file);
        assertEquals(3, rasters.size());
        rasters.forEach(raster -> assertSameSamples(raster, image));
      }
    }
  }

  private static List<Raster> jdkPages(Path file) throws IOException {
    javax.imageio.ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
    List<Raster> rasters = new ArrayList<>();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      for (int i = 0; i < reader.getNumImages(true); i++) {
        rasters.add(reader.read(i).getRaster());
      }
    } finally {
      reader.dispose();
    }
    return rasters;
  }

  @Test
  void labelsAreSixteenBitsWhileTheyFit() throws IOException {
    Path file = folder.resolve("labels.tif");
    Calibration calibration = new Calibration(0.5, 0.5, "micron");
    int[] small = {0, 1, 65535, 2, 3, 4};
    ImageWriter.writeLabelTiff(file, small, 3, 2, calibration);
    Image image = read(file);
    assertEquals(SampleType.UINT16, image.type());
    assertEquals(calibration, image.calibration());
    assertArrayEquals(new float[] {0, 1, 65535, 2, 3, 4}, image.plane(0));
    int[] large = {0, 1, 65536, 2, 3, 70000};
    ImageWriter.writeLabelTiff(file, List.of(small, large), 3, 2, Calibration.NONE);
    List<Image> pages = readPages(file);
    assertEquals(SampleType.FLOAT32, pages.get(0).type());
    assertArrayEquals(new float[] {0, 1, 65536, 2, 3, 70000}, pages.get(1).plane(0));
    assertEquals(Calibration.NONE, pages.get(0).calibration());
  }

  @Test
  void pixelSizesComeBack() throws IOException {
    Path file = folder.resolve("sizes.tif");
    for (double size : new double[] {0.1625, 0.65, 1, 3, 1e-3, 2540.5, Math.PI, 1e6, 1e-6}) {
      Calibration calibration = new Calibration(size, 1 / size, "micron");
      ImageWriter.writeLabelTiff(file, new int[1], 1, 1, calibration);
      Calibration read = read(file).calibration();
      assertEquals(size, read.pixelWidth(), size * 1e-15);
      assertEquals(1 / size, read.pixelHeight(), 1e-12 / size);
    }
    ImageWriter.writeLabelTiff(file, new int[1], 1, 1, new Calibration(1e-12, 1e12, "m"));
    assertEquals(Calibration.NONE, read(file).calibration());
  }

  @Test
  void wrongLabelsAreRefusedAndNothingIsWritten() {
    Path file = folder.resolve("labels.tif");
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageWriter.writeLabelTiff(file, new int[] {-1}, 1, 1, Calibration.NONE));
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageWriter.writeLabelTiff(file, new int[3], 2, 2, Calibration.NONE));
    assertThrows(IllegalArgumentException.class, () -> ImageWriter.writeTiff(file, List.of()));
    assertTrue(Files.notExists(file));
  }
}
