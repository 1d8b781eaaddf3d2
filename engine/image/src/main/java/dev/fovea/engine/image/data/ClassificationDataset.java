package dev.fovea.engine.image.data;

import java.util.List;

/** Images of one class each. */
public non-sealed interface ClassificationDataset extends ImageDataset {

  /** The names of the classes; a label is an index into them. */
  List<String> classes();

  /**
   * The class of image {@code i}, from 0.
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= i < size()}
   */
  int label(int i);
}
