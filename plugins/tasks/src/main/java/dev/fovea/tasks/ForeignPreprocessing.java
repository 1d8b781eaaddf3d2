package dev.fovea.tasks;

import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The usual ways to make the input of models that have no card. */
public enum ForeignPreprocessing {
  /** Values divided by their maximum. */
  UNIT,
  /**
   * Red, green, blue; mean and deviation of ImageNet, as torchvision's models take them; the
   * shorter side is brought to 8/7 of the size before the middle is cut out, 256 for 224.
   */
  IMAGENET_TORCH,
  /**
   * Blue, green, red in 0..255 minus 104, 117, 123, as Caffe's models take them; the shorter side
   * is brought to 256 before the middle is cut out.
   */
  IMAGENET_CAFFE,
  /** Red, green, blue in -1..1, as Inception and MobileNet of TensorFlow take them. */
  IMAGENET_TF,
  /** Red, green, blue in 0..1; the whole image, the rest of the square black. */
  YOLO;

  private static final float[] IMAGENET_MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] IMAGENET_DEVIATION = {58.395f, 57.12f, 57.375f};
  private static final float[] CAFFE_MEAN = {104, 117, 123};
  private static final float[] ONES = {1, 1, 1};
  private static final float[] MIDDLE = {127.5f, 127.5f, 127.5f};

  /** ImageNet's pictures are brought to this before a crop of 224 to 232. */
  private static final int SHORTER_SIDE = 256;

  private static final double ENLARGEMENT = 8 / 7.0;

  /** All names as users type them. */
  public static List<String> names() {
    return Arrays.stream(values()).map(ForeignPreprocessing::text).toList();
  }

  /**
   * That of a name as users type it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ForeignPreprocessing named(String name) {
    return Arrays.stream(values())
        .filter(p -> p.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "preprocessing: found '"
                        + name
                        + "', expected one of "
                        + String.join(", ", names())));
  }

  /** The name as users type it. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The preprocessing for a model.
   *
   * @param input what the model takes
   * @param side input width and height in pixels; 0 for those of the model
   * @throws IllegalArgumentException if the model takes no such images
   */
  Preprocessing of(InputLayout input, int side) {
    int channels = input.channels();
    if (channels != 3 && !(this == UNIT && channels == 1)) {
      throw new IllegalArgumentException(
          "model '"
              + input.model()
              + "': expected an input of colour images [N, 3, H, W], found "
              + input.port());
    }
    if (side == 0 && input.height() == 0) {
      throw new IllegalArgumentException(
          "model '"
              + input.model()
              + "': found an input of any size, expected one to be said (--size)");
    }
    int height = side == 0 ? input.height() : side;
    int width = side == 0 ? input.width() : side;
    int size = Math.max(width, height);
    Resize crop = Resize.SHORTER_SIDE_CROP;
    return switch (this) {
      case UNIT ->
          Preprocessing.unit(channels == 1 ? Channels.GREY : Channels.RGB, width, height, crop);
      case IMAGENET_TORCH ->
          Preprocessing.meanStd(
                  Channels.RGB, width, height, crop, IMAGENET_MEAN, IMAGENET_DEVIATION)
              .withShorterSide((int) Math.round(size * ENLARGEMENT));
      case IMAGENET_CAFFE ->
          Preprocessing.meanStd(Channels.BGR, width, height, crop, CAFFE_MEAN, ONES)
              .withShorterSide(Math.max(SHORTER_SIDE, size));
      case IMAGENET_TF ->
          Preprocessing.meanStd(Channels.RGB, width, height, crop, MIDDLE, MIDDLE)
              .withShorterSide((int) Math.round(size * ENLARGEMENT));
      case YOLO -> Preprocessing.unit(Channels.RGB, width, height, Resize.LETTERBOX);
    };
  }
}
