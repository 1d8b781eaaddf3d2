package dev.fovea.tasks;

import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.image.data.StoredSplit;
import dev.fovea.engine.zoo.search.Fold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The images of a data set by what the training of a classifier uses them for.
 *
 * @param fitted to train on
 * @param validation to choose the epoch by
 * @param test to be measured once at the end
 */
record ClassifierData(
    ClassificationDataset fitted, ClassificationDataset validation, TestImages test) {
  private static final double HELD_OUT = 0.1;
  private static final int MOST_HELD_OUT = 5000;
  private static final String VALIDATION = "val";
  private static final String TEST = "test";

  /** Opens test images when they are wanted: until then they need no memory. */
  @FunctionalInterface
  interface TestImages {
    /** The images, or nothing if there are none. */
    Optional<ClassificationDataset> open() throws IOException;
  }

  /**
   * Opens a data set. It is validated on its split {@code val}; without one, a tenth of the
   * training images (at most 5,000, chosen by the seed) is held out.
   */
  static ClassifierData open(Path folder, long seed) throws IOException {
    ClassificationDataset data = training(folder);
    if (Datasets.splits(folder).contains(VALIDATION)) {
      return new ClassifierData(
          Subset.of(data, Subset.all(data)),
          split(folder, VALIDATION, data.classes()),
          testImages(folder, data.classes()));
    }
    Subset.HoldOut parts = Subset.holdOut(data.size(), HELD_OUT, MOST_HELD_OUT, seed);
    return new ClassifierData(
        Subset.of(data, parts.training()),
        Subset.of(data, parts.validation()),
        testImages(folder, data.classes()));
  }

  /**
   * Opens a data set that is divided by a file. If there is no such file yet, a tenth of each class
   * is held out to validate on, another one to test on unless the data set has a split {@code
   * test}, chosen by the seed, and the file is written.
   *
   * @throws IllegalArgumentException if the data set has a split {@code val} of its own, or the
   *     file leaves nothing to train or to validate on
   * @throws IOException if a file cannot be read or written, or does not belong to the data set
   */
  static ClassifierData open(Path folder, Path file, long seed) throws IOException {
    ClassificationDataset data = training(folder);
    if (Datasets.splits(folder).contains(VALIDATION)) {
      throw new IllegalArgumentException(
          file
              + ": found the split '"
              + VALIDATION
              + "' in "
              + folder
              + ", expected none of its own");
    }
    boolean hasTest = Datasets.splits(folder).contains(TEST);
    // The file may be used where the data set lies elsewhere.
    ClassificationDataset named = Subset.named(data, folder);
    StoredSplit split;
    if (Files.exists(file)) {
      split = StoredSplit.read(file, named);
    } else {
      split = StoredSplit.stratified(data, HELD_OUT, hasTest ? 0 : HELD_OUT, seed);
      check(file, split);
      TrainingOptions.prepareFile(file);
      split.write(file, named, "chosen by the seed " + seed);
    }
    check(file, split);
    return new ClassifierData(
        Subset.of(data, split.training()),
        Subset.of(data, split.validation()),
        split.test().length == 0
            ? testImages(folder, data.classes())
            : () -> Optional.of(Subset.of(data, split.test())));
  }

  private static void check(Path file, StoredSplit split) {
    if (split.training().length == 0 || split.validation().length == 0) {
      throw new IllegalArgumentException(
          file
              + ": found "
              + split.training().length
              + " images to train on and "
              + split.validation().length
              + " to validate on, expected one or more of each");
    }
  }

  /**
   * The data set for measurements that are repeated; test images play no part.
   *
   * @param folds rounds of a cross-validation over the training images; 0 for one round, as from
   *     {@link #open(Path, long)}
   * @param most most images to use, evenly chosen, validation included; 0 for all
   */
  static List<ClassifierData> rounds(Path folder, int folds, int most, long seed)
      throws IOException {
    if (folds == 0) {
      ClassifierData data = open(folder, seed);
      double all = (double) data.fitted.size() + data.validation.size();
      double share = most == 0 || most > all ? 1 : most / all;
      return List.of(
          new ClassifierData(
              limited(data.fitted, share), limited(data.validation, share), data.test));
    }
    ClassificationDataset whole = training(folder);
    ClassificationDataset data =
        limited(whole, most == 0 ? 1 : Math.min(1, (double) most / whole.size()));
    TestImages test = testImages(folder, data.classes());
    return Fold.of(data.size(), folds, seed).stream()
        .map(
            fold ->
                new ClassifierData(
                    Subset.of(data, fold.training()), Subset.of(data, fold.validation()), test))
        .toList();
  }

  /** A share of a data set, one image at least, evenly spread: classes often lie one by one. */
  private static ClassificationDataset limited(ClassificationDataset data, double share) {
    int count = (int) Math.max(1, Math.round(share * data.size()));
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = (int) ((long) i * data.size() / count);
    }
    return Subset.of(data, chosen);
  }

  private static ClassificationDataset training(Path folder) throws IOException {
    DetectionLayout.refuse(folder);
    return Datasets.openClassification(folder, Datasets.trainingSplit(folder).orElse(null));
  }

  private static TestImages testImages(Path folder, List<String> classes) throws IOException {
    boolean has = Datasets.splits(folder).contains(TEST);
    return () -> has ? Optional.of(split(folder, TEST, classes)) : Optional.empty();
  }

  /** A split with the class indices of the training split: it may lack a class. */
  private static ClassificationDataset split(Path folder, String name, List<String> classes)
      throws IOException {
    return Subset.withClasses(
        Datasets.openClassification(folder, name), classes, folder.toString());
  }

  /** Names of the classes. */
  List<String> classes() {
    return fitted.classes();
  }

  /** Channels of the images as they are stored, by the first one. */
  int channels() throws IOException {
    return fitted.image(0).channels();
  }
}
