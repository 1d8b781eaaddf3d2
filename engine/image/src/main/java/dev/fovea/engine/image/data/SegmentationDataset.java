package dev.fovea.engine.image.data;

import dev.fovea.engine.image.Image;
import java.io.IOException;

/** Images with a label for every pixel: 0 is background, each object has its own number. */
public non-sealed interface SegmentationDataset extends ImageDataset {

  /**
   * An image and its labels.
   *
   * @param image the picture
   * @param labels one label a pixel, row by row, of the picture's size
   */
  record Sample(Image image, int[] labels) {}

  /**
   * Image {@code i} with its labels.
   *
   * @throws IOException if a file cannot be read, the label file is not a grey picture of whole
   *     numbers, or it has another size than the image
   * @throws IndexOutOfBoundsException unless {@code 0 <= i < size()}
   */
  Sample sample(int i) throws IOException;
}
