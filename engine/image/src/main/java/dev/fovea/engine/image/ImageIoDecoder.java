package dev.fovea.engine.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.jpeg.JpegImageParser;
import org.apache.commons.imaging.formats.tiff.TiffField;
import org.apache.commons.imaging.formats.tiff.TiffImageMetadata;
import org.apache.commons.imaging.formats.tiff.TiffImagingParameters;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;

/**
 * JPEG and PNG through {@code javax.imageio}. PNG because Commons Imaging reduces 16-bit samples to
 * 8 bits and applies the gamma chunk, either of which ruins a label image.
 */
final class ImageIoDecoder {
  private static final System.Logger LOG = System.getLogger(ImageIoDecoder.class.getName());

  private ImageIoDecoder() {}

  static Image readPng(Path file, Limits limits) throws IOException {
    return BufferedImages.toImage(read(file, "png", limits));
  }

  static Image readJpeg(Path file, Limits limits) throws IOException {
    Image image = BufferedImages.toImage(read(file, "jpeg", limits));
    return orientation(file).apply(image);
  }

  private static BufferedImage read(Path file, String format, Limits limits) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new IOException("this Java runtime has no " + format + " reader");
    }
    ImageReader reader = readers.next();
    try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
      reader.setInput(in, true, true);
      limits.check(file, reader.getWidth(0), reader.getHeight(0), channels(reader));
      StringBuilder damage = new StringBuilder();
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (isDamage(warning)) {
              damage.append(damage.isEmpty() ? "" : "; ").append(warning);
            }
          });
      BufferedImage image = reader.read(0);
      if (!damage.isEmpty()) {
        throw new IOException(damage.toString());
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  /** Number of channels that are decoded, with alpha; palettes become colours. */
  private static int channels(ImageReader reader) throws IOException {
    ImageTypeSpecifier raw = reader.getRawImageType(0);
    // The JPEG reader tells nothing for its usual colour space, YCbCr.
    boolean direct = raw != null && !(raw.getColorModel() instanceof IndexColorModel);
    return direct ? raw.getNumBands() : 4;
  }

  /**
   * Whether a warning means that pixels are missing: the JPEG library fills the rest of a truncated
   * picture with grey and only warns.
   */
  private static boolean isDamage(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return text.contains("premature") || text.contains("corrupt") || text.contains("truncated");
  }

  /** The EXIF orientation; normal where there is no EXIF, or none that can be understood. */
  private static Orientation orientation(Path file) {
    try {
      TiffImageMetadata exif =
          new JpegImageParser().getExifMetadata(ByteSource.path(file), new TiffImagingParameters());
      TiffField field = exif == null ? null : exif.findField(TiffTagConstants.TIFF_TAG_ORIENTATION);
      return field == null ? Orientation.NORMAL : Orientation.ofTag(field.getIntValue());
    } catch (IOException | RuntimeException e) {
      // The pixels are intact; cameras and editors do write damaged EXIF segments.
      LOG.log(Level.WARNING, file + ": orientation not applied, EXIF not understood: " + e);
      return Orientation.NORMAL;
    }
  }
}
