package dev.fovea.engine.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes baseline TIFF, big-endian and uncompressed, one strip a page, as ImageJ does. All pixels
 * stand together before the directories: readers that follow the directories and ImageJ, which
 * takes the number of slices from the description and reads on, both find every page.
 */
final class TiffEncoder {
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int ASCII = 2;
  private static final int RATIONAL = 5;
  private static final int HEADER = 8;
  private static final long MAX_UINT32 = 0xffff_ffffL;

  private final int pages;
  private final int width;
  private final int height;
  private final int channels;
  private final int bits;
  private final boolean floating;
  private final Calibration calibration;
  private final double displayMax;
  private final Rows rows;

  /** Puts the samples of one row of one page into a buffer. */
  private interface Rows {
    void put(int page, int y, ByteBuffer target);
  }

  TiffEncoder(List<Image> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("TIFF: found no page, expected at least one");
    }
    Image first = images.get(0);
    for (Image image : images) {
      if (!image.toString().equals(first.toString())) {
        throw new IllegalArgumentException(
            "TIFF pages: found " + first + " and " + image + ", expected equal pages");
      }
    }
    pages = images.size();
    width = first.width();
    height = first.height();
    channels = first.channels();
    bits =
        switch (first.type()) {
          case UINT8 -> 8;
          case UINT16 -> 16;
          case FLOAT32 -> 32;
        };
    floating = first.type() == SampleType.FLOAT32;
    calibration = first.calibration();
    displayMax = first.maxValue();
    float[][] samples = new float[channels][width];
    rows =
        (page, y, target) -> {
          for (int c = 0; c < channels; c++) {
            images.get(page).copyRow(c, y, samples[c]);
          }
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < channels; c++) {
              put(target, samples[c][x]);
            }
          }
        };
  }

  /** Label pages of 16 or 32 unsigned bits. */
  TiffEncoder(
      List<int[]> labels,
      int width,
      int height,
      int bits,
      double displayMax,
      Calibration calibration) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("TIFF: found no page, expected at least one");
    }
    this.pages = labels.size();
    this.width = width;
    this.height = height;
    this.channels = 1;
    this.bits = bits;
    this.floating = false;
    this.calibration = calibration;
    this.displayMax = displayMax;
    rows =
        (page, y, target) -> {
          for (int x = 0; x < width; x++) {
            int label = labels.get(page)[y * width + x];
            if (bits == 16) {
              target.putShort((short) label);
            } else {
              target.putInt(label);
            }
          }
        };
  }

  private void put(ByteBuffer target, float sample) {
    switch (bits) {
      case 8 -> target.put((byte) sample);
      case 16 -> target.putShort((short) (int) sample);
      default -> target.putFloat(sample);
    }
  }

  void writeTo(OutputStream out) throws IOException {
    long pageBytes = (long) width * height * channels * (bits / 8);
    byte[] description = description();
    long directories = HEADER + pages * pageBytes + description.length;
    // Directories begin at even offsets.
    int padding = (int) (directories & 1);
    directories += padding;
    Directory layout = new Directory(directories, pageBytes, description.length);
    // 2^32 is where the offsets of classic TIFF end.
    if (directories + (long) pages * layout.length() >= 1L << 32) {
      throw new IOException("the pixels need more than the 4 GiB that a TIFF can hold");
    }
    out.write(
        ByteBuffer.allocate(HEADER)
            .put((byte) 'M')
            .put((byte) 'M')
            .putShort((short) 42)
            .putInt((int) directories)
            .array());
    ByteBuffer row = ByteBuffer.allocate(width * channels * (bits / 8)).order(ByteOrder.BIG_ENDIAN);
    for (int page = 0; page < pages; page++) {
      for (int y = 0; y < height; y++) {
        rows.put(page, y, row.clear());
        out.write(row.array());
      }
    }
    out.write(description);
    out.write(new byte[padding]);
    for (int page = 0; page < pages; page++) {
      out.write(layout.bytes(page));
    }
  }

  private byte[] description() {
    String text = ImageJDescription.write(pages, calibration, displayMax) + '\0';
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Lays out the directory of one page, its longer values right behind it. */
  private final class Directory {
    private final long start;
    private final long pageBytes;
    private final int descriptionLength;

    Directory(long start, long pageBytes, int descriptionLength) {
      this.start = start;
      this.pageBytes = pageBytes;
      this.descriptionLength = descriptionLength;
    }

    int length() {
      return 2 + 12 * fields(0, 0).size() + 4 + extraLength();
    }

    private int extraLength() {
      // Two rationals, and two lists of one short a channel.
      return 16 + (channels > 2 ? 4 * channels : 0);
    }

    /** Type, count and value or offset by tag: entries must stand in the order of their tags. */
    private SortedMap<Integer, int[]> fields(int page, long at) {
      int offset = HEADER + (int) (page * pageBytes);
      int extra = (int) at;
      SortedMap<Integer, int[]> fields = new TreeMap<>();
      fields.put(TiffTags.NEW_SUBFILE_TYPE, new int[] {LONG, 1, 0});
      fields.put(TiffTags.IMAGE_WIDTH, new int[] {LONG, 1, width});
      fields.put(TiffTags.IMAGE_LENGTH, new int[] {LONG, 1, height});
      fields.put(TiffTags.BITS_PER_SAMPLE, shorts(bits, extra + 16));
      fields.put(TiffTags.COMPRESSION, shorts1(1));
      fields.put(TiffTags.PHOTOMETRIC, shorts1(channels == 3 ? 2 : 1));
      fields.put(
          TiffTags.IMAGE_DESCRIPTION,
          new int[] {ASCII, descriptionLength, (int) (HEADER + pages * pageBytes)});
      fields.put(TiffTags.STRIP_OFFSETS, new int[] {LONG, 1, offset});
      fields.put(TiffTags.SAMPLES_PER_PIXEL, shorts1(channels));
      fields.put(TiffTags.ROWS_PER_STRIP, new int[] {LONG, 1, height});
      fields.put(TiffTags.STRIP_BYTE_COUNTS, new int[] {LONG, 1, (int) pageBytes});
      fields.put(TiffTags.X_RESOLUTION, new int[] {RATIONAL, 1, extra});
      fields.put(TiffTags.Y_RESOLUTION, new int[] {RATIONAL, 1, extra + 8});
      fields.put(TiffTags.RESOLUTION_UNIT, shorts1(1));
      fields.put(TiffTags.SAMPLE_FORMAT, shorts(floating ? 3 : 1, extra + 16 + 2 * channels));
      return fields;
    }

    private int[] shorts1(int value) {
      // A short stands in the upper half of a big-endian entry.
      return new int[] {SHORT, 1, value << 16};
    }

    /** The same short for every channel: in the entry if they fit, else at an offset. */
    private int[] shorts(int value, int offset) {
      return switch (channels) {
        case 1 -> shorts1(value);
        case 2 -> new int[] {SHORT, 2, value << 16 | value};
        default -> new int[] {SHORT, channels, offset};
      };
    }

    byte[] bytes(int page) {
      int length = length();
      long at = start + (long) page * length;
      SortedMap<Integer, int[]> fields = fields(page, at + length - extraLength());
      ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.BIG_ENDIAN);
      buffer.putShort((short) fields.size());
      fields.forEach(
          (tag, field) ->
              buffer
                  .putShort((short) (int) tag)
                  .putShort((short) field[0])
                  .putInt(field[1])
                  .putInt(field[2]));
      buffer.putInt(page + 1 < pages ? (int) (at + length) : 0);
      putResolution(buffer, calibration.isCalibrated() ? 1 / calibration.pixelWidth() : 1);
      putResolution(buffer, calibration.isCalibrated() ? 1 / calibration.pixelHeight() : 1);
      if (channels > 2) {
        for (int i = 0; i < 2 * channels; i++) {
          buffer.putShort((short) (i < channels ? bits : floating ? 3 : 1));
        }
      }
      return buffer.array();
    }

    /**
     * Pixels per unit as the fraction of two 32-bit numbers that its continued fraction gives, so
     * that sizes such as 0.1625 are read back without a rounding error of the file format.
     */
    private void putResolution(ByteBuffer buffer, double value) {
      long numerator = (long) Math.min(value, MAX_UINT32);
      long denominator = 1;
      long lastNumerator = 1;
      long lastDenominator = 0;
      double rest = value - numerator;
      while (rest > 0 && (double) numerator / denominator != value) {
        double inverse = 1 / rest;
        double nextNumerator = Math.floor(inverse) * numerator + lastNumerator;
        double nextDenominator = Math.floor(inverse) * denominator + lastDenominator;
        if (nextNumerator > MAX_UINT32 || nextDenominator > MAX_UINT32) {
          break;
        }
        lastNumerator = numerator;
        lastDenominator = denominator;
        numerator = (long) nextNumerator;
        denominator = (long) nextDenominator;
        rest = inverse - Math.floor(inverse);
      }
      buffer.putInt((int) numerator);
      buffer.putInt((int) denominator);
    }
  }
}
