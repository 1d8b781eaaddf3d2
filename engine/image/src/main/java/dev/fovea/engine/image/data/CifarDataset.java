package dev.fovea.engine.image.data;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * 32 x 32 colour images in the binary files of CIFAR-10, plain or gzipped; held in memory. A record
 * is a label byte and 1,024 bytes each of red, green and blue, row by row. A. Krizhevsky, "Learning
 * multiple layers of features from tiny images", 2009.
 */
public final class CifarDataset implements ClassificationDataset {
  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;
  private static final int RECORD = 1 + 3 * PIXELS;

  /** Two hundred times the size of the original set; more is no CIFAR file. */
  private static final int MAX_RECORDS = 12_000_000;

  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final List<byte[]> records;

  private CifarDataset(List<byte[]> records) {
    this.records = List.copyOf(records);
  }

  /**
   * Reads files one after the other.
   *
   * @throws ImageFormatException if a file is empty, does not consist of whole records, or has a
   *     label above 9
   * @throws IOException if a file cannot be read
   */
  public static CifarDataset read(List<Path> files) throws IOException {
    List<byte[]> records = new ArrayList<>();
    for (Path file : files) {
      read(file, records);
    }
    return new CifarDataset(records);
  }

  private static void read(Path file, List<byte[]> records) throws IOException {
    int before = records.size();
    try (InputStream in = BinaryFiles.open(file)) {
      byte[] record = in.readNBytes(RECORD);
      for (; record.length == RECORD; record = in.readNBytes(RECORD)) {
        int label = record[0] & 0xff;
        if (label >= CLASSES.size()) {
          throw new ImageFormatException(file, "the label " + label, "0 to 9");
        }
        if (records.size() == MAX_RECORDS) {
          throw new ImageFormatException(
              file, "more than " + MAX_RECORDS + " records", "a CIFAR-10 batch");
        }
        records.add(record);
      }
      if (record.length != 0 || records.size() == before) {
        throw new ImageFormatException(
            file,
            "%d records and %d bytes".formatted(records.size() - before, record.length),
            "one or more whole records of " + RECORD + " bytes");
      }
    } catch (EOFException e) {
      throw new ImageFormatException(file, "a truncated file", "a complete CIFAR-10 batch", e);
    }
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public String name(int i) {
    return Integer.toString(checkIndex(i));
  }

  @Override
  public Image image(int i) {
    byte[] record = records.get(i);
    byte[][] planes = new byte[3][];
    for (int c = 0; c < 3; c++) {
      int from = 1 + c * PIXELS;
      planes[c] = Arrays.copyOfRange(record, from, from + PIXELS);
    }
    return Image.ofUint8(SIDE, SIDE, planes);
  }

  @Override
  public List<String> classes() {
    return CLASSES;
  }

  @Override
  public int label(int i) {
    return records.get(i)[0];
  }
}
