package dev.fovea.engine.image;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.bmp.BmpImageParser;
import org.apache.commons.imaging.formats.bmp.BmpImagingParameters;

/** Windows bitmaps through Commons Imaging. */
final class BmpDecoder {
  /** Deeper pixels hold colours; up to this depth they are indices into a palette. */
  private static final int MAX_PALETTE_BITS = 8;

  private BmpDecoder() {}

  static Image read(Path file, Limits limits) throws IOException {
    ByteSource source = ByteSource.path(file);
    BmpImageParser parser = new BmpImageParser();
    BmpImagingParameters parameters = new BmpImagingParameters();
    Dimension size = parser.getImageSize(source, parameters);
    // Rows may be stored top down, which the header says by a negative height.
    limits.check(file, size.width, Math.abs((long) size.height), 4);
    int bits = parser.getImageInfo(source, parameters).getBitsPerPixel();
    BufferedImage image = parser.getBufferedImage(source, parameters);
    return bits <= MAX_PALETTE_BITS
        ? BufferedImages.fromPalette(image)
        : BufferedImages.toImage(image);
  }
}
