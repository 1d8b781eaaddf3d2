package dev.fovea.engine.image.data;

import dev.fovea.engine.image.ImageFormatException;
import dev.fovea.engine.io.AtomicFiles;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which image of a data set is for training, validation and test, to be stored in a file and read
 * again years later, when the same images must stay apart. Immutable; the arrays are not to be
 * modified.
 *
 * <p>The file has a line {@code part TAB name} for each image, with the data set's names of its
 * images and parts {@code train}, {@code val}, {@code test}; lines that begin with {@code #} are
 * comments.
 *
 * @param training indices, ascending
 * @param validation indices, ascending
 * @param test indices, ascending
 */
public record StoredSplit(int[] training, int[] validation, int[] test) {
  private static final List<String> PARTS = List.of("train", "val", "test");
  private static final long MAX_BYTES = 1L << 28;

  /**
   * Divides a data set at random so that each part has its share of each class, up to rounding: of
   * every class {@code round(n * share)} images are for validation and test, the rest for training.
   *
   * @param validation share of the images to validate on, 0 or more
   * @param test share of the images to test on, 0 or more; both together below 1
   * @param seed decides
   */
  public static StoredSplit stratified(
      ClassificationDataset data, double validation, double test, long seed) {
    if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
      throw new IllegalArgumentException(
          "split: found shares "
              + validation
              + " and "
              + test
              + ", expected 0 or more and together below 1");
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Integer>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int label = 0; label < data.classes().size(); label++) {
      int wanted = label;
      int[] members =
          IntStream.range(0, data.size()).filter(i -> data.label(i) == wanted).toArray();
      shuffle(members, random);
      int forValidation = (int) Math.round(members.length * validation);
      int forTest = (int) Math.round(members.length * test);
      for (int i = 0; i < members.length; i++) {
        int part = i < forValidation ? 1 : i < forValidation + forTest ? 2 : 0;
        parts.get(part).add(members[i]);
      }
    }
    return of(parts);
  }

  /** Fisher-Yates. */
  private static void shuffle(int[] a, SplittableRandom random) {
    for (int i = a.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = a[i];
      a[i] = a[j];
      a[j] = kept;
    }
  }

  private static StoredSplit of(List<List<Integer>> parts) {
    return new StoredSplit(sorted(parts.get(0)), sorted(parts.get(1)), sorted(parts.get(2)));
  }

  private static int[] sorted(List<Integer> indices) {
    return indices.stream().mapToInt(i -> i).sorted().toArray();
  }

  /**
   * Writes the split; an existing file is replaced as a whole.
   *
   * @param data the data set that was divided
   * @param comment one line about where the split comes from, such as its seed
   * @throws IOException if the file cannot be written
   */
  public void write(Path file, ImageDataset data, String comment) throws IOException {
    StringBuilder text = new StringBuilder("# ").append(comment.replace('\n', ' ')).append('\n');
    List<int[]> parts = List.of(training, validation, test);
    for (int p = 0; p < parts.size(); p++) {
      String part = PARTS.get(p);
      text.append(
          Arrays.stream(parts.get(p))
              .mapToObj(i -> part + '\t' + data.name(i) + '\n')
              .collect(Collectors.joining()));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /**
   * Reads a split of a data set.
   *
   * @throws ImageFormatException if the file is no split, or does not name every image of the data
   *     set exactly once: images that came or went since mean that it is another data set
   * @throws IOException if the file cannot be read
   */
  public static StoredSplit read(Path file, ImageDataset data) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new ImageFormatException(file, "a file of " + Files.size(file) + " bytes", "a split");
    }
    Map<String, Integer> left = new HashMap<>();
    for (int i = 0; i < data.size(); i++) {
      left.put(data.name(i), i);
    }
    List<List<Integer>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (String line : lines(file)) {
      String[] fields = line.split("\t", 2);
      int part = PARTS.indexOf(fields[0]);
      if (part < 0 || fields.length != 2) {
        throw new ImageFormatException(
            file, "the line \"" + line + "\"", "train, val or test, a tab and a name");
      }
      Integer index = left.remove(fields[1]);
      if (index == null) {
        throw new ImageFormatException(
            file, "the name \"" + fields[1] + "\"", "each image of the data set once");
      }
      parts.get(part).add(index);
    }
    if (!left.isEmpty()) {
      throw new ImageFormatException(
          file,
          "no line for " + left.size() + " images, such as " + left.keySet().iterator().next(),
          "each image of the data set once");
    }
    return of(parts);
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (MalformedInputException e) {
      throw new ImageFormatException(file, "no UTF-8 text", "a split", e);
    }
  }
}
