package dev.fovea.engine.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.gif.GifImageParser;
import org.apache.commons.imaging.formats.gif.GifImagingParameters;

/** The first frame of a GIF through Commons Imaging. */
final class GifDecoder {
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int TRAILER = 0x3b;

  /** Colours are decoded as red, green, blue and transparency before a grey palette is found. */
  private static final int DECODED_CHANNELS = 4;

  private GifDecoder() {}

  static Image read(Path file, Limits limits) throws IOException {
    checkSizes(file, limits);
    return BufferedImages.fromPalette(
        new GifImageParser().getBufferedImage(ByteSource.path(file), new GifImagingParameters()));
  }

  /**
   * Walks over the blocks of the file without decoding them. Commons Imaging decodes all frames
   * before it returns the first, so all of them together must stay within the limits.
   */
  private static void checkSizes(Path file, Limits limits) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      in.skipNBytes(6);
      int width = unsignedShort(in);
      int height = unsignedShort(in);
      limits.check(file, width, height, DECODED_CHANNELS);
      int flags = in.readUnsignedByte();
      in.skipNBytes(2);
      skipColourTable(in, flags);
      long samples = 0;
      int frames = 0;
      for (int block = in.readUnsignedByte(); block != TRAILER; block = in.readUnsignedByte()) {
        if (block == IMAGE) {
          in.skipNBytes(4);
          int frameWidth = unsignedShort(in);
          int frameHeight = unsignedShort(in);
          limits.check(file, frameWidth, frameHeight, DECODED_CHANNELS);
          samples += (long) frameWidth * frameHeight;
          limits.check(file, samples, 1, DECODED_CHANNELS);
          frames++;
          skipColourTable(in, in.readUnsignedByte());
          in.skipNBytes(1);
        } else if (block == EXTENSION) {
          in.skipNBytes(1);
        } else {
          throw new IOException("unknown block " + block);
        }
        skipSubBlocks(in);
      }
      if (frames == 0) {
        throw new ImageFormatException(file, "a GIF without a frame", "at least one picture");
      }
    } catch (EOFException e) {
      throw new ImageFormatException(file, "a truncated GIF", "a complete image", e);
    }
  }

  private static int unsignedShort(DataInputStream in) throws IOException {
    return in.readUnsignedByte() | in.readUnsignedByte() << 8;
  }

  private static void skipColourTable(DataInputStream in, int flags) throws IOException {
    if ((flags & 0x80) != 0) {
      in.skipNBytes(3L << ((flags & 7) + 1));
    }
  }

  private static void skipSubBlocks(DataInputStream in) throws IOException {
    for (int length = in.readUnsignedByte(); length != 0; length = in.readUnsignedByte()) {
      in.skipNBytes(length);
    }
  }
}
