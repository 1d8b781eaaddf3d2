package dev.fovea.detection.data;

import dev.fovea.detection.Annotation;
import java.util.HashSet;
import java.util.List;

/**
 * Pictures and the true objects in them, whatever format they came from. Immutable and thread-safe.
 *
 * @param classes names by label, each once
 * @param declared how many of them the data set declares; those after were only found at objects,
 *     by their name or as {@code #number}
 * @param pictures the pictures
 */
public record DetectionDataset(List<String> classes, int declared, List<Picture> pictures) {

  /**
   * A picture and its objects.
   *
   * @param file name of the image, maybe with folders before it, separated by slashes
   * @param width columns, 0 if the data set does not say
   * @param height rows, 0 if the data set does not say
   * @param annotations true objects
   */
  public record Picture(String file, int width, int height, List<Annotation> annotations) {

    /** Checks the numbers. */
    public Picture {
      annotations = List.copyOf(annotations);
      if (file.isEmpty() || width < 0 || height < 0) {
        throw new IllegalArgumentException(
            "picture '%s': found size %d x %d, expected a name and numbers from 0"
                .formatted(file, width, height));
      }
    }
  }

  /** Checks the labels. */
  public DetectionDataset {
    classes = List.copyOf(classes);
    pictures = List.copyOf(pictures);
    if (new HashSet<>(classes).size() != classes.size()
        || declared < 0
        || declared > classes.size()) {
      throw new IllegalArgumentException(
          "data set: found %d declared classes of %s, expected each name once"
              .formatted(declared, classes));
    }
    for (Picture picture : pictures) {
      for (Annotation annotation : picture.annotations()) {
        if (annotation.label() >= classes.size()) {
          throw new IllegalArgumentException(
              "%s: found label %d, expected below %d"
                  .formatted(picture.file(), annotation.label(), classes.size()));
        }
      }
    }
  }

  /** A data set of which all classes are declared. */
  public static DetectionDataset of(List<String> classes, List<Picture> pictures) {
    return new DetectionDataset(classes, classes.size(), pictures);
  }

  /** Number of objects in all pictures. */
  public int objects() {
    return pictures.stream().mapToInt(picture -> picture.annotations().size()).sum();
  }
}
