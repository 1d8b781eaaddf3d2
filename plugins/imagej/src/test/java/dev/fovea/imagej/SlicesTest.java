package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.SampleType;
import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.io.FileSaver;
import ij.io.Opener;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture must be the same whether ImageJ opened it or Fovea read its file. */
class SlicesTest {
  private static final int WIDTH = 23;
  private static final int HEIGHT = 17;

  @TempDir Path folder;

  private static byte[] bytes(long seed) {
    byte[] values = new byte[WIDTH * HEIGHT];
    new Random(seed).nextBytes(values);
    return values;
  }

  private static ShortProcessor shorts(long seed) {
    Random random = new Random(seed);
    short[] values = new short[WIDTH * HEIGHT];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) random.nextInt();
    }
    return new ShortProcessor(WIDTH, HEIGHT, values, null);
  }

  private static Image whole(ImagePlus image) {
    return Slices.toImage(image, 1, new Rectangle(image.getWidth(), image.getHeight()));
  }

  private static void assertSame(Image expected, Image actual, String what) {
    assertEquals(expected.toString(), actual.toString(), what);
    for (int c = 0; c < expected.channels(); c++) {
      assertArrayEquals(expected.plane(c), actual.plane(c), what);
    }
  }

  /** Saves with ImageJ, and compares ImageJ's and Fovea's idea of the file. */
  private Image assertSameAsFile(ImageProcessor processor) throws IOException {
    ImagePlus image = new ImagePlus("made", processor);
    Path file = folder.resolve("made.tif");
    assertTrue(new FileSaver(image).saveAsTiff(file.toString()));
    Image read = ImageReader.read(file);
    assertSame(read, whole(image), "as made");
    assertSame(read, whole(new Opener().openImage(file.toString())), "as opened");
    return read;
  }

  @Test
  void greyOf8Bits() throws IOException {
    ByteProcessor processor = new ByteProcessor(WIDTH, HEIGHT, bytes(1));
    assertEquals(1, assertSameAsFile(processor).channels());
    processor.setMinAndMax(60, 90);
    assertSameAsFile(processor);
  }

  @Test
  void invertedGreyOf8Bits() throws IOException {
    ByteProcessor processor = new ByteProcessor(WIDTH, HEIGHT, bytes(2));
    processor.invertLut();
    assertEquals(255 - processor.get(3, 5), assertSameAsFile(processor).value(0, 5, 3));
  }

  @Test
  void paletteOf8Bits() throws IOException {
    byte[][] table = {bytes(3), bytes(4), bytes(5)};
    ByteProcessor processor = new ByteProcessor(WIDTH, HEIGHT, bytes(6));
    processor.setLut(new LUT(table[0], table[1], table[2]));
    Image image = assertSameAsFile(processor);
    assertEquals(3, image.channels());
    assertEquals(table[1][processor.get(3, 5)] & 0xff, image.value(1, 5, 3));
  }

  @Test
  void greyOf16Bits() throws IOException {
    ShortProcessor processor = shorts(7);
    assertEquals(SampleType.UINT16, assertSameAsFile(processor).type());
    processor.setMinAndMax(1000, 2000);
    assertSameAsFile(processor);
    processor.invertLut();
    assertEquals(65535 - processor.get(3, 5), assertSameAsFile(processor).value(0, 5, 3));
  }

  @Test
  void signedGreyOf16Bits() {
    ImagePlus image = new ImagePlus("signed", shorts(8));
    image.getCalibration().setSigned16BitCalibration();
    Image converted = whole(image);
    assertEquals(SampleType.FLOAT32, converted.type());
    assertEquals(image.getProcessor().get(3, 5) - 32768, converted.value(0, 5, 3));
  }

  @Test
  void floats() throws IOException {
    FloatProcessor processor = new FloatProcessor(WIDTH, HEIGHT);
    Random random = new Random(13);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      processor.setf(i, (float) random.nextGaussian() * 1000);
    }
    assertSameAsFile(processor);
    processor.invertLut();
    assertSameAsFile(processor);
  }

  @Test
  void colour() throws IOException {
    ColorProcessor processor = new ColorProcessor(WIDTH, HEIGHT);
    processor.setRGB(bytes(9), bytes(10), bytes(11));
    assertEquals(3, assertSameAsFile(processor).channels());
  }

  @Test
  void aSliceOfAStackAndAPartOfIt() {
    ImageStack stack = new ImageStack(WIDTH, HEIGHT);
    for (int slice = 1; slice <= 3; slice++) {
      stack.addSlice(new ByteProcessor(WIDTH, HEIGHT, bytes(slice)));
    }
    ImagePlus image = new ImagePlus("stack", stack);
    Image expected = Image.ofUint8(WIDTH, HEIGHT, bytes(2)).crop(4, 5, 6, 7);
    assertSame(expected, Slices.toImage(image, 2, new Rectangle(4, 5, 6, 7)), "slice 2");
    assertEquals(1, image.getCurrentSlice());
  }

  @Test
  void theColoursOfAChannelDoNotCount() {
    ImageStack stack = new ImageStack(WIDTH, HEIGHT);
    stack.addSlice(new ByteProcessor(WIDTH, HEIGHT, bytes(1)));
    stack.addSlice(new ByteProcessor(WIDTH, HEIGHT, bytes(2)));
    ImagePlus image = new ImagePlus("channels", stack);
    image.setDimensions(2, 1, 1);
    CompositeImage composite = new CompositeImage(image, CompositeImage.COMPOSITE);
    Rectangle all = new Rectangle(WIDTH, HEIGHT);
    assertSame(
        Image.ofUint8(WIDTH, HEIGHT, bytes(1)), Slices.toImage(composite, 1, all), "red channel");
    assertSame(
        Image.ofUint8(WIDTH, HEIGHT, bytes(2)), Slices.toImage(composite, 2, all), "green channel");
  }

  @Test
  void doesNotShareItsSamples() {
    ImagePlus image = new ImagePlus("later changed", new ByteProcessor(WIDTH, HEIGHT, bytes(12)));
    Image converted = whole(image);
    image.getProcessor().set(0, 0, 255 - image.getProcessor().get(0, 0));
    assertEquals(bytes(12)[0] & 0xff, converted.value(0, 0, 0));
  }

  @Test
  void keepsTheCalibration() {
    ImagePlus image = new ImagePlus("scaled", new ByteProcessor(WIDTH, HEIGHT));
    assertEquals(Calibration.NONE, whole(image).calibration());
    image.getCalibration().pixelWidth = 0.5;
    image.getCalibration().pixelHeight = 0.25;
    image.getCalibration().setUnit("mm");
    assertEquals(new Calibration(0.5, 0.25, "mm"), whole(image).calibration());
    image.getCalibration().pixelWidth = -1;
    assertEquals(Calibration.NONE, whole(image).calibration());
  }

  /** ImageJ's own test images. */
  @Test
  void realImages() throws IOException {
    String data = System.getenv("FOVEA_DATA");
    Assumptions.assumeTrue(data != null, "FOVEA_DATA is not set: no real images to compare");
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(data, "microscopy"))) {
      files = all.filter(f -> f.toString().matches(".*\\.(gif|jpg|tif|pgm)")).sorted().toList();
    }
    assertTrue(files.size() > 10, files.toString());
    for (Path file : files) {
      ImagePlus opened = new Opener().openImage(file.toString());
      List<Image> pages = ImageReader.readPages(file);
      assertEquals(pages.size(), opened.getStackSize(), file.toString());
      Rectangle all = new Rectangle(opened.getWidth(), opened.getHeight());
      for (int slice = 1; slice <= pages.size(); slice++) {
        assertSame(
            pages.get(slice - 1),
            Slices.toImage(opened, slice, all),
            file.getFileName() + " slice " + slice);
      }
    }
  }
}
