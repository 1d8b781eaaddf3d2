package dev.fovea.engine.image.data;

import dev.fovea.engine.image.ImageFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Opens a data set by its folder.
 *
 * <p>A data set may be divided into splits, {@code train}, {@code val} and {@code test}: by the
 * files it has (MNIST, CIFAR-10), by {@code train.txt} and so on, which list names (image and label
 * pairs), or by sub-folders {@code train/} and so on, each of which is a data set of its own.
 */
public final class Datasets {
  private static final List<String> SPLITS = List.of("train", "val", "test");
  private static final String TRAIN = "train";

  private Datasets() {}

  /** The ways in which data sets lie on disk. */
  public enum Layout {
    /** The idx files of MNIST: {@code train-images-idx3-ubyte.gz} and its like. */
    IDX,
    /** The binary batches of CIFAR-10: {@code data_batch_1.bin.gz} and its like. */
    CIFAR,
    /** {@code images/} and {@code labels/} with equal names. */
    LABEL_PAIRS,
    /** A sub-folder with images for each class. */
    CLASS_FOLDERS
  }

  /**
   * Recognises the layout of a folder, also if it is divided into sub-folders for its splits.
   *
   * @throws ImageFormatException if there is no such folder or it has none of the layouts
   * @throws IOException if it cannot be listed
   */
  public static Layout detect(Path folder) throws IOException {
    requireFolder(folder);
    Optional<Layout> own = layout(folder);
    if (own.isPresent()) {
      return own.get();
    }
    for (String split : SPLITS) {
      if (Files.isDirectory(folder.resolve(split))) {
        Optional<Layout> inner = layout(folder.resolve(split));
        if (inner.isPresent()) {
          return inner.get();
        }
      }
    }
    throw new ImageFormatException(
        folder,
        contents(folder),
        "a data set: MNIST idx files, CIFAR-10 .bin files, folders images and labels, or a folder"
            + " of images for each class");
  }

  /** The layout of the folder itself. */
  private static Optional<Layout> layout(Path folder) throws IOException {
    if (idx(folder, "train").isPresent() || idx(folder, "t10k").isPresent()) {
      return Optional.of(Layout.IDX);
    }
    if (!cifar(folder, true).isEmpty() || !cifar(folder, false).isEmpty()) {
      return Optional.of(Layout.CIFAR);
    }
    if (Files.isDirectory(folder.resolve(LabelPairsDataset.IMAGES))
        && Files.isDirectory(folder.resolve(LabelPairsDataset.LABELS))) {
      return Optional.of(Layout.LABEL_PAIRS);
    }
    List<Path> subs = ImageFolders.folders(folder);
    boolean splits = subs.stream().anyMatch(sub -> SPLITS.contains(sub.getFileName().toString()));
    int withImages = 0;
    for (Path sub : subs) {
      withImages += ImageFolders.images(sub).isEmpty() ? 0 : 1;
    }
    return !splits && withImages >= 2 ? Optional.of(Layout.CLASS_FOLDERS) : Optional.empty();
  }

  /** What lies in a folder that is no data set, for the message. */
  private static String contents(Path folder) throws IOException {
    List<String> names;
    try (Stream<Path> entries = Files.list(folder)) {
      names = entries.map(path -> path.getFileName().toString()).sorted().limit(6).toList();
    }
    return names.isEmpty() ? "an empty folder" : "a folder with " + String.join(", ", names);
  }

  private static void requireFolder(Path folder) throws ImageFormatException {
    if (!Files.isDirectory(folder)) {
      throw new ImageFormatException(
          folder, Files.exists(folder) ? "a file" : "no such folder", "the folder of a data set");
    }
  }

  /**
   * The splits that a data set has, a part of {@code train}, {@code val}, {@code test} in this
   * order; empty if it is not divided.
   *
   * @throws IOException as {@link #detect}
   */
  public static List<String> splits(Path folder) throws IOException {
    Layout layout = detect(folder);
    boolean own = layout(folder).isPresent();
    List<String> found = new ArrayList<>();
    for (String split : SPLITS) {
      boolean has;
      if (!own) {
        has = Files.isDirectory(folder.resolve(split));
      } else {
        has =
            switch (layout) {
              case IDX -> !split.equals("val") && idx(folder, idxPrefix(split)).isPresent();
              case CIFAR -> !split.equals("val") && !cifar(folder, split.equals(TRAIN)).isEmpty();
              case LABEL_PAIRS -> Files.isRegularFile(splitFile(folder, split));
              case CLASS_FOLDERS -> false;
            };
      }
      if (has) {
        found.add(split);
      }
    }
    return List.copyOf(found);
  }

  /**
   * The split on which a model is to be evaluated: {@code test}, else {@code val}, else nothing,
   * which means the whole data set.
   *
   * @throws IOException as {@link #detect}
   */
  public static Optional<String> evaluationSplit(Path folder) throws IOException {
    List<String> splits = splits(folder);
    return Stream.of("test", "val").filter(splits::contains).findFirst();
  }

  /**
   * The split on which a model is to be trained: {@code train}, or nothing, which means the whole
   * data set.
   *
   * @throws IOException as {@link #detect}
   */
  public static Optional<String> trainingSplit(Path folder) throws IOException {
    return splits(folder).contains(TRAIN) ? Optional.of(TRAIN) : Optional.empty();
  }

  /**
   * Opens a data set or one split of it.
   *
   * @param folder of the data set; also {@code <folder>/val} for the split {@code val} if there is
   *     no such folder and {@code split} is null
   * @param split {@code train}, {@code val} or {@code test}; {@code val} and {@code test} stand for
   *     each other where there is only one of them. Null for all pairs or class folders; of data
   *     sets in files or folders for each split, the one to evaluate on, else that to train on
   * @throws ImageFormatException if the folder is no data set, or has no such split
   * @throws IOException if a file or folder cannot be read
   */
  public static ImageDataset open(Path folder, String split) throws IOException {
    Path name = folder.getFileName();
    if (split == null
        && name != null
        && !Files.exists(folder)
        && SPLITS.contains(name.toString())
        && folder.toAbsolutePath().getParent() != null) {
      return open(folder.toAbsolutePath().getParent(), name.toString());
    }
    Layout layout = detect(folder);
    boolean own = layout(folder).isPresent();
    String chosen = chooseSplit(folder, split, own ? layout : null);
    if (!own) {
      return open(folder.resolve(chosen), null);
    }
    return switch (layout) {
      case IDX -> openIdx(folder, chosen);
      case CIFAR -> CifarDataset.read(cifar(folder, chosen.equals(TRAIN)));
      case LABEL_PAIRS ->
          chosen == null
              ? LabelPairsDataset.open(folder)
              : LabelPairsDataset.open(folder, splitFile(folder, chosen));
      case CLASS_FOLDERS -> ClassFoldersDataset.open(folder);
    };
  }

  /** A split that the data set has, or null for all of it. */
  private static String chooseSplit(Path folder, String split, Layout own) throws IOException {
    boolean whole = own == Layout.LABEL_PAIRS || own == Layout.CLASS_FOLDERS;
    List<String> splits = splits(folder);
    if (split == null) {
      return whole ? null : evaluationSplit(folder).orElse(TRAIN);
    }
    if (splits.contains(split)) {
      return split;
    }
    String other = split.equals("val") ? "test" : "val";
    if (!split.equals(TRAIN) && SPLITS.contains(split) && splits.contains(other)) {
      return other;
    }
    throw new ImageFormatException(
        folder,
        splits.isEmpty()
            ? "a data set without splits"
            : "a data set with the splits " + String.join(", ", splits),
        "one with the split \"" + split + "\"");
  }

  /**
   * As {@link #open}, for images of one class each.
   *
   * @throws ImageFormatException also if the data set is of another kind
   */
  public static ClassificationDataset openClassification(Path folder, String split)
      throws IOException {
    if (open(folder, split) instanceof ClassificationDataset dataset) {
      return dataset;
    }
    throw new ImageFormatException(
        folder, "images with label images", "a classification data set (one class an image)");
  }

  /**
   * As {@link #open}, for images with a label for every pixel.
   *
   * @throws ImageFormatException also if the data set is of another kind
   */
  public static SegmentationDataset openSegmentation(Path folder, String split) throws IOException {
    if (open(folder, split) instanceof SegmentationDataset dataset) {
      return dataset;
    }
    throw new ImageFormatException(
        folder, "images of one class each", "a segmentation data set (folders images and labels)");
  }

  private static Path splitFile(Path folder, String split) {
    return folder.resolve(split + ".txt");
  }

  private static String idxPrefix(String split) {
    return split.equals(TRAIN) ? "train" : "t10k";
  }

  private static ImageDataset openIdx(Path folder, String split) throws IOException {
    String prefix = idxPrefix(split);
    Path images =
        idx(folder, prefix)
            .orElseThrow(() -> new ImageFormatException(folder, "no images", prefix));
    Path labels =
        firstFile(folder, prefix + "-labels-idx1-ubyte", prefix + "-labels.idx1-ubyte")
            .orElseThrow(
                () ->
                    new ImageFormatException(
                        folder,
                        "images but no labels",
                        prefix + "-labels-idx1-ubyte or the same with .gz"));
    return IdxDataset.read(images, labels);
  }

  private static Optional<Path> idx(Path folder, String prefix) {
    return firstFile(folder, prefix + "-images-idx3-ubyte", prefix + "-images.idx3-ubyte");
  }

  /** CIFAR batches in their order: those to train on, or the one to test on. */
  private static List<Path> cifar(Path folder, boolean train) {
    List<Path> files = new ArrayList<>();
    for (int i = 1; train && i <= 5; i++) {
      firstFile(folder, "data_batch_" + i + ".bin").ifPresent(files::add);
    }
    if (!train) {
      firstFile(folder, "test_batch.bin").ifPresent(files::add);
    }
    return files;
  }

  /** The first of the names that is there, as it is or with {@code .gz}. */
  private static Optional<Path> firstFile(Path folder, String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name, name + ".gz"))
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
