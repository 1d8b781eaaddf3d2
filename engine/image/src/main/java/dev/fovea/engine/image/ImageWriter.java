package dev.fovea.engine.image;

import dev.fovea.engine.io.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes image files, each as a whole or not at all (see {@link AtomicFiles}); an existing file is
 * replaced. All methods are thread-safe, and throw an {@link IOException} of one line that names
 * the file and the cause if it cannot be written.
 */
public final class ImageWriter {
  /** Highest label that fits a 16-bit label image. */
  private static final int MAX_UINT16 = 65535;

  private ImageWriter() {}

  /**
   * Writes a PNG of the image's depth, 8 or 16 bits, grey or colour.
   *
   * @throws IllegalArgumentException if the samples are floats (see {@link Image#asUint8()}), or
   *     there are neither 1 nor 3 channels
   */
  public static void writePng(Path file, Image image) throws IOException {
    IIOImage content = new IIOImage(BufferedImages.fromImage(image), null, null);
    AtomicFiles.write(file, out -> encode("png", content, null, out));
  }

  /**
   * Writes a JPEG.
   *
   * @param quality 0 (smallest file) to 1 (best picture)
   * @throws IllegalArgumentException if the samples are not 8-bit (see {@link Image#asUint8()}),
   *     there are neither 1 nor 3 channels, or the quality is out of range
   */
  public static void writeJpeg(Path file, Image image, float quality) throws IOException {
    if (image.type() != SampleType.UINT8) {
      throw new IllegalArgumentException(
          "JPEG: found " + image.type() + " samples, expected UINT8");
    }
    if (!(quality >= 0 && quality <= 1)) {
      throw new IllegalArgumentException("JPEG quality: found " + quality + ", expected 0 to 1");
    }
    IIOImage content = new IIOImage(BufferedImages.fromImage(image), null, null);
    AtomicFiles.write(file, out -> encode("jpeg", content, quality, out));
  }

  private static void encode(String format, IIOImage image, Float quality, OutputStream out)
      throws IOException {
    Iterator<javax.imageio.ImageWriter> writers = ImageIO.getImageWritersByFormatName(format);
    if (!writers.hasNext()) {
      throw new IOException("this Java runtime has no " + format + " writer");
    }
    javax.imageio.ImageWriter writer = writers.next();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (quality != null) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
      }
      writer.setOutput(stream);
      writer.write(null, image, parameters);
    } finally {
      writer.dispose();
    }
  }

  /**
   * Writes an uncompressed TIFF of the image's depth and channels (chunky), with its calibration in
   * ImageJ's way.
   */
  public static void writeTiff(Path file, Image image) throws IOException {
    writeTiff(file, List.of(image));
  }

  /**
   * Writes a multi-page TIFF that ImageJ opens as a stack; the calibration is that of the first
   * page.
   *
   * @throws IllegalArgumentException if there is no page, or the pages differ in size, channels or
   *     type
   */
  public static void writeTiff(Path file, List<Image> pages) throws IOException {
    TiffEncoder encoder = new TiffEncoder(pages);
    AtomicFiles.write(file, encoder::writeTo);
  }

  /**
   * Writes a label image: 16-bit grey if no label is above 65,535, else 32-bit unsigned integers
   * (which ImageJ shows as 32-bit).
   *
   * @param labels one label a pixel, row by row; 0 is background
   * @throws IllegalArgumentException if a label is negative or the length is not {@code width *
   *     height}
   */
  public static void writeLabelTiff(
      Path file, int[] labels, int width, int height, Calibration calibration) throws IOException {
    writeLabelTiff(file, List.of(labels), width, height, calibration);
  }

  /** Writes a stack of label images, a page for each array; otherwise as the single one. */
  public static void writeLabelTiff(
      Path file, List<int[]> pages, int width, int height, Calibration calibration)
      throws IOException {
    int max = 0;
    for (int[] labels : pages) {
      if (labels.length != (long) width * height) {
        throw new IllegalArgumentException(
            "labels: found " + labels.length + ", expected " + width + " x " + height);
      }
      for (int label : labels) {
        if (label < 0) {
          throw new IllegalArgumentException("label: found " + label + ", expected 0 or more");
        }
        max = Math.max(max, label);
      }
    }
    TiffEncoder encoder =
        new TiffEncoder(pages, width, height, max <= MAX_UINT16 ? 16 : 32, max, calibration);
    AtomicFiles.write(file, encoder::writeTo);
  }
}
