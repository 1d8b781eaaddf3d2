package dev.fovea.engine.image.data;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A folder with {@code images/} and {@code labels/}; an image and its label image have the same
 * name but for the extension. Sorted by name, or in the order of a split file. Files are read when
 * they are asked for.
 */
public final class LabelPairsDataset implements SegmentationDataset {
  static final String IMAGES = "images";
  static final String LABELS = "labels";

  /** Far more than a list of file names needs. */
  private static final long MAX_SPLIT_BYTES = 1L << 28;

  private record Pair(Path image, Path labels) {}

  private final List<Pair> pairs;

  private LabelPairsDataset(List<Pair> pairs) {
    this.pairs = List.copyOf(pairs);
  }

  /**
   * Lists all pairs of the folder; no image is read yet.
   *
   * @throws ImageFormatException if there is no image, an image has no labels, or two have the same
   *     name
   * @throws IOException if a folder cannot be listed
   */
  public static LabelPairsDataset open(Path folder) throws IOException {
    return new LabelPairsDataset(List.copyOf(pairs(folder).values()));
  }

  /**
   * The pairs that a file names: one name (without extension) a line, blank lines ignored.
   *
   * @throws ImageFormatException also if the file names an image twice or one that is not there
   * @throws IOException if a file cannot be read
   */
  public static LabelPairsDataset open(Path folder, Path splitFile) throws IOException {
    Map<String, Pair> all = pairs(folder);
    List<Pair> chosen = new ArrayList<>();
    for (String name : names(splitFile)) {
      Pair pair = all.get(name);
      if (pair == null) {
        throw new ImageFormatException(
            splitFile, "the name \"" + name + "\"", "names of images in " + folder.resolve(IMAGES));
      }
      chosen.add(pair);
    }
    if (chosen.isEmpty()) {
      throw new ImageFormatException(splitFile, "no name", "the name of an image in each line");
    }
    return new LabelPairsDataset(chosen);
  }

  private static Set<String> names(Path splitFile) throws IOException {
    if (Files.size(splitFile) > MAX_SPLIT_BYTES) {
      throw new ImageFormatException(
          splitFile, "a file of " + Files.size(splitFile) + " bytes", "a list of names");
    }
    Set<String> names = new LinkedHashSet<>();
    try {
      for (String line : Files.readAllLines(splitFile)) {
        String name = line.strip();
        if (!name.isEmpty() && !names.add(name)) {
          throw new ImageFormatException(splitFile, "\"" + name + "\" twice", "each name once");
        }
      }
    } catch (MalformedInputException e) {
      throw new ImageFormatException(splitFile, "no UTF-8 text", "a list of names", e);
    }
    return names;
  }

  private static Map<String, Pair> pairs(Path folder) throws IOException {
    Map<String, Path> images = byStem(folder.resolve(IMAGES));
    Map<String, Path> labels = byStem(folder.resolve(LABELS));
    if (images.isEmpty()) {
      throw new ImageFormatException(folder.resolve(IMAGES), "no image", "at least one");
    }
    Map<String, Pair> pairs = new TreeMap<>();
    for (Map.Entry<String, Path> image : images.entrySet()) {
      Path label = labels.get(image.getKey());
      if (label == null) {
        throw new ImageFormatException(
            image.getValue(),
            "no label image for it",
            "one named " + image.getKey() + " in " + folder.resolve(LABELS));
      }
      pairs.put(image.getKey(), new Pair(image.getValue(), label));
    }
    return pairs;
  }

  private static Map<String, Path> byStem(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    for (Path file : ImageFolders.images(folder)) {
      Path other = files.put(ImageFolders.stem(file), file);
      if (other != null) {
        throw new ImageFormatException(
            file, "another file of the same name, " + other.getFileName(), "one of each name");
      }
    }
    return files;
  }

  @Override
  public int size() {
    return pairs.size();
  }

  @Override
  public String name(int i) {
    return ImageFolders.stem(pairs.get(i).image());
  }

  @Override
  public Image image(int i) throws IOException {
    return ImageReader.read(pairs.get(i).image());
  }

  @Override
  public Sample sample(int i) throws IOException {
    Pair pair = pairs.get(i);
    Image image = ImageReader.read(pair.image());
    Image labels = ImageReader.read(pair.labels());
    if (labels.width() != image.width() || labels.height() != image.height()) {
      throw new ImageFormatException(
          pair.labels(),
          labels.width() + " x " + labels.height() + " pixels",
          image.width() + " x " + image.height() + " as in " + pair.image());
    }
    return new Sample(image, toLabels(labels, pair.labels()));
  }

  private static int[] toLabels(Image image, Path file) throws ImageFormatException {
    if (image.channels() != 1) {
      throw new ImageFormatException(file, image.channels() + " channels", "one channel of labels");
    }
    float[] values = image.plane(0);
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) values[i];
      if (labels[i] != values[i] || labels[i] < 0) {
        throw new ImageFormatException(
            file, "the value " + values[i], "whole numbers from 0 as labels");
      }
    }
    return labels;
  }
}
