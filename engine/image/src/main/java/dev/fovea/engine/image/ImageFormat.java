package dev.fovea.engine.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The file formats that {@link ImageReader} knows, told apart by how their files begin. */
enum ImageFormat {
  PNG("png") {
    @Override
    boolean matches(byte[] head) {
      return startsWith(head, "\u0089PNG\r\n\u001a\n");
    }
  },
  JPEG("jpg jpeg") {
    @Override
    boolean matches(byte[] head) {
      return startsWith(head, "\u00ff\u00d8\u00ff");
    }
  },
  TIFF("tif tiff") {
    @Override
    boolean matches(byte[] head) {
      return startsWith(head, "II*\0")
          || startsWith(head, "MM\0*")
          || startsWith(head, "II+\0")
          || startsWith(head, "MM\0+");
    }
  },
  GIF("gif") {
    @Override
    boolean matches(byte[] head) {
      return startsWith(head, "GIF87a") || startsWith(head, "GIF89a");
    }
  },
  BMP("bmp") {
    @Override
    boolean matches(byte[] head) {
      // "BM" alone also begins plain text; bytes 6 to 9 of the header are reserved and zero.
      return startsWith(head, "BM")
          && head.length >= 10
          && (head[6] | head[7] | head[8] | head[9]) == 0;
    }
  },
  PNM("pgm ppm pbm pnm") {
    @Override
    boolean matches(byte[] head) {
      return head.length >= 3
          && head[0] == 'P'
          && head[1] >= '1'
          && head[1] <= '6'
          && (Character.isWhitespace(head[2]) || head[2] == '#');
    }
  };

  /** Enough bytes of a file for every {@link #matches}. */
  static final int HEAD_LENGTH = 132;

  /** Separated by spaces. */
  private final String extensions;

  ImageFormat(String extensions) {
    this.extensions = extensions;
  }

  /** File name extensions, lower case, without the dot. */
  List<String> extensions() {
    return List.of(extensions.split(" ", -1));
  }

  /** Whether a file that begins with {@code head} is of this format. */
  abstract boolean matches(byte[] head);

  /** The format of a file that begins with {@code head}. */
  static Optional<ImageFormat> of(byte[] head) {
    for (ImageFormat format : values()) {
      if (format.matches(head)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What a file of none of the formats seems to be, as a phrase for a message. */
  static String describe(byte[] head) {
    if (startsWith(head, "SIMPLE  =")) {
      return "a FITS file, an unsupported format";
    }
    if (head.length >= 132
        && new String(head, 128, 4, StandardCharsets.ISO_8859_1).equals("DICM")) {
      return "a DICOM file, an unsupported format";
    }
    if (startsWith(head, "RIFF") && startsWith(tail(head, 8), "WEBP")) {
      return "a WebP file, an unsupported format";
    }
    if (startsWith(head, "%PDF")) {
      return "a PDF document, an unsupported format";
    }
    int length = Math.min(head.length, 12);
    boolean text = true;
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text &= head[i] >= 0x20 && head[i] < 0x7f || head[i] == '\n' || head[i] == '\r';
      hex.append(String.format(Locale.ROOT, i == 0 ? "%02x" : " %02x", head[i]));
    }
    return text
        ? "text beginning with \""
            + new String(head, 0, length, StandardCharsets.ISO_8859_1).strip()
            + "\""
        : "an unsupported format beginning with the bytes " + hex;
  }

  private static byte[] tail(byte[] head, int from) {
    return Arrays.copyOfRange(head, Math.min(from, head.length), head.length);
  }

  private static boolean startsWith(byte[] head, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    return Arrays.mismatch(head, 0, Math.min(head.length, bytes.length), bytes, 0, bytes.length)
        < 0;
  }
}
