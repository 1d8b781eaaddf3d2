package dev.fovea.imagej;

import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import ij.ImagePlus;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.awt.Rectangle;
import java.awt.image.IndexColorModel;

/**
 * Turns slices of an ImageJ image into {@link Image}s, with the same samples that {@link
 * dev.fovea.engine.image.ImageReader} reads from the file of that image, so that a result does not
 * depend on the way a picture came in:
 *
 * <ul>
 *   <li>8 bits: through the look-up table, to grey if all colours in use are grey. Thus palettes
 *       become colours and inverted tables inverted samples. Brightness and contrast do not count.
 *   <li>16 bits: as they are, or turned round if the table is inverted; the signed kind, which
 *       ImageJ stores with an offset, becomes floats with its true values.
 *   <li>32 bits: as they are. RGB: three channels.
 * </ul>
 *
 * <p>The tables of a composite image only tell its channels apart and are passed over.
 */
final class Slices {
  private static final int LEVELS = 256;
  private static final int SIGNED_OFFSET = 32768;

  private Slices() {}

  /**
   * A copy of part of a slice.
   *
   * @param slice 1 to the stack size
   * @param part inside of the image
   */
  static Image toImage(ImagePlus source, int slice, Rectangle part) {
    // A processor of its own, so that its selection and look-up table are nobody else's.
    ImageProcessor processor = source.getStack().getProcessor(slice);
    processor.setRoi(part);
    ImageProcessor cropped = processor.crop();
    return toImage(source, cropped).withCalibration(calibration(source.getCalibration()));
  }

  private static Image toImage(ImagePlus source, ImageProcessor cropped) {
    int width = cropped.getWidth();
    int height = cropped.getHeight();
    if (cropped instanceof ByteProcessor bytes) {
      byte[] pixels = (byte[]) bytes.getPixels();
      return source.isComposite()
          ? Image.ofUint8(width, height, pixels)
          : throughTable(pixels, width, height, (IndexColorModel) bytes.getColorModel());
    }
    if (cropped instanceof ShortProcessor shorts) {
      short[] pixels = (short[]) shorts.getPixels();
      if (source.getCalibration().isSigned16Bit()) {
        return Image.ofFloat32(width, height, signed(pixels));
      }
      if (!source.isComposite() && shorts.isInvertedLut()) {
        invert(pixels);
      }
      return Image.ofUint16(width, height, pixels);
    }
    if (cropped instanceof FloatProcessor floats) {
      return Image.ofFloat32(width, height, (float[]) floats.getPixels());
    }
    if (cropped instanceof ColorProcessor colours) {
      byte[][] rgb = new byte[3][width * height];
      colours.getRGB(rgb[0], rgb[1], rgb[2]);
      return Image.ofUint8(width, height, rgb);
    }
    throw new IllegalArgumentException(
        "image '"
            + source.getTitle()
            + "' has "
            + source.getBitDepth()
            + " bits for each pixel, expected 8, 16, 32 or RGB");
  }

  private static Image throughTable(byte[] pixels, int width, int height, IndexColorModel table) {
    byte[][] levels = new byte[3][LEVELS];
    table.getReds(levels[0]);
    table.getGreens(levels[1]);
    table.getBlues(levels[2]);
    byte[][] rgb = new byte[3][pixels.length];
    boolean grey = true;
    for (int i = 0; i < pixels.length; i++) {
      int index = pixels[i] & 0xff;
      for (int c = 0; c < 3; c++) {
        rgb[c][i] = levels[c][index];
      }
      grey &= rgb[0][i] == rgb[1][i] && rgb[1][i] == rgb[2][i];
    }
    return grey ? Image.ofUint8(width, height, rgb[0]) : Image.ofUint8(width, height, rgb);
  }

  private static float[] signed(short[] pixels) {
    float[] values = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      values[i] = (pixels[i] & 0xffff) - SIGNED_OFFSET;
    }
    return values;
  }

  private static void invert(short[] pixels) {
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (short) ~pixels[i];
    }
  }

  private static Calibration calibration(ij.measure.Calibration calibration) {
    boolean known =
        calibration.scaled()
            && isSize(calibration.pixelWidth)
            && isSize(calibration.pixelHeight)
            && !calibration.getUnit().isBlank();
    return known
        ? new Calibration(calibration.pixelWidth, calibration.pixelHeight, calibration.getUnit())
        : Calibration.NONE;
  }

  private static boolean isSize(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY;
  }
}
