package dev.fovea.tasks.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.monitor.Histogram;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;

/** Event files are read back with the classes that TensorFlow generates from its own protos. */
class EventFileTest {
  @TempDir Path folder;

  @Test
  void scalarsHistogramsAndImagesAreReadBack() throws IOException {
    Histogram histogram = Histogram.of(Tensor.of(Shape.of(6), -3, -0.5f, 0, 0, 1, 2.5f));
    byte[] png = Pictures.png(new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB));
    try (EventFile file = new EventFile(folder, 40)) {
      file.scalar("train/loss", 40, 0.75);
      file.histogram("activations/conv1", 41, histogram);
      file.image("first_layer", 42, 3, 2, png);
    }
    List<Event> events = read();
    assertEquals("brain.Event:2", events.get(0).getFileVersion());
    assertEquals(SessionLog.SessionStatus.START, events.get(1).getSessionLog().getStatus());
    assertEquals(40, events.get(1).getStep());

    assertEquals(40, events.get(2).getStep());
    assertEquals("train/loss", only(events.get(2)).getTag());
    assertEquals(0.75f, only(events.get(2)).getSimpleValue());

    assertEquals(41, events.get(3).getStep());
    HistogramProto histo = only(events.get(3)).getHisto();
    assertEquals(-3, histo.getMin());
    assertEquals(2.5, histo.getMax());
    assertEquals(6, histo.getNum());
    assertEquals(0, histo.getSum(), 1e-9);
    assertEquals(9 + 0.25 + 1 + 6.25, histo.getSumSquares(), 1e-9);
    assertEquals(histo.getBucketCount(), histo.getBucketLimitCount());
    assertEquals(6, histo.getBucketList().stream().mapToDouble(d -> d).sum());
    for (int i = 1; i < histo.getBucketLimitCount(); i++) {
      assertTrue(histo.getBucketLimit(i) > histo.getBucketLimit(i - 1), histo.toString());
    }

    Summary.Image image = only(events.get(4)).getImage();
    assertEquals(3, image.getWidth());
    assertEquals(2, image.getHeight());
    assertArrayEquals(png, image.getEncodedImageString().toByteArray());
  }

  private static Summary.Value only(Event event) {
    assertEquals(1, event.getSummary().getValueCount());
    return event.getSummary().getValue(0);
  }

  private List<Event> read() throws IOException {
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] message = new byte[Math.toIntExact(bytes.getLong(bytes.position()))];
      assertEquals(crc(bytes.array(), bytes.position(), 8), bytes.getInt(bytes.position() + 8));
      bytes.position(bytes.position() + 12);
      bytes.get(message);
      assertEquals(crc(message, 0, message.length), bytes.getInt());
      events.add(Event.parseFrom(message));
    }
    return events;
  }

  /** CRC32C bit by bit (reflected polynomial 82F63B78), masked as TFRecord files want it. */
  private static int crc(byte[] bytes, int from, int length) {
    int crc = -1;
    for (int i = from; i < from + length; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  /** The check value of the catalogue of CRC algorithms. */
  @Test
  void theReaderOfThisTestIsRight() {
    int expected = 0xE3069283;
    assertEquals(
        ((expected >>> 15) | (expected << 17)) + 0xa282ead8,
        crc("123456789".getBytes(StandardCharsets.US_ASCII), 0, 9));
  }
}
