package dev.fovea.engine.image;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Portable any-map: P1 to P6. Read here and not by Commons Imaging, which reduces 16-bit samples to
 * 8 bits. With a maximum below 255 samples are scaled to 0..255; 16-bit samples (maximum above 255)
 * are kept as they are.
 */
final class PnmDecoder {
  private final Path file;
  private final InputStream in;

  private PnmDecoder(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  static Image read(Path file, Limits limits) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return new PnmDecoder(file, in).decode(limits);
    } catch (EOFException e) {
      throw new ImageFormatException(file, "a truncated PNM", "a complete image", e);
    }
  }

  private Image decode(Limits limits) throws IOException {
    in.skipNBytes(1);
    int kind = in.read() - '0';
    boolean bitmap = kind == 1 || kind == 4;
    boolean text = kind <= 3;
    int channels = kind == 3 || kind == 6 ? 3 : 1;
    int width = readNumber();
    int height = readNumber();
    int max = bitmap ? 1 : readNumber();
    limits.check(file, width, height, channels);
    if (max < 1 || max > 65535) {
      throw new ImageFormatException(file, "a maximum of " + max, "1 to 65535");
    }
    long rowBytes =
        text
            ? (long) width * channels
            : bitmap ? (width + 7L) / 8 : (long) width * channels * (max > 255 ? 2 : 1);
    // At least one character a sample also in the text forms: bounds what is reserved next.
    if (rowBytes * height > Files.size(file)) {
      throw new ImageFormatException(
          file,
          "a PNM of " + Files.size(file) + " bytes",
          "at least " + rowBytes * height + " for " + width + " x " + height);
    }
    SampleType type = max > 255 ? SampleType.UINT16 : SampleType.UINT8;
    PlaneWriter[] writers = new PlaneWriter[channels];
    for (int c = 0; c < channels; c++) {
      writers[c] = new PlaneWriter(type, width * height);
    }
    for (int y = 0, i = 0; y < height; y++) {
      int bits = 0;
      for (int x = 0; x < width; x++, i++) {
        for (PlaneWriter writer : writers) {
          int value;
          if (kind == 4) {
            bits = x % 8 == 0 ? readByte() : bits << 1;
            value = bits >> 7 & 1;
          } else if (kind == 1) {
            value = readBit();
          } else if (text) {
            value = readNumber();
          } else {
            value = max > 255 ? readByte() << 8 | readByte() : readByte();
          }
          if (value > max) {
            throw new ImageFormatException(file, "a sample of " + value, "at most " + max);
          }
          writer.put(i, display(value, max, bitmap));
        }
      }
    }
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = writers[c].finish();
    }
    return Image.ofPlanes(width, height, planes);
  }

  private static int display(int value, int max, boolean bitmap) {
    if (bitmap) {
      return value == 1 ? 0 : 255;
    }
    return max >= 255 ? value : (value * 255 + max / 2) / max;
  }

  private int readByte() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException();
    }
    return value;
  }

  /** Skips white space and comments; the first other character. */
  private int readCharacter() throws IOException {
    while (true) {
      int c = readByte();
      if (c == '#') {
        while (c != '\n' && c != '\r') {
          c = readByte();
        }
      } else if (!Character.isWhitespace(c)) {
        return c;
      }
    }
  }

  private int readBit() throws IOException {
    int c = readCharacter();
    if (c != '0' && c != '1') {
      throw new ImageFormatException(file, "the character code " + c, "0 or 1");
    }
    return c - '0';
  }

  /** A decimal number, with the one character after it; the end of the file ends it too. */
  private int readNumber() throws IOException {
    int value = 0;
    for (int c = readCharacter(); c >= 0 && !Character.isWhitespace(c); c = in.read()) {
      if (c < '0' || c > '9' || value > 99_999_999) {
        throw new ImageFormatException(file, "the character code " + c, "a number in a PNM");
      }
      value = value * 10 + c - '0';
    }
    return value;
  }
}
