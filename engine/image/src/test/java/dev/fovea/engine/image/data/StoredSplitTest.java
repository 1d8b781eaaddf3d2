package dev.fovea.engine.image.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredSplitTest {
  @TempDir Path folder;

  /** Three quarters of the first class. */
  private record Named(int size) implements ClassificationDataset {
    @Override
    public String name(int i) {
      return "folder/übung " + i + ".png";
    }

    @Override
    public Image image(int i) {
      return Image.ofUint8(1, 1, new byte[1]);
    }

    @Override
    public List<String> classes() {
      return List.of("often", "seldom");
    }

    @Override
    public int label(int i) {
      return i % 4 == 3 ? 1 : 0;
    }
  }

  private static long seldom(Named data, int[] part) {
    return Arrays.stream(part).filter(i -> data.label(i) == 1).count();
  }

  @Test
  void everyPartHasItsShareOfEachClass() {
    Named data = new Named(80);
    StoredSplit split = StoredSplit.stratified(data, 0.2, 0.1, 3);
    assertEquals(16, split.validation().length);
    assertEquals(8, split.test().length);
    assertEquals(4, seldom(data, split.validation()));
    assertEquals(2, seldom(data, split.test()));
    int[] all =
        Stream.of(split.training(), split.validation(), split.test())
            .flatMapToInt(Arrays::stream)
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 80).toArray(), all);
  }

  @Test
  void theSeedDecides() {
    Named data = new Named(40);
    int[] first = StoredSplit.stratified(data, 0.25, 0, 1).validation();
    assertArrayEquals(first, StoredSplit.stratified(data, 0.25, 0, 1).validation());
    assertFalse(Arrays.equals(first, StoredSplit.stratified(data, 0.25, 0, 2).validation()));
    assertThrows(IllegalArgumentException.class, () -> StoredSplit.stratified(data, 0.5, 0.5, 1));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Named data = new Named(40);
    StoredSplit split = StoredSplit.stratified(data, 0.25, 0.1, 1);
    Path file = folder.resolve("split.tsv");
    split.write(file, data, "seed 1\nand more");
    StoredSplit read = StoredSplit.read(file, data);
    assertArrayEquals(split.training(), read.training());
    assertArrayEquals(split.validation(), read.validation());
    assertArrayEquals(split.test(), read.test());
  }

  @Test
  void aSplitOfOtherImagesIsRefused() throws IOException {
    Path file = folder.resolve("split.tsv");
    StoredSplit.stratified(new Named(8), 0.25, 0, 1).write(file, new Named(8), "");
    assertTrue(refusal(file, new Named(9)).contains("no line for 1 images"));
    assertTrue(refusal(file, new Named(7)).contains("übung 7.png"));
    Files.writeString(file, "train\tfolder/übung 0.png\ntrain\tfolder/übung 0.png\n");
    assertTrue(refusal(file, new Named(2)).contains("once"));
    Files.writeString(file, "holdout\tx\n");
    assertTrue(refusal(file, new Named(2)).contains("train, val or test"));
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertTrue(refusal(file, new Named(2)).contains("UTF-8"));
  }

  private static String refusal(Path file, Named data) {
    return assertThrows(ImageFormatException.class, () -> StoredSplit.read(file, data))
        .getMessage();
  }
}
