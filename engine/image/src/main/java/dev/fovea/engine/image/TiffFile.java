package dev.fovea.engine.image;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The structure of a TIFF or BigTIFF file: its directories (one a page) and the values of their
 * fields. Nothing larger than the file itself is ever reserved.
 *
 * <p>Own code, because the reader of Commons Imaging recurses from page to page with one open file
 * each, which ends long stacks with "too many open files".
 *
 * @see <a href="https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf">TIFF 6.0</a>
 */
final class TiffFile implements Closeable {
  /** Sizes in bytes of the field types 1 to 18; 0 where there is no such type. */
  private static final int[] TYPE_SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private static final int TYPE_ASCII = 2;
  private static final int TYPE_RATIONAL = 5;
  private static final int TYPE_FLOAT = 11;
  private static final int TYPE_DOUBLE = 12;

  private final FileChannel channel;
  private final long size;
  private ByteOrder order;
  private boolean big;
  private long directoryBytes;

  private TiffFile(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  static TiffFile open(Path path) throws IOException {
    return new TiffFile(FileChannel.open(path));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Byte order of fields and samples. */
  ByteOrder order() {
    return order;
  }

  /** Length of the file in bytes. */
  long size() {
    return size;
  }

  /** Bytes {@code offset .. offset + length - 1}, or an error if the file ends before. */
  byte[] bytes(long offset, long length) throws IOException {
    return read(offset, length).array();
  }

  private ByteBuffer read(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || length > size - offset || length > Integer.MAX_VALUE - 64) {
      throw new EOFException(
          "bytes " + offset + " to " + (offset + length) + " are needed, the file has " + size);
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length).order(order);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("the file ended while it was read");
      }
    }
    return buffer.flip();
  }

  /**
   * Reads the directories in their order.
   *
   * @param maxPages stop after so many
   */
  List<Directory> directories(int maxPages) throws IOException {
    order = ByteOrder.BIG_ENDIAN;
    order = bytes(0, 1)[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    big = read(2, 2).getShort() == 43;
    long next = big ? read(8, 8).getLong() : Integer.toUnsignedLong(read(4, 4).getInt());
    List<Directory> directories = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    while (next != 0 && directories.size() < maxPages) {
      if (!seen.add(next)) {
        throw new IOException("page " + (directories.size() + 1) + " points back to a former page");
      }
      next = readDirectory(next, directories);
    }
    if (directories.isEmpty()) {
      throw new IOException("no page");
    }
    return directories;
  }

  /** Reads one directory; the offset of the next one, 0 after the last. */
  private long readDirectory(long offset, List<Directory> directories) throws IOException {
    int countSize = big ? 8 : 2;
    ByteBuffer countBuffer = read(offset, countSize);
    long count = big ? countBuffer.getLong() : Short.toUnsignedInt(countBuffer.getShort());
    int entrySize = big ? 20 : 12;
    if (count < 0 || count > 65535) {
      throw new IOException(count + " fields in a directory");
    }
    // Overlapping directories would let a small file ask for any number of fields.
    directoryBytes += count * entrySize;
    if (directoryBytes > size) {
      throw new IOException("pages whose directories overlap");
    }
    ByteBuffer entries = read(offset + countSize, count * entrySize);
    Map<Integer, Field> fields = new HashMap<>();
    for (int i = 0; i < count; i++) {
      entries.position(i * entrySize);
      int tag = Short.toUnsignedInt(entries.getShort());
      int type = Short.toUnsignedInt(entries.getShort());
      long values = big ? entries.getLong() : Integer.toUnsignedLong(entries.getInt());
      if (type >= TYPE_SIZES.length || TYPE_SIZES[type] == 0 || values < 0 || values > size) {
        continue;
      }
      // A value that fits stands in the entry itself, otherwise its offset does.
      long at = offset + countSize + entries.position();
      if (values * TYPE_SIZES[type] > (big ? 8 : 4)) {
        at = big ? entries.getLong() : Integer.toUnsignedLong(entries.getInt());
      }
      fields.put(tag, new Field(type, values, at));
    }
    directories.add(new Directory(fields));
    ByteBuffer nextBuffer = read(offset + countSize + count * entrySize, big ? 8 : 4);
    return big ? nextBuffer.getLong() : Integer.toUnsignedLong(nextBuffer.getInt());
  }

  private record Field(int type, long count, long offset) {}

  /** The fields of one page by their tags. Values are read from the file when asked for. */
  final class Directory {
    private final Map<Integer, Field> fields;

    private Directory(Map<Integer, Field> fields) {
      this.fields = fields;
    }

    boolean has(int tag) {
      return fields.containsKey(tag);
    }

    /**
     * The first integer values of a field; none if it is missing or not of an integer type.
     *
     * @param most how many are wanted at most: a field may be as long as the file
     */
    long[] integers(int tag, long most) throws IOException {
      Field field = fields.get(tag);
      if (field == null) {
        return new long[0];
      }
      int bytes = TYPE_SIZES[field.type];
      if (field.type == TYPE_ASCII
          || field.type == TYPE_RATIONAL
          || field.type >= 10 && bytes < 8) {
        return new long[0];
      }
      long count = Math.min(most, field.count);
      ByteBuffer buffer = read(field.offset, count * bytes);
      long[] values = new long[(int) count];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (bytes) {
              case 1 -> Byte.toUnsignedInt(buffer.get());
              case 2 -> Short.toUnsignedInt(buffer.getShort());
              case 4 -> Integer.toUnsignedLong(buffer.getInt());
              default -> buffer.getLong();
            };
      }
      return values;
    }

    /** The first integer of a field, or {@code missing}. */
    long integer(int tag, long missing) throws IOException {
      long[] values = integers(tag, 1);
      return values.length == 0 ? missing : values[0];
    }

    /** The first number of a rational or floating-point field, or NaN. */
    double number(int tag) throws IOException {
      Field field = fields.get(tag);
      if (field == null || field.count < 1) {
        return Double.NaN;
      }
      ByteBuffer buffer = read(field.offset, TYPE_SIZES[field.type]);
      return switch (field.type) {
        case TYPE_RATIONAL ->
            (double) Integer.toUnsignedLong(buffer.getInt())
                / Integer.toUnsignedLong(buffer.getInt());
        case TYPE_FLOAT -> buffer.getFloat();
        case TYPE_DOUBLE -> buffer.getDouble();
        default -> Double.NaN;
      };
    }

    /** The text of a field without the closing zero, or an empty text. */
    String text(int tag) throws IOException {
      Field field = fields.get(tag);
      if (field == null || field.type != TYPE_ASCII) {
        return "";
      }
      String text = new String(bytes(field.offset, field.count), StandardCharsets.ISO_8859_1);
      int end = text.indexOf('\0');
      return end < 0 ? text : text.substring(0, end);
    }
  }
}
