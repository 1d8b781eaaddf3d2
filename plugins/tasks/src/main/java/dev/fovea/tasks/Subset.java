package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.ImageDataset;
import dev.fovea.engine.image.data.SegmentationDataset;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Parts of data sets. Pictures that are neither grey nor colour are refused by name. */
final class Subset {
  private Subset() {}

  /** Indices of the part to train on and of the part held out to validate on, both ascending. */
  record HoldOut(int[] training, int[] validation) {}

  /**
   * Holds out a random part of {@code size} items, one at least.
   *
   * @throws IllegalArgumentException if there are fewer than two
   */
  static HoldOut holdOut(int size, double share, int most, long seed) {
    if (size < 2) {
      throw new IllegalArgumentException(
          "training data: found " + size + " images, expected 2 or more, as one part validates");
    }
    int held = (int) Math.max(1, Math.min(most, Math.round(size * share)));
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = IntStream.range(0, size).toArray();
    for (int i = 0; i < held; i++) {
      int j = i + random.nextInt(size - i);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    int[] validation = Arrays.copyOf(order, held);
    int[] training = Arrays.copyOfRange(order, held, size);
    Arrays.sort(validation);
    Arrays.sort(training);
    return new HoldOut(training, validation);
  }

  /** All indices of a data set. */
  static int[] all(ImageDataset data) {
    return IntStream.range(0, data.size()).toArray();
  }

  /**
   * The items at {@code indices}, with other labels.
   *
   * @param newLabels for each label of the data set the one in {@code classes}
   */
  static ClassificationDataset of(
      ClassificationDataset data, int[] indices, List<String> classes, int[] newLabels) {
    return new Classified(data, indices, classes, newLabels);
  }

  /** The items at {@code indices}. */
  static ClassificationDataset of(ClassificationDataset data, int[] indices) {
    int[] same = IntStream.range(0, data.classes().size()).toArray();
    return new Classified(data, indices, data.classes(), same);
  }

  /** The items at {@code indices}. */
  static SegmentationDataset of(SegmentationDataset data, int[] indices) {
    return new Labelled(data, indices);
  }

  /** The data set with labels that are indices into other classes of the same names. */
  static ClassificationDataset withClasses(
      ClassificationDataset data, List<String> classes, String place) {
    return of(data, all(data), classes, newLabels(data, classes, place));
  }

  /** The data set with names that begin below its folder, with {@code /} on every platform. */
  static ClassificationDataset named(ClassificationDataset data, Path folder) {
    return new Named(data, folder);
  }

  /** For each class of a data set its index among {@code classes} of a model. */
  static int[] newLabels(ClassificationDataset data, List<String> classes, String place) {
    int[] labels = new int[data.classes().size()];
    for (int i = 0; i < labels.length; i++) {
      String name = data.classes().get(i);
      labels[i] = classes.indexOf(name);
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            place
                + ": found the class '"
                + name
                + "', expected only classes of the model ("
                + shortList(classes)
                + ")");
      }
    }
    return labels;
  }

  private static String shortList(List<String> names) {
    int shown = Math.min(names.size(), 12);
    return String.join(", ", names.subList(0, shown)) + (shown < names.size() ? ", ..." : "");
  }

  private static Image checked(ImageDataset data, int i, Image image) throws IOException {
    if (image.channels() != 1 && image.channels() != 3) {
      throw new ImageFormatException(
          Path.of(data.name(i)), image.channels() + " channels", "1 (grey) or 3 (colour)");
    }
    return image;
  }

  private record Classified(
      ClassificationDataset data, int[] indices, List<String> classes, int[] newLabels)
      implements ClassificationDataset {
    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public String name(int i) {
      return data.name(indices[i]);
    }

    @Override
    public Image image(int i) throws IOException {
      return checked(data, indices[i], data.image(indices[i]));
    }

    @Override
    public int label(int i) {
      return newLabels[data.label(indices[i])];
    }
  }

  private record Named(ClassificationDataset data, Path folder) implements ClassificationDataset {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public String name(int i) {
      Path path = Path.of(data.name(i));
      Path inside = path.startsWith(folder) ? folder.relativize(path) : path;
      return inside.toString().replace(File.separatorChar, '/');
    }

    @Override
    public Image image(int i) throws IOException {
      return data.image(i);
    }

    @Override
    public List<String> classes() {
      return data.classes();
    }

    @Override
    public int label(int i) {
      return data.label(i);
    }
  }

  private record Labelled(SegmentationDataset data, int[] indices) implements SegmentationDataset {
    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public String name(int i) {
      return data.name(indices[i]);
    }

    @Override
    public Image image(int i) throws IOException {
      return checked(data, indices[i], data.image(indices[i]));
    }

    @Override
    public Sample sample(int i) throws IOException {
      Sample sample = data.sample(indices[i]);
      checked(data, indices[i], sample.image());
      return sample;
    }
  }
}
