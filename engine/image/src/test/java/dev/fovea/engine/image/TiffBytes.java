package dev.fovea.engine.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Builds TIFF files field by field, also wrong ones. */
final class TiffBytes {
  private static final int ASCII = 2;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int RATIONAL = 5;

  private final ByteOrder order;
  private final boolean big;
  private final List<Page> pages = new ArrayList<>();

  private TiffBytes(ByteOrder order, boolean big) {
    this.order = order;
    this.big = big;
  }

  private static final class Page {
    final Map<Integer, byte[]> values = new TreeMap<>();
    final Map<Integer, Integer> types = new TreeMap<>();
    byte[][] chunks = {};
    boolean tiled;
  }

  static TiffBytes of(ByteOrder order) {
    return new TiffBytes(order, false);
  }

  static TiffBytes big(ByteOrder order) {
    return new TiffBytes(order, true);
  }

  /** Begins a page with the fields every page has. */
  TiffBytes page(int width, int height, int bits, int samples, int photometric) {
    pages.add(new Page());
    long[] bitsPerSample = new long[samples];
    Arrays.fill(bitsPerSample, bits);
    return shorts(TiffTags.IMAGE_WIDTH, width)
        .shorts(TiffTags.IMAGE_LENGTH, height)
        .shorts(TiffTags.BITS_PER_SAMPLE, bitsPerSample)
        .shorts(TiffTags.SAMPLES_PER_PIXEL, samples)
        .shorts(TiffTags.PHOTOMETRIC, photometric);
  }

  private TiffBytes put(int tag, int type, byte[] value) {
    put(pages.get(pages.size() - 1), tag, type, value);
    return this;
  }

  private static void put(Page page, int tag, int type, byte[] value) {
    page.values.put(tag, value);
    page.types.put(tag, type);
  }

  TiffBytes shorts(int tag, long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * values.length).order(order);
    for (long value : values) {
      buffer.putShort((short) value);
    }
    return put(tag, SHORT, buffer.array());
  }

  TiffBytes longs(int tag, long... values) {
    return put(tag, LONG, ints(values));
  }

  private byte[] ints(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
    for (long value : values) {
      buffer.putInt((int) value);
    }
    return buffer.array();
  }

  TiffBytes rational(int tag, long numerator, long denominator) {
    return put(
        tag,
        RATIONAL,
        ByteBuffer.allocate(8)
            .order(order)
            .putInt((int) numerator)
            .putInt((int) denominator)
            .array());
  }

  TiffBytes text(int tag, String text) {
    return put(tag, ASCII, (text + '\0').getBytes(StandardCharsets.US_ASCII));
  }

  /** Pixel data of the page in strips. */
  TiffBytes strips(byte[]... strips) {
    pages.get(pages.size() - 1).chunks = strips;
    return this;
  }

  /** Pixel data of the page in tiles. */
  TiffBytes tiles(int width, int height, byte[]... tiles) {
    pages.get(pages.size() - 1).tiled = true;
    return shorts(TiffTags.TILE_WIDTH, width).shorts(TiffTags.TILE_LENGTH, height).strips(tiles);
  }

  /** 16-bit samples as bytes. */
  byte[] samples16(int... samples) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * samples.length).order(order);
    for (int sample : samples) {
      buffer.putShort((short) sample);
    }
    return buffer.array();
  }

  /** Float samples as bytes. */
  byte[] samples32(float... samples) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * samples.length).order(order);
    for (float sample : samples) {
      buffer.putFloat(sample);
    }
    return buffer.array();
  }

  Path write(Path file) throws IOException {
    return Files.write(file, build());
  }

  byte[] build() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int header = big ? 16 : 8;
    for (Page page : pages) {
      long[] offsets = new long[page.chunks.length];
      long[] counts = new long[page.chunks.length];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = header + (long) body.size();
        counts[i] = page.chunks[i].length;
        body.writeBytes(page.chunks[i]);
      }
      put(page, page.tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS, LONG, ints(offsets));
      put(
          page,
          page.tiled ? TiffTags.TILE_BYTE_COUNTS : TiffTags.STRIP_BYTE_COUNTS,
          LONG,
          ints(counts));
    }
    List<Long> starts = new ArrayList<>();
    List<byte[]> directories = new ArrayList<>();
    for (Page page : pages) {
      TreeMap<Integer, Long> places = new TreeMap<>();
      int room = big ? 8 : 4;
      for (Map.Entry<Integer, byte[]> value : page.values.entrySet()) {
        if (value.getValue().length > room) {
          places.put(value.getKey(), (long) header + body.size());
          body.writeBytes(value.getValue());
        }
      }
      starts.add((long) header + body.size());
      int length = (big ? 16 : 6) + page.values.size() * (big ? 20 : 12);
      ByteBuffer directory = ByteBuffer.allocate(length).order(order);
      word(directory, page.values.size(), 2);
      for (Map.Entry<Integer, byte[]> value : page.values.entrySet()) {
        int type = page.types.get(value.getKey());
        int size = type == ASCII ? 1 : type == SHORT ? 2 : type == LONG ? 4 : 8;
        directory.putShort((short) (int) value.getKey()).putShort((short) type);
        word(directory, value.getValue().length / size, 4);
        Long place = places.get(value.getKey());
        if (place != null) {
          word(directory, place, 4);
        } else {
          directory.put(value.getValue()).put(new byte[room - value.getValue().length]);
        }
      }
      directories.add(directory.array());
      body.writeBytes(directory.array());
    }
    byte[] file = new byte[header + body.size()];
    ByteBuffer buffer = ByteBuffer.wrap(file).order(order);
    buffer.put((byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I')).put(file[0]);
    if (big) {
      buffer.putShort((short) 43).putShort((short) 8).putShort((short) 0);
    } else {
      buffer.putShort((short) 42);
    }
    word(buffer, starts.get(0), 4);
    buffer.put(body.toByteArray());
    for (int i = 0; i + 1 < pages.size(); i++) {
      int end = (int) (starts.get(i) + directories.get(i).length);
      word(buffer.position(end - (big ? 8 : 4)), starts.get(i + 1), 4);
    }
    return file;
  }

  /** A number that is {@code size} bytes long, or 8 in a BigTIFF. */
  private void word(ByteBuffer buffer, long value, int size) {
    if (big) {
      buffer.putLong(value);
    } else if (size == 2) {
      buffer.putShort((short) value);
    } else {
      buffer.putInt((int) value);
    }
  }
}
