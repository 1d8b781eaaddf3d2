package dev.fovea.engine.image.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.data.Datasets.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir Path folder;

  private static String error(Executable executable) {
    String message = assertThrows(ImageFormatException.class, executable).getMessage();
    assertTrue(message.contains(": found ") && message.contains(", expected "), message);
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static byte[] idx(int[] header, int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * header.length + bytes.length);
    for (int number : header) {
      buffer.putInt(number);
    }
    for (int value : bytes) {
      buffer.put((byte) value);
    }
    return buffer.array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  private void write(String name, byte[] content) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.write(folder.resolve(name), content);
  }

  private void writeImage(String name, int... samples) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    byte[] bytes = new byte[samples.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) samples[i];
    }
    ImageWriter.writePng(folder.resolve(name), Image.ofUint8(bytes.length, 1, bytes));
  }

  // ---- idx

  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  @Test
  void idxPlainAndZipped() throws IOException {
    write(TEST_IMAGES, idx(new int[] {2051, 2, 1, 3}, 1, 2, 3, 4, 5, 255));
    write(TEST_LABELS + ".gz", gzip(idx(new int[] {2049, 2}, 7, 0)));
    assertEquals(Layout.IDX, Datasets.detect(folder));
    ClassificationDataset data = Datasets.openClassification(folder, null);
    assertEquals(2, data.size());
    assertEquals("3 x 1, 1 channel, UINT8", data.image(1).toString());
    assertArrayEquals(new float[] {4, 5, 255}, data.image(1).plane(0));
    assertEquals(7, data.label(0));
    assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), data.classes());
    assertThrows(IndexOutOfBoundsException.class, () -> data.image(2));
    assertThrows(IndexOutOfBoundsException.class, () -> data.label(-1));
  }

  @Test
  void idxSplits() throws IOException {
    write(TEST_IMAGES, idx(new int[] {2051, 1, 1, 1}, 1));
    write(TEST_LABELS, idx(new int[] {2049, 1}, 1));
    assertEquals(List.of("test"), Datasets.splits(folder));
    write("train-images-idx3-ubyte", idx(new int[] {2051, 1, 1, 1}, 9));
    write("train-labels-idx1-ubyte", idx(new int[] {2049, 1}, 1));
    assertEquals(List.of("train", "test"), Datasets.splits(folder));
    assertEquals(Optional.of("test"), Datasets.evaluationSplit(folder));
    assertEquals(Optional.of("train"), Datasets.trainingSplit(folder));
    assertEquals(9, Datasets.open(folder, "train").image(0).value(0, 0, 0));
    for (String split : new String[] {"test", "val", null}) {
      assertEquals(1, Datasets.open(folder, split).image(0).value(0, 0, 0));
    }
    assertTrue(
        error(() -> Datasets.open(folder, "holdout"))
            .endsWith(
                "found a data set with the splits train, test, expected one with the split"
                    + " \"holdout\""));
  }

  @Test
  void idxThatIsWrong() throws IOException {
    write(TEST_LABELS, idx(new int[] {2049, 2}, 7, 0));
    int[][] headers = {
      {2049, 2, 1, 3},
      {2051, 3, 1, 2},
      {2051, -1, 1, 3},
      {2051, 2, 1, 4},
      {2051, 2, 1, 2},
      {2051, 60000, 60000, 60000},
      {2051, 2, 30000, 30000},
      {2051, 2, 0, 0}
    };
    for (int[] header : headers) {
      for (boolean zipped : new boolean[] {false, true}) {
        byte[] content = idx(header, 1, 2, 3, 4, 5, 6);
        write(TEST_IMAGES, zipped ? gzip(content) : content);
        error(() -> Datasets.open(folder, "test"));
      }
    }
    byte[] zipped = gzip(idx(new int[] {2051, 2, 1, 3}, 1, 2, 3, 4, 5, 6));
    for (int length = 0; length < zipped.length; length += 5) {
      write(TEST_IMAGES, Arrays.copyOf(zipped, length));
      error(() -> Datasets.open(folder, "test"));
    }
    Files.delete(folder.resolve(TEST_LABELS));
    assertTrue(error(() -> Datasets.open(folder, "test")).contains("images but no labels"));
  }

  // ---- CIFAR

  private static byte[] cifarRecord(int label, int red, int green, int blue) {
    byte[] record = new byte[3073];
    record[0] = (byte) label;
    Arrays.fill(record, 1, 1025, (byte) red);
    Arrays.fill(record, 1025, 2049, (byte) green);
    Arrays.fill(record, 2049, 3073, (byte) blue);
    return record;
  }

  @Test
  void cifar() throws IOException {
    write("data_batch_2.bin.gz", gzip(cifarRecord(9, 1, 2, 200)));
    write("data_batch_1.bin", cifarRecord(0, 4, 5, 6));
    write("test_batch.bin", cifarRecord(3, 7, 8, 9));
    assertEquals(Layout.CIFAR, Datasets.detect(folder));
    ClassificationDataset train = Datasets.openClassification(folder, "train");
    assertEquals(2, train.size());
    assertEquals("32 x 32, 3 channels, UINT8", train.image(1).toString());
    assertEquals(200, train.image(1).value(2, 31, 31));
    assertEquals("truck", train.classes().get(train.label(1)));
    assertEquals(3, Datasets.openClassification(folder, null).label(0));
    write("test_batch.bin", new byte[3072]);
    assertTrue(
        error(() -> Datasets.open(folder, "test")).contains("found 0 records and 3072 bytes"));
    write("test_batch.bin", cifarRecord(10, 0, 0, 0));
    assertTrue(error(() -> Datasets.open(folder, "test")).contains("found the label 10"));
    write("test_batch.bin", new byte[0]);
    error(() -> Datasets.open(folder, "test"));
  }

  // ---- class folders

  @Test
  void classFolders() throws IOException {
    writeImage("cat/b.png", 1);
    writeImage("cat/a.png", 2);
    writeImage("ant/z.png", 3);
    write("cat/notes.txt", new byte[1]);
    write(".hidden/x.png", new byte[1]);
    assertEquals(Layout.CLASS_FOLDERS, Datasets.detect(folder));
    ClassificationDataset data = Datasets.openClassification(folder, null);
    assertEquals(List.of("ant", "cat"), data.classes());
    assertEquals(3, data.size());
    assertEquals(3, data.image(0).value(0, 0, 0));
    assertEquals(2, data.image(1).value(0, 0, 0));
    assertEquals(1, data.label(2));
    assertTrue(data.name(2).endsWith("b.png"), data.name(2));
    assertEquals(Optional.empty(), Datasets.evaluationSplit(folder));
    assertTrue(
        error(() -> Datasets.open(folder, "val")).contains("found a data set without splits"));
    assertTrue(
        error(() -> Datasets.openSegmentation(folder, null)).contains("images of one class"));
    Files.createDirectory(folder.resolve("empty"));
    assertTrue(error(() -> Datasets.open(folder, null)).contains("no image"));
  }

  @Test
  void classFoldersInSplits() throws IOException {
    for (String split : new String[] {"train", "val"}) {
      writeImage(split + "/a/1.png", 1);
      writeImage(split + "/b/1.png", 2);
    }
    writeImage("train/b/2.png", 2);
    assertEquals(Layout.CLASS_FOLDERS, Datasets.detect(folder));
    assertEquals(List.of("train", "val"), Datasets.splits(folder));
    assertEquals(3, Datasets.open(folder, "train").size());
    assertEquals(2, Datasets.open(folder, null).size());
    assertEquals(2, Datasets.open(folder, "test").size());
    assertEquals(3, Datasets.open(folder.resolve("train"), null).size());
  }

  // ---- pairs

  private void writePairs() throws IOException {
    writeImage("images/a.png", 10, 20);
    writeImage("labels/a.png", 0, 1);
    writeImage("images/b.png", 30, 40);
    Files.createDirectories(folder.resolve("labels"));
    ImageWriter.writePng(
        folder.resolve("labels/b.png"), Image.ofUint16(2, 1, new short[] {300, 2}));
  }

  @Test
  void pairs() throws IOException {
    writePairs();
    assertEquals(Layout.LABEL_PAIRS, Datasets.detect(folder));
    assertEquals(List.of(), Datasets.splits(folder));
    SegmentationDataset data = Datasets.openSegmentation(folder, null);
    assertEquals(2, data.size());
    assertEquals("b", data.name(1));
    assertArrayEquals(new int[] {300, 2}, data.sample(1).labels());
    assertArrayEquals(new float[] {30, 40}, data.sample(1).image().plane(0));
    assertTrue(
        error(() -> Datasets.openClassification(folder, null)).contains("images with label"));
  }

  @Test
  void pairsBySplitFile() throws IOException {
    writePairs();
    Files.writeString(folder.resolve("train.txt"), "a\n\n");
    Files.writeString(folder.resolve("val.txt"), " b \r\n");
    assertEquals(List.of("train", "val"), Datasets.splits(folder));
    assertEquals("a", Datasets.open(folder, "train").name(0));
    assertEquals(1, Datasets.open(folder, "val").size());
    assertEquals("b", Datasets.open(folder, "test").name(0));
    assertEquals(2, Datasets.open(folder, null).size());
    assertEquals("b", Datasets.open(folder.resolve("val"), null).name(0));
    Files.writeString(folder.resolve("val.txt"), "../secret");
    assertEquals(
        folder.resolve("val.txt")
            + ": found the name \"../secret\", expected names of images in "
            + folder.resolve("images"),
        error(() -> Datasets.open(folder, "val")));
    Files.writeString(folder.resolve("val.txt"), "a\na");
    error(() -> Datasets.open(folder, "val"));
    Files.write(folder.resolve("val.txt"), new byte[] {(byte) 0xff, (byte) 0xfe});
    error(() -> Datasets.open(folder, "val"));
    Files.writeString(folder.resolve("val.txt"), "\n");
    error(() -> Datasets.open(folder, "val"));
  }

  @Test
  void pairsThatDoNotFit() throws IOException {
    writePairs();
    writeImage("labels/a.png", 0, 1, 2);
    SegmentationDataset data = Datasets.openSegmentation(folder, null);
    assertEquals(
        folder.resolve("labels/a.png")
            + ": found 3 x 1 pixels, expected 2 x 1 as in "
            + folder.resolve("images/a.png"),
        error(() -> data.sample(0)));
    byte[] plane = {1, 2};
    ImageWriter.writePng(folder.resolve("labels/a.png"), Image.ofUint8(2, 1, plane, plane, plane));
    assertTrue(error(() -> data.sample(0)).contains("found 3 channels"));
    Files.delete(folder.resolve("labels/a.png"));
    ImageWriter.writeTiff(
        folder.resolve("labels/a.tif"), Image.ofFloat32(2, 1, new float[] {0, 1.5f}));
    assertTrue(
        error(() -> Datasets.openSegmentation(folder, null).sample(0)).contains("value 1.5"));
    writeImage("labels/a.png", 0, 1);
    assertTrue(error(() -> Datasets.open(folder, null)).contains("another file of the same name"));
    Files.delete(folder.resolve("labels/a.tif"));
    Files.delete(folder.resolve("labels/a.png"));
    assertTrue(error(() -> Datasets.open(folder, null)).contains("no label image for it"));
  }

  @Test
  void whatIsNoDataSet() throws IOException {
    assertTrue(error(() -> Datasets.detect(folder)).contains("found an empty folder"));
    write("readme.txt", new byte[1]);
    Files.createDirectory(folder.resolve("annotations"));
    assertTrue(
        error(() -> Datasets.detect(folder))
            .contains("found a folder with annotations, readme.txt, expected a data set: "));
    assertTrue(
        error(() -> Datasets.detect(folder.resolve("none"))).contains("found no such folder"));
    assertTrue(error(() -> Datasets.detect(folder.resolve("readme.txt"))).contains("found a file"));
  }
}
