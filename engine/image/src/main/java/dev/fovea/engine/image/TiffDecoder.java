package dev.fovea.engine.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns the pages of a {@link TiffFile} into images of their own depth. Commons Imaging decodes the
 * compressions; its pixel reader is not used because it reduces 16-bit samples to 8 bits.
 */
final class TiffDecoder {
  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;

  private static final int UNSIGNED = 1;
  private static final int SIGNED = 2;
  private static final int FLOATING = 3;
  private static final int UNDEFINED = 4;

  private final Path file;
  private final TiffFile tiff;
  private final TiffFile.Directory page;
  private final Limits limits;
  private final int width;
  private final int height;
  private final int photometric;
  private final int samples;
  private final int bits;
  private final int format;
  private final boolean planar;
  private final SampleType type;

  private TiffDecoder(Path file, TiffFile tiff, TiffFile.Directory page, Limits limits)
      throws IOException {
    this.file = file;
    this.tiff = tiff;
    this.page = page;
    this.limits = limits;
    long w = page.integer(TiffTags.IMAGE_WIDTH, 0);
    long h = page.integer(TiffTags.IMAGE_LENGTH, 0);
    long n = page.integer(TiffTags.SAMPLES_PER_PIXEL, 1);
    limits.check(file, w, h, n);
    width = (int) w;
    height = (int) h;
    samples = (int) n;
    photometric = (int) page.integer(TiffTags.PHOTOMETRIC, BLACK_IS_ZERO);
    planar = samples > 1 && page.integer(TiffTags.PLANAR_CONFIGURATION, 1) == 2;
    bits = (int) common(TiffTags.BITS_PER_SAMPLE, 1);
    int stated = (int) common(TiffTags.SAMPLE_FORMAT, UNSIGNED);
    format = stated == UNDEFINED ? UNSIGNED : stated;
    type = sampleType();
    checkColour();
  }

  /**
   * Reads pages.
   *
   * @param maxPages at most so many of them, the first ones
   */
  static List<Image> read(Path file, Limits limits, int maxPages) throws IOException {
    try (TiffFile tiff = TiffFile.open(file)) {
      // One more than allowed, to tell "exactly as many" from "more".
      List<TiffFile.Directory> all = tiff.directories(maxPages == 1 ? 1 : limits.maxPages() + 1);
      checkPages(file, all.size(), limits);
      String description = all.get(0).text(TiffTags.IMAGE_DESCRIPTION);
      Calibration calibration = ImageJDescription.calibration(description, all.get(0));
      List<Image> images =
          all.size() == 1
              ? readStack(file, tiff, all.get(0), limits, maxPages, description)
              : readDirectories(file, tiff, all, limits);
      images.replaceAll(image -> image.withCalibration(calibration));
      images.replaceAll(orientation(all.get(0))::apply);
      return images;
    }
  }

  private static Orientation orientation(TiffFile.Directory page) throws IOException {
    return Orientation.ofTag((int) page.integer(TiffTags.ORIENTATION, 1));
  }

  private static void checkPages(Path file, long pages, Limits limits) throws ImageFormatException {
    if (pages > limits.maxPages()) {
      throw new ImageFormatException(
          file, "more than " + limits.maxPages() + " pages", "at most " + limits.maxPages());
    }
  }

  private static List<Image> readDirectories(
      Path file, TiffFile tiff, List<TiffFile.Directory> all, Limits limits) throws IOException {
    List<Image> images = new ArrayList<>();
    long total = 0;
    for (TiffFile.Directory page : all) {
      // Bit 0 marks a reduced copy (thumbnail, pyramid level) of another page.
      if (!images.isEmpty() && (page.integer(TiffTags.NEW_SUBFILE_TYPE, 0) & 1) != 0) {
        continue;
      }
      TiffDecoder decoder = new TiffDecoder(file, tiff, page, limits);
      total += decoder.storedSamples();
      limits.check(file, total, 1, 1);
      images.add(decoder.decode(0));
    }
    return images;
  }

  /**
   * One directory: one page, or a stack of ImageJ, which describes only the first page and lets the
   * others follow it without a gap.
   */
  private static List<Image> readStack(
      Path file,
      TiffFile tiff,
      TiffFile.Directory page,
      Limits limits,
      int maxPages,
      String description)
      throws IOException {
    TiffDecoder decoder = new TiffDecoder(file, tiff, page, limits);
    long pages = Math.min(maxPages, ImageJDescription.pages(description));
    checkPages(file, pages, limits);
    limits.check(file, (long) decoder.width * decoder.height * decoder.samples, pages, 1);
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < pages; i++) {
      images.add(decoder.decode(i));
    }
    return images;
  }

  /** A value that must be the same for all samples of a pixel. */
  private long common(int tag, long missing) throws IOException {
    long[] values = page.integers(tag, samples);
    for (long value : values) {
      if (value != values[0]) {
        throw new ImageFormatException(
            file, "a TIFF with samples of different kinds", "one kind for all samples");
      }
    }
    return values.length == 0 ? missing : values[0];
  }

  private SampleType sampleType() throws ImageFormatException {
    if (format == UNSIGNED && bits >= 1 && bits <= 8) {
      return SampleType.UINT8;
    }
    if (format == UNSIGNED && bits > 8 && bits <= 16) {
      return SampleType.UINT16;
    }
    if ((format == UNSIGNED || format == SIGNED) && (bits == 8 || bits == 16 || bits == 32)
        || format == FLOATING && (bits == 32 || bits == 64)) {
      return SampleType.FLOAT32;
    }
    throw new ImageFormatException(
        file,
        "a TIFF with " + bits + "-bit samples of format " + format,
        "integers of 1 to 16 or 32 bits or floats of 32 or 64 bits");
  }

  private void checkColour() throws IOException {
    boolean known =
        photometric == WHITE_IS_ZERO
            || photometric == BLACK_IS_ZERO
            || photometric == RGB && samples >= 3
            || photometric == PALETTE
                && samples == 1
                && type == SampleType.UINT8
                && page.integers(TiffTags.COLOR_MAP, 3L << bits).length >= 3 << bits;
    if (!known) {
      throw new ImageFormatException(
          file,
          "a TIFF with " + samples + " samples of colour kind " + photometric,
          "grey, RGB or palette");
    }
  }

  /** Decodes the page, or with {@code index > 0} the ImageJ slice that lies so far behind it. */
  private Image decode(int index) throws IOException {
    Plane[] planes = index == 0 ? readChunks() : readContiguous(index);
    if (photometric == PALETTE) {
      return resolvePalette(planes[0]);
    }
    int colours = photometric == RGB ? 3 : samples;
    long[] extra = page.integers(TiffTags.EXTRA_SAMPLES, samples);
    // RGB with a fourth sample and nothing said about it is taken as RGBA by common readers.
    long kind = extra.length > 0 ? extra[0] : photometric == RGB && samples == 4 ? 2 : 0;
    if (kind == 1 || kind == 2) {
      colours = photometric == RGB ? 3 : samples - extra.length;
      if (colours >= 1 && colours < samples) {
        return image(Alpha.overWhite(Arrays.copyOf(planes, colours + 1), kind == 1));
      }
    }
    return image(Arrays.copyOf(planes, Math.max(1, colours)));
  }

  private Image image(Plane... planes) {
    return Image.ofPlanes(width, height, planes);
  }

  private Image resolvePalette(Plane indices) throws IOException {
    int entries = 1 << bits;
    long[] map = page.integers(TiffTags.COLOR_MAP, 3L * entries);
    // Colours are 16 bits deep; some writers put 8-bit values there.
    int shift = Arrays.stream(map).allMatch(v -> v < 256) ? 0 : 8;
    byte[][] rgb = new byte[3][width * height];
    boolean grey = true;
    for (int i = 0; i < rgb[0].length; i++) {
      int index = (int) indices.get(i);
      for (int c = 0; c < 3; c++) {
        rgb[c][i] = (byte) (map[c * entries + index] >> shift);
      }
      grey &= rgb[0][i] == rgb[1][i] && rgb[1][i] == rgb[2][i];
    }
    return grey
        ? Image.ofUint8(width, height, rgb[0])
        : Image.ofUint8(width, height, rgb[0], rgb[1], rgb[2]);
  }

  private PlaneWriter[] writers() {
    PlaneWriter[] writers = new PlaneWriter[samples];
    for (int c = 0; c < samples; c++) {
      writers[c] = new PlaneWriter(type, width * height);
    }
    return writers;
  }

  private static Plane[] finish(PlaneWriter[] writers) {
    return Arrays.stream(writers).map(PlaneWriter::finish).toArray(Plane[]::new);
  }

  private TiffCodec codec() throws IOException {
    return new TiffCodec(
        (int) page.integer(TiffTags.COMPRESSION, 1),
        (int) page.integer(TiffTags.PREDICTOR, 1),
        page.integer(TiffTags.FILL_ORDER, 1) == 2,
        page.integer(TiffTags.T4_OPTIONS, 0),
        bits,
        planar ? 1 : samples,
        tiff.order());
  }

  private Plane[] readContiguous(int index) throws IOException {
    TiffCodec codec = codec();
    if (codec.compression() != 1 || planar) {
      throw new ImageFormatException(
          file, "a compressed ImageJ stack with one directory", "uncompressed slices");
    }
    long pageBytes = codec.rowBytes(width) * height;
    long first = firstStrip();
    byte[] data = tiff.bytes(Math.addExact(first, Math.multiplyExact(index, pageBytes)), pageBytes);
    PlaneWriter[] writers = writers();
    new Unpacked(data, tiff.order(), codec.rowBytes(width)).copyTo(writers, 0, 0, width, height);
    return finish(writers);
  }

  private long firstStrip() throws IOException {
    long[] offsets = page.integers(TiffTags.STRIP_OFFSETS, 1);
    if (offsets.length == 0) {
      throw new EOFException("no pixel data");
    }
    return offsets[0];
  }

  /** How a page is cut into strips or tiles, and how many there are along each side. */
  private record Chunks(boolean tiled, long width, long height, long across, long down) {}

  private Chunks chunks() throws IOException {
    boolean tiled = page.has(TiffTags.TILE_OFFSETS);
    long w = tiled ? page.integer(TiffTags.TILE_WIDTH, 0) : width;
    long h =
        tiled
            ? page.integer(TiffTags.TILE_LENGTH, 0)
            : Math.min(height, page.integer(TiffTags.ROWS_PER_STRIP, height));
    if (w < 1 || h < 1) {
      throw new EOFException("strips or tiles of " + w + " x " + h);
    }
    // Tiles may reach beyond the picture; their size comes from the file, too.
    limits.check(file, w, h, samples);
    return new Chunks(tiled, w, h, (width + w - 1) / w, (height + h - 1) / h);
  }

  /** What has to be unpacked for the page: with tiles more than it shows. */
  private long storedSamples() throws IOException {
    Chunks c = chunks();
    long rows = Math.min(c.down * c.height, c.tiled ? Long.MAX_VALUE : height);
    limits.check(file, c.across * c.width, rows, samples);
    return c.across * c.width * rows * samples;
  }

  private Plane[] readChunks() throws IOException {
    Chunks layout = chunks();
    boolean tiled = layout.tiled;
    long chunkWidth = layout.width;
    long chunkHeight = layout.height;
    long across = layout.across;
    long perPlane = Math.multiplyExact(across, layout.down);
    int planes = planar ? samples : 1;
    long chunks = Math.multiplyExact(perPlane, planes);
    long[] offsets = page.integers(tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS, chunks);
    long[] counts =
        page.integers(tiled ? TiffTags.TILE_BYTE_COUNTS : TiffTags.STRIP_BYTE_COUNTS, chunks);
    TiffCodec codec = codec();
    checkChunks(codec, offsets, counts, chunks);
    PlaneWriter[] writers = writers();
    for (int i = 0; i < chunks; i++) {
      int x = (int) (i % perPlane % across * chunkWidth);
      int y = (int) (i % perPlane / across * chunkHeight);
      // Tiles are always whole; the last strip ends with the picture.
      int rows = (int) (tiled ? chunkHeight : Math.min(chunkHeight, height - y));
      byte[] packed =
          counts.length == 0
              ? tiff.bytes(offsets[i], codec.rowBytes(chunkWidth) * rows)
              : tiff.bytes(offsets[i], counts[i]);
      byte[] data = codec.unpack(packed, (int) chunkWidth, rows);
      PlaneWriter[] targets = planar ? new PlaneWriter[] {writers[(int) (i / perPlane)]} : writers;
      new Unpacked(data, codec.unpackedOrder(), codec.rowBytes(chunkWidth))
          .copyTo(targets, x, y, (int) Math.min(chunkWidth, width - x), Math.min(rows, height - y));
    }
    return finish(writers);
  }

  /** Refuses, before the planes are reserved, what cannot hold the pixels that are announced. */
  private void checkChunks(TiffCodec codec, long[] offsets, long[] counts, long chunks)
      throws IOException {
    if (offsets.length < chunks || counts.length != 0 && counts.length < chunks) {
      throw new EOFException(offsets.length + " strips or tiles where " + chunks + " are needed");
    }
    if (codec.compression() == 1
        && codec.rowBytes(width) * height * (planar ? samples : 1) > tiff.size()) {
      throw new EOFException(
          width + " x " + height + " pixels do not fit in a file of " + tiff.size() + " bytes");
    }
  }

  /** The unpacked samples of one strip, tile or slice. */
  private final class Unpacked {
    private final ByteBuffer data;
    private final long rowBytes;

    Unpacked(byte[] data, ByteOrder order, long rowBytes) {
      this.data = ByteBuffer.wrap(data).order(order);
      this.rowBytes = rowBytes;
    }

    /** Copies its upper left {@code w x h} pixels to {@code (x0, y0)} of the page. */
    void copyTo(PlaneWriter[] targets, int x0, int y0, int w, int h) {
      for (int y = 0; y < h; y++) {
        int row = (int) (y * rowBytes);
        int at = (y0 + y) * width + x0;
        for (int x = 0, i = 0; x < w; x++) {
          for (PlaneWriter target : targets) {
            copySample(row, i++, target, at + x);
          }
        }
      }
    }

    private void copySample(int row, int i, PlaneWriter target, int at) {
      if (format == FLOATING) {
        target.put(
            at, bits == 32 ? data.getFloat(row + 4 * i) : (float) data.getDouble(row + 8 * i));
      } else if (bits == 32) {
        int value = data.getInt(row + 4 * i);
        target.put(at, format == SIGNED ? (float) value : (float) Integer.toUnsignedLong(value));
      } else if (format == SIGNED) {
        target.put(at, (float) (bits == 16 ? data.getShort(row + 2 * i) : data.get(row + i)));
      } else {
        target.put(at, displayed(unsigned(row, i)));
      }
    }

    private int unsigned(int row, int i) {
      switch (bits) {
        case 8:
          return data.get(row + i) & 0xff;
        case 16:
          return data.getShort(row + 2 * i) & 0xffff;
        default:
          // Odd depths are packed without gaps, highest bit first, whatever the byte order.
          int value = 0;
          for (long bit = (long) i * bits, end = bit + bits; bit < end; bit++) {
            value = value << 1 | data.get(row + (int) (bit >> 3)) >> (7 - (bit & 7)) & 1;
          }
          return value;
      }
    }
  }

  /** Scales greys of less than 8 bits to 0..255 and turns round those where white is zero. */
  private int displayed(int value) {
    int max = (1 << bits) - 1;
    int upright = photometric == WHITE_IS_ZERO ? max - value : value;
    return bits < 8 && photometric != PALETTE ? (upright * 255 + max / 2) / max : upright;
  }
}
