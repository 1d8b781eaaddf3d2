package dev.fovea.tasks.report;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.fovea.engine.monitor.Histogram;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Events of a training in the format that TensorBoard reads: a TFRecord file of {@code
 * tensorflow.Event} messages. Each record is length, masked CRC32C of the length, message, masked
 * CRC32C of the message, little-endian; so a file that was cut off is readable up to the last whole
 * record.
 *
 * <p>The few messages are written field by field (see the decisions): field numbers as in
 * event.proto and summary.proto. Not thread-safe.
 */
final class EventFile implements Closeable {
  private static final int MASK = 0xa282ead8;

  // Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  // SessionLog
  private static final int STATUS = 1;
  private static final int START = 1;
  // Summary.Value
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int HISTOGRAM = 5;
  // Summary.Image
  private static final int HEIGHT = 1;
  private static final int WIDTH = 2;
  private static final int COLOR_SPACE = 3;
  private static final int ENCODED = 4;
  private static final int RGB = 3;

  private final OutputStream out;

  /**
   * Starts a file in a folder, beside those of earlier runs.
   *
   * @param step where the training goes on: TensorBoard forgets what earlier files say of this step
   *     and of later ones
   */
  EventFile(Path folder, long step) throws IOException {
    long now = System.currentTimeMillis();
    String name = Html.format("events.out.tfevents.%010d.%d.fovea", now / 1000, now % 1000);
    out = Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW);
    event(0, e -> e.writeString(FILE_VERSION, "brain.Event:2"));
    event(step, e -> e.writeByteArray(SESSION_LOG, message(log -> log.writeEnum(STATUS, START))));
  }

  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(coded);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can always be written", e);
    }
    return bytes.toByteString().toByteArray();
  }

  /** A number. */
  void scalar(String tag, long step, double value) throws IOException {
    value(tag, step, v -> v.writeFloat(SIMPLE_VALUE, (float) value));
  }

  /** A picture. */
  void image(String tag, long step, int width, int height, byte[] png) throws IOException {
    byte[] image =
        message(
            i -> {
              i.writeInt32(HEIGHT, height);
              i.writeInt32(WIDTH, width);
              i.writeInt32(COLOR_SPACE, RGB);
              i.writeByteArray(ENCODED, png);
            });
    value(tag, step, v -> v.writeByteArray(IMAGE, image));
  }

  /** A distribution. */
  void histogram(String tag, long step, Histogram h) throws IOException {
    byte[] histogram =
        message(
            p -> {
              p.writeDouble(1, h.min());
              p.writeDouble(2, h.max());
              p.writeDouble(3, h.count());
              p.writeDouble(4, h.sum());
              p.writeDouble(5, h.sumOfSquares());
              p.writeByteArray(6, packed(h, false));
              p.writeByteArray(7, packed(h, true));
            });
    value(tag, step, v -> v.writeByteArray(HISTOGRAM, histogram));
  }

  /** Upper limits or counts; each bucket reaches from the limit before to its own. */
  private static byte[] packed(Histogram h, boolean counts) {
    return message(
        p -> {
          double reached = Double.NEGATIVE_INFINITY;
          for (Histogram.Bucket b : h.buckets()) {
            if (b.left() > reached) {
              // The gap before it.
              p.writeDoubleNoTag(counts ? 0 : b.left());
            }
            p.writeDoubleNoTag(counts ? b.count() : b.right());
            reached = b.right();
          }
        });
  }

  private void value(String tag, long step, Fields fields) throws IOException {
    byte[] value =
        message(
            v -> {
              v.writeString(TAG, tag);
              fields.writeTo(v);
            });
    event(step, e -> e.writeByteArray(SUMMARY, message(s -> s.writeByteArray(1, value))));
  }

  private void event(long step, Fields fields) throws IOException {
    byte[] message =
        message(
            e -> {
              e.writeDouble(WALL_TIME, System.currentTimeMillis() / 1000.0);
              e.writeInt64(STEP, step);
              fields.writeTo(e);
            });
    byte[] length =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(message.length)
            .array();
    byte[] record = new byte[length.length + message.length + 2 * Integer.BYTES];
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(length)
        .putInt(masked(length))
        .put(message)
        .putInt(masked(message));
    // In one piece: a reader that looks on sees whole records.
    out.write(record);
  }

  /** Rotated and shifted, as the format wants it: a CRC of data that holds CRCs is a poor one. */
  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
