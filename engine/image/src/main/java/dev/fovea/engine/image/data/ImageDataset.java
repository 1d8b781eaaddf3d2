package dev.fovea.engine.image.data;

import dev.fovea.engine.image.Image;
import java.io.IOException;
import java.util.Objects;

/**
 * Images by number, in a fixed order. Implementations are immutable and thread-safe; those on
 * single files read one whenever it is asked for.
 */
public sealed interface ImageDataset permits ClassificationDataset, SegmentationDataset {

  /** Number of images. */
  int size();

  /** A name for image {@code i}, unique in the data set: a file's path or a number. */
  String name(int i);

  /**
   * Image {@code i}.
   *
   * @throws IOException if its file cannot be read
   * @throws IndexOutOfBoundsException unless {@code 0 <= i < size()}
   */
  Image image(int i) throws IOException;

  /**
   * Checks an index.
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= i < size()}
   */
  default int checkIndex(int i) {
    return Objects.checkIndex(i, size());
  }
}
