package dev.fovea.engine.image.data;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Grey 8-bit images and labels in the two idx files of MNIST, plain or gzipped; held in memory. The
 * pixels are as in the file; MNIST has 0 for paper and 255 for ink. Class names are the label
 * numbers, at least the ten digits.
 *
 * <p>The format: a big-endian magic (2051 for images, 2049 for labels), the sizes, then bytes row
 * by row. Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
 */
public final class IdxDataset implements ClassificationDataset {
  private static final int IMAGES_MAGIC = 2051;
  private static final int LABELS_MAGIC = 2049;
  private static final int DIGITS = 10;

  private final int width;
  private final int height;
  private final byte[] pixels;
  private final byte[] labels;
  private final List<String> classes;

  private IdxDataset(int width, int height, byte[] pixels, byte[] labels) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
    this.labels = labels;
    int classCount = DIGITS;
    for (byte label : labels) {
      classCount = Math.max(classCount, (label & 0xff) + 1);
    }
    this.classes = IntStream.range(0, classCount).mapToObj(Integer::toString).toList();
  }

  /**
   * Reads the two files.
   *
   * @throws ImageFormatException if one of them is not what it should be or is not complete, or
   *     they differ in number
   * @throws IOException if one cannot be read
   */
  public static IdxDataset read(Path images, Path labels) throws IOException {
    int[] size = new int[3];
    byte[] pixels = readBytes(images, IMAGES_MAGIC, size);
    int[] count = new int[1];
    byte[] classes = readBytes(labels, LABELS_MAGIC, count);
    if (count[0] != size[0]) {
      throw new ImageFormatException(
          labels, count[0] + " labels", size[0] + " as there are images in " + images);
    }
    if (count[0] == 0 || size[1] == 0 || size[2] == 0) {
      throw new ImageFormatException(images, "no image", "at least one");
    }
    return new IdxDataset(size[2], size[1], pixels, classes);
  }

  /** Reads magic, sizes (into {@code sizes}) and the bytes they announce. */
  private static byte[] readBytes(Path file, int magic, int[] sizes) throws IOException {
    try (InputStream stream = BinaryFiles.open(file);
        DataInputStream in = new DataInputStream(stream)) {
      int found = in.readInt();
      if (found != magic) {
        throw new ImageFormatException(file, "the magic number " + found, String.valueOf(magic));
      }
      long bytes = 1;
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = in.readInt();
        if (sizes[i] < 0 || sizes[i] > 0 && bytes > Integer.MAX_VALUE / sizes[i]) {
          throw new ImageFormatException(
              file, "sizes of " + Arrays.toString(sizes), "less than 2^31 bytes");
        }
        bytes *= sizes[i];
      }
      BinaryFiles.requireRoom(file, bytes);
      byte[] content = new byte[(int) bytes];
      in.readFully(content);
      if (in.read() >= 0) {
        throw new ImageFormatException(
            file, "more bytes than the header says", bytes + " after the header");
      }
      return content;
    } catch (EOFException e) {
      throw new ImageFormatException(file, "a truncated file", "a complete idx file", e);
    }
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public String name(int i) {
    return Integer.toString(checkIndex(i));
  }

  @Override
  public Image image(int i) {
    int length = width * height;
    int from = checkIndex(i) * length;
    return Image.ofUint8(width, height, Arrays.copyOfRange(pixels, from, from + length));
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int i) {
    return labels[checkIndex(i)] & 0xff;
  }
}
