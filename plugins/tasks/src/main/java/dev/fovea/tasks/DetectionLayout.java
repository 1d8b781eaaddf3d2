package dev.fovea.tasks;

import java.nio.file.Files;
import java.nio.file.Path;

/** Recognises data sets of boxes, to say so rather than that the folder is none. */
final class DetectionLayout {
  private DetectionLayout() {}

  /**
   * Refuses a folder with {@code images} and {@code annotations}.
   *
   * @throws IllegalArgumentException if it is one
   */
  static void refuse(Path folder) {
    if (Files.isDirectory(folder.resolve("images"))
        && Files.isDirectory(folder.resolve("annotations"))
        && !Files.exists(folder.resolve("labels"))) {
      throw new IllegalArgumentException(
          folder
              + ": found a detection data set (images and annotations), which is for 'fovea"
              + " train detector' and detectors, expected one for"
              + " classification (a folder for each class, MNIST or CIFAR files) or segmentation"
              + " (images and labels)");
    }
  }
}
