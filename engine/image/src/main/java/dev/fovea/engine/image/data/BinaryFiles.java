package dev.fovea.engine.image.data;

import dev.fovea.engine.image.ImageFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Data files that may be compressed by gzip, whatever their name. */
final class BinaryFiles {
  /** Deflate cannot shrink data further: bounds what a compressed file can hold. */
  private static final long MAX_RATIO = 1032;

  private static final int BUFFER = 1 << 16;

  private BinaryFiles() {}

  /** The content as a stream, unpacked if the file begins like a gzip file. */
  static InputStream open(Path file) throws IOException {
    PushbackInputStream in =
        new PushbackInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER), 2);
    try {
      byte[] magic = in.readNBytes(2);
      in.unread(magic);
      return isGzip(magic) ? new GZIPInputStream(in, BUFFER) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static boolean isGzip(byte[] magic) {
    return magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
  }

  /**
   * Refuses a size from a header that the file cannot hold, before memory is reserved for it.
   *
   * @throws ImageFormatException if {@code bytes} are more than the file can hold
   */
  static void requireRoom(Path file, long bytes) throws IOException {
    byte[] magic;
    try (InputStream in = Files.newInputStream(file)) {
      magic = in.readNBytes(2);
    }
    long most = Files.size(file) * (isGzip(magic) ? MAX_RATIO : 1);
    if (bytes > Math.min(most, Integer.MAX_VALUE - 64)) {
      throw new ImageFormatException(
          file,
          "a header that announces " + bytes + " bytes in a file of " + Files.size(file),
          "a file as long as its header says and at most 2 GiB");
    }
  }
}
