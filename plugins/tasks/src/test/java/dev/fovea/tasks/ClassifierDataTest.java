package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.data.ClassificationDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a data set is divided, and that a stored division stays what it was. */
class ClassifierDataTest {
  private static final long SEED = 9;

  @TempDir Path root;
  private Path folder;
  private Path file;

  @BeforeEach
  void draw() throws IOException {
    folder = root.resolve("data");
    file = root.resolve("kept/split.txt");
    draw(folder, 20);
  }

  private static void draw(Path folder, int each) throws IOException {
    for (String name : List.of("dark", "light")) {
      Path sub = Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < each; i++) {
        byte[] pixels = new byte[16];
        java.util.Arrays.fill(pixels, (byte) (name.equals("dark") ? i : 255 - i));
        ImageWriter.writePng(sub.resolve(i + ".png"), Image.ofUint8(4, 4, pixels));
      }
    }
  }

  private static Set<String> names(ClassificationDataset data) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      names.add(data.name(i));
    }
    return names;
  }

  @Test
  void aSplitIsWrittenOnceAndReadFromThenOn() throws IOException {
    ClassifierData first = ClassifierData.open(folder, file, SEED);
    assertTrue(Files.readString(file).contains("\tdark/0.png"), "names below the folder");
    assertEquals(32, first.fitted().size());
    assertEquals(4, first.validation().size());
    ClassificationDataset test = first.test().open().orElseThrow();
    assertEquals(4, test.size());
    Set<String> all = names(first.fitted());
    all.addAll(names(first.validation()));
    all.addAll(names(test));
    assertEquals(40, all.size(), "no image is in two parts");

    ClassifierData again = ClassifierData.open(folder, file, SEED + 1);
    assertEquals(names(first.fitted()), names(again.fitted()), "the file decides, not the seed");
    assertEquals(names(test), names(again.test().open().orElseThrow()));
  }

  @Test
  void aSplitGoesWithADataSetThatHasMoved() throws IOException {
    int before = ClassifierData.open(folder, file, SEED).fitted().size();
    Path moved = Files.move(folder, root.resolve("elsewhere"));
    assertEquals(before, ClassifierData.open(moved, file, SEED).fitted().size());
  }

  @Test
  void aSplitOfOtherImagesIsRefused() throws IOException {
    ClassifierData.open(folder, file, SEED);
    draw(folder, 21);
    ImageFormatException e =
        assertThrows(ImageFormatException.class, () -> ClassifierData.open(folder, file, SEED));
    assertTrue(e.getMessage().contains("split.txt"), e.getMessage());
    Files.writeString(file, "train\tdark/0.png\n");
    assertThrows(ImageFormatException.class, () -> ClassifierData.open(folder, file, SEED));
  }

  @Test
  void aSplitWithNothingToTrainOnIsRefused() throws IOException {
    ClassifierData.open(folder, file, SEED);
    Files.writeString(file, Files.readString(file).replace("train\t", "test\t"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ClassifierData.open(folder, file, SEED));
    assertTrue(e.getMessage().contains("found 0 images to train on"), e.getMessage());
  }

  @Test
  void aDataSetTooSmallToBeDividedLeavesNoFile() throws IOException {
    Path small = root.resolve("small");
    draw(small, 2);
    assertThrows(IllegalArgumentException.class, () -> ClassifierData.open(small, file, SEED));
    assertFalse(Files.exists(file));
  }

  @Test
  void aDataSetWithItsOwnValidationImagesTakesNoFile() throws IOException {
    Path divided = root.resolve("divided");
    draw(divided.resolve("train"), 3);
    draw(divided.resolve("val"), 2);
    assertThrows(IllegalArgumentException.class, () -> ClassifierData.open(divided, file, SEED));
    assertEquals(4, ClassifierData.open(divided, SEED).validation().size());
    assertTrue(ClassifierData.open(divided, SEED).test().open().isEmpty());
  }

  @Test
  void aTestSplitOfTheDataSetStaysTheTestSplit() throws IOException {
    Path divided = root.resolve("divided");
    draw(divided.resolve("train"), 20);
    draw(divided.resolve("test"), 3);
    ClassifierData data = ClassifierData.open(divided, file, SEED);
    assertEquals(36, data.fitted().size());
    assertEquals(6, data.test().open().orElseThrow().size());
  }
}
