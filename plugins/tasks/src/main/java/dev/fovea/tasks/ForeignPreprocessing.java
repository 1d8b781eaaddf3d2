package dev.fovea.tasks;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.Preprocessing;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The usual ways to make the input of classifiers that have no card. */
public enum ForeignPreprocessing {
  /** Values divided by their maximum. */
  UNIT,
  /** Red, green, blue; mean and deviation of ImageNet, as torchvision's models take them. */
  IMAGENET,
  /** Blue, green, red in 0..255 minus 104, 117, 123, as Caffe's models take them. */
  CAFFE;

  private static final float[] IMAGENET_MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] IMAGENET_DEVIATION = {58.395f, 57.12f, 57.375f};
  private static final float[] CAFFE_MEAN = {104, 117, 123};
  private static final float[] ONES = {1, 1, 1};

  /** All names as users type them. */
  static List<String> names() {
    return Arrays.stream(values()).map(p -> p.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** That of a name as users type it. */
  static ForeignPreprocessing named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * The preprocessing for a model: the shorter side is brought to the input's size, the middle cut
   * out.
   *
   * @param side input width and height in pixels; 0 for those of the model
   * @throws IllegalArgumentException if the model takes no such images
   */
  Preprocessing of(Model model, int side) {
    Value input = model.graph().inputs().get(0);
    int channels = input.shape().rank() == 4 ? input.shape().dim(1) : 0;
    if (channels != 3 && !(this == UNIT && channels == 1)) {
      throw new IllegalArgumentException(
          "model '"
              + model.name()
              + "': expected an input of colour images [N, 3, H, W], found "
              + input);
    }
    int height = side == 0 ? input.shape().dim(2) : side;
    int width = side == 0 ? input.shape().dim(3) : side;
    Preprocessing.Resize resize = Preprocessing.Resize.SHORTER_SIDE_CROP;
    return switch (this) {
      case UNIT ->
          Preprocessing.unit(
              channels == 1 ? Preprocessing.Channels.GREY : Preprocessing.Channels.RGB,
              width,
              height,
              resize);
      case IMAGENET ->
          Preprocessing.meanStd(
              Preprocessing.Channels.RGB, width, height, resize, IMAGENET_MEAN, IMAGENET_DEVIATION);
      case CAFFE ->
          Preprocessing.meanStd(
              Preprocessing.Channels.BGR, width, height, resize, CAFFE_MEAN, ONES);
    };
  }
}
