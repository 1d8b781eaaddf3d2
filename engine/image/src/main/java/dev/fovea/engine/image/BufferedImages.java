package dev.fovea.engine.image;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/** Conversion between {@link Image} and AWT's {@link BufferedImage}. Stateless. */
public final class BufferedImages {
  private BufferedImages() {}

  /**
   * The picture in a {@code BufferedImage}, 8 or 16 bits deep as it is. Grey samples are taken raw:
   * AWT's own conversion would treat them as linear light and change them. A palette is resolved,
   * to grey if all colours in use are grey; transparency is laid over white.
   */
  public static Image toImage(BufferedImage source) {
    ColorModel model = source.getColorModel();
    return isRaw(model, source.getRaster())
        ? fromBands(source, model.hasAlpha())
        : fromColours(source, model instanceof IndexColorModel);
  }

  /** Whether the bands are plain 8-bit or 16-bit grey or RGB, with or without alpha. */
  private static boolean isRaw(ColorModel model, Raster raster) {
    int space = model.getColorSpace().getType();
    return model instanceof ComponentColorModel
        && !model.isAlphaPremultiplied()
        && (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB)
        && (model.getTransferType() == DataBuffer.TYPE_BYTE && model.getComponentSize(0) == 8
            || model.getTransferType() == DataBuffer.TYPE_USHORT && model.getComponentSize(0) == 16)
        && raster.getNumBands() == model.getNumComponents();
  }

  private static Image fromBands(BufferedImage source, boolean hasAlpha) {
    Raster raster = source.getRaster();
    int width = source.getWidth();
    int height = source.getHeight();
    SampleType type =
        raster.getTransferType() == DataBuffer.TYPE_BYTE ? SampleType.UINT8 : SampleType.UINT16;
    Plane[] planes = new Plane[raster.getNumBands()];
    int[] row = new int[width];
    for (int c = 0; c < planes.length; c++) {
      PlaneWriter plane = new PlaneWriter(type, width * height);
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, c, row);
        plane.putRow(y * width, row);
      }
      planes[c] = plane.finish();
    }
    return Image.ofPlanes(width, height, hasAlpha ? Alpha.overWhite(planes, false) : planes);
  }

  private static Image fromColours(BufferedImage source, boolean greyIfPossible) {
    int width = source.getWidth();
    int height = source.getHeight();
    byte[][] samples = new byte[4][width * height];
    boolean grey = greyIfPossible;
    int[] row = new int[width];
    for (int y = 0, i = 0; y < height; y++) {
      source.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        samples[0][i] = (byte) (argb >> 16);
        samples[1][i] = (byte) (argb >> 8);
        samples[2][i] = (byte) argb;
        samples[3][i] = (byte) (argb >>> 24);
        grey &= samples[0][i] == samples[1][i] && samples[1][i] == samples[2][i];
        i++;
      }
    }
    Plane[] planes = new Plane[4];
    for (int c = 0; c < 4; c++) {
      planes[c] = new Plane.Bytes(samples[c]);
    }
    Plane[] colours = Alpha.overWhite(planes, false);
    return Image.ofPlanes(width, height, grey ? new Plane[] {colours[0]} : colours);
  }

  /** As {@link #toImage}, for a decoder that has already resolved the palette to colours. */
  static Image fromPalette(BufferedImage source) {
    return fromColours(source, true);
  }

  /**
   * A {@code BufferedImage} with a copy of the samples: {@code TYPE_BYTE_GRAY} or {@code
   * TYPE_3BYTE_BGR} for 8 bits, {@code TYPE_USHORT_GRAY} or a 16-bit RGB raster for 16 bits.
   *
   * @throws IllegalArgumentException if the samples are floats, or there are neither 1 nor 3
   *     channels
   */
  public static BufferedImage fromImage(Image image) {
    if (image.type() == SampleType.FLOAT32) {
      throw new IllegalArgumentException(
          "buffered image: found FLOAT32 samples, expected UINT8 or UINT16");
    }
    if (image.channels() != 1 && image.channels() != 3) {
      throw new IllegalArgumentException(
          "buffered image: found " + image.channels() + " channels, expected 1 or 3");
    }
    BufferedImage result = allocate(image);
    WritableRaster raster = result.getRaster();
    int width = image.width();
    int height = image.height();
    float[] row = new float[width];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < height; y++) {
        image.copyRow(c, y, row);
        raster.setSamples(0, y, width, 1, c, row);
      }
    }
    return result;
  }

  private static BufferedImage allocate(Image image) {
    boolean bytes = image.type() == SampleType.UINT8;
    if (image.channels() == 1) {
      return new BufferedImage(
          image.width(),
          image.height(),
          bytes ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_USHORT_GRAY);
    }
    if (bytes) {
      return new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    }
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_USHORT, image.width(), image.height(), 3, new Point(0, 0));
    return new BufferedImage(model, raster, false, null);
  }
}
