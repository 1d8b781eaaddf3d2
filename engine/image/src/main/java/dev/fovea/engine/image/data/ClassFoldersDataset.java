package dev.fovea.engine.image.data;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageFormatException;
import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder with a sub-folder for each class and the images of the class in it. Classes are sorted
 * by name, images by class and name. Files are read when they are asked for.
 */
public final class ClassFoldersDataset implements ClassificationDataset {
  private record Item(Path file, int label) {}

  private final List<String> classes;
  private final List<Item> items;

  private ClassFoldersDataset(List<String> classes, List<Item> items) {
    this.classes = List.copyOf(classes);
    this.items = List.copyOf(items);
  }

  /**
   * Lists the folder; no image is read yet.
   *
   * @throws ImageFormatException if there are fewer than two sub-folders, or one has no image
   * @throws IOException if a folder cannot be listed
   */
  public static ClassFoldersDataset open(Path folder) throws IOException {
    List<String> classes = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    for (Path sub : ImageFolders.folders(folder)) {
      List<Path> files = ImageFolders.images(sub);
      if (files.isEmpty()) {
        throw new ImageFormatException(sub, "no image", "the images of one class");
      }
      files.forEach(file -> items.add(new Item(file, classes.size())));
      classes.add(sub.getFileName().toString());
    }
    if (classes.size() < 2) {
      throw new ImageFormatException(
          folder, classes.size() + " class folders", "a folder for each of two or more classes");
    }
    return new ClassFoldersDataset(classes, items);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public String name(int i) {
    return items.get(i).file().toString();
  }

  @Override
  public Image image(int i) throws IOException {
    return ImageReader.read(items.get(i).file());
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int i) {
    return items.get(i).label();
  }
}
