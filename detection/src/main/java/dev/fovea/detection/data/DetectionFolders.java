package dev.fovea.detection.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Opens a data set of boxes by the folder or file it lies in:
 *
 * <ul>
 *   <li>YOLO: {@code data.yaml}, or the folder with it;
 *   <li>COCO: a JSON file, or a folder with {@code annotations/name.json} or {@code name.json} for
 *       each split, also as COCO names them, {@code instances_train2017.json};
 *   <li>Pascal VOC: a folder with XML files, in {@code annotations/} or {@code Annotations/} or
 *       beside the pictures; a split is a list of stems, {@code train.txt}, also in {@code
 *       ImageSets/Main/}.
 * </ul>
 *
 * <p>Pictures lie in {@code images/} or {@code JPEGImages/}, for COCO also in a folder named after
 * the split, or beside the annotations. Stateless and thread-safe.
 */
public final class DetectionFolders {
  private static final long MAX_LIST_BYTES = 64L << 20;
  private static final String JSON = ".json";
  private static final String XML = ".xml";
  private static final List<String> PICTURES = List.of("images", "JPEGImages");
  private static final List<String> ANNOTATIONS = List.of("annotations", "Annotations");

  private DetectionFolders() {}

  /**
   * Whether a folder or file looks like such a data set; nothing is read but names.
   *
   * @throws IOException if the folder cannot be listed
   */
  public static boolean looksLikeOne(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      return Files.isRegularFile(place.resolve("data.yaml"))
          || hasAnnotations(place)
          || contains(place, XML);
    }
    return isYaml(place) || place.toString().endsWith(JSON);
  }

  private static boolean hasAnnotations(Path folder) throws IOException {
    for (String name : ANNOTATIONS) {
      Path inner = folder.resolve(name);
      if (Files.isDirectory(inner) && (contains(inner, XML) || contains(inner, JSON))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads one split.
   *
   * @param split such as {@code train} or {@code val}; empty for all there is
   * @throws IOException if there is none, or it cannot be read; one line
   */
  public static PictureSet read(Path place, String split) throws IOException {
    if (isYaml(place) || Files.isRegularFile(place.resolve("data.yaml"))) {
      return yolo(isYaml(place) ? place : place.resolve("data.yaml"), split);
    }
    if (Files.isRegularFile(place) && place.toString().endsWith(JSON)) {
      Path folder = place.toAbsolutePath().getParent();
      boolean inner = ANNOTATIONS.contains(String.valueOf(folder.getFileName()));
      return coco(place, inner ? folder.getParent() : folder, "");
    }
    if (!Files.isDirectory(place)) {
      throw DataFiles.error(
          place,
          Files.exists(place) ? "another file" : "nothing",
          "data.yaml, a JSON file of COCO, or a folder");
    }
    Path annotations = annotations(place);
    return contains(annotations, XML) ? voc(place, annotations, split) : coco(place, split);
  }

  /** Whether {@link #read} would find a split of this name. */
  public static boolean hasSplit(Path place, String split) throws IOException {
    if (isYaml(place) || Files.isRegularFile(place.resolve("data.yaml"))) {
      Path yaml = isYaml(place) ? place : place.resolve("data.yaml");
      return YoloYaml.read(yaml).text(split).isPresent();
    }
    if (!Files.isDirectory(place)) {
      return false;
    }
    return list(place, split).isPresent() || json(place, split).isPresent();
  }

  private static boolean isYaml(Path place) {
    String name = place.toString();
    return Files.isRegularFile(place) && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }

  private static Path annotations(Path folder) {
    return ANNOTATIONS.stream()
        .map(folder::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(folder);
  }

  private static boolean contains(Path folder, String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(extension));
    }
  }

  private static Path pictures(Path folder, String... others) {
    return Stream.concat(PICTURES.stream(), Stream.of(others))
        .filter(name -> !name.isEmpty())
        .map(folder::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(folder);
  }

  private static PictureSet yolo(Path yaml, String split) throws IOException {
    YoloYaml description = YoloYaml.read(yaml);
    if (!split.isEmpty()) {
      Optional<String> folder = description.text(split);
      return new PictureSet(
          YoloTxt.read(yaml, split), description.root().resolve(folder.orElse("")));
    }
    List<String> parts = new ArrayList<>();
    for (String part : List.of("train", "val", "test")) {
      if (description.text(part).isPresent()) {
        parts.add(part);
      }
    }
    if (parts.size() != 1) {
      throw DataFiles.error(yaml, "the parts " + parts, "the name of one to be read");
    }
    return yolo(yaml, parts.get(0));
  }

  private static PictureSet coco(Path folder, String split) throws IOException {
    Path file =
        json(folder, split)
            .orElseThrow(
                () ->
                    DataFiles.error(
                        folder,
                        "no annotations" + (split.isEmpty() ? "" : " of a split '" + split + "'"),
                        "one JSON file, or XML files, in the folder or in its annotations"));
    return coco(file, folder, split);
  }

  private static PictureSet coco(Path file, Path folder, String split) throws IOException {
    return new PictureSet(CocoJson.read(file), pictures(folder, split, split + "2017"));
  }

  /** The JSON file of a split; without one, the only file. */
  private static Optional<Path> json(Path folder, String split) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path place : List.of(annotations(folder), folder)) {
      files.addAll(DataFiles.list(place, file -> file.toString().endsWith(JSON)));
    }
    List<Path> distinct = files.stream().distinct().toList();
    if (split.isEmpty()) {
      return distinct.size() == 1 ? Optional.of(distinct.get(0)) : Optional.empty();
    }
    return distinct.stream()
        .filter(
            file ->
                file.getFileName()
                    .toString()
                    .matches(
                        "(instances_)?" + java.util.regex.Pattern.quote(split) + "[0-9]*\\.json"))
        .findFirst();
  }

  /** The list of a split. */
  private static Optional<Path> list(Path folder, String split) {
    return Stream.of(folder, folder.resolve("ImageSets").resolve("Main"))
        .map(place -> place.resolve(split + ".txt"))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** All files are read for their classes, which are the same in every split then. */
  private static PictureSet voc(Path folder, Path annotations, String split) throws IOException {
    DetectionDataset all = new VocXml(VocXml.Frame.AS_WRITTEN).read(annotations);
    Path pictures = pictures(folder);
    if (split.isEmpty()) {
      return new PictureSet(all, pictures);
    }
    Path list =
        list(folder, split)
            .orElseThrow(
                () ->
                    DataFiles.error(
                        folder, "no list " + split + ".txt", "one with the stems of the split"));
    Set<String> stems = new HashSet<>();
    String text = new String(DataFiles.read(list, MAX_LIST_BYTES), StandardCharsets.UTF_8);
    text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(stems::add);
    List<DetectionDataset.Picture> kept =
        all.pictures().stream().filter(p -> stems.contains(DataFiles.stem(p.file()))).toList();
    if (kept.isEmpty()) {
      throw DataFiles.error(list, "no picture that " + annotations + " has", "stems of its files");
    }
    return new PictureSet(new DetectionDataset(all.classes(), all.declared(), kept), pictures);
  }
}
