package dev.fovea.tasks;

import dev.fovea.engine.model.ModelCard;
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
  /** Red, green, blue in 0..1; the whole image in the middle, the rest of the square 114. */
  YOLO,
  /** Values as they are in images of 8 bits, 0..255. */
  RAW;

  private static final float[] IMAGENET_MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] IMAGENET_DEVIATION = {58.395f, 57.12f, 57.375f};
  private static final float[] CAFFE_MEAN = {104, 117, 123};
  private static final float[] ONES = {1, 1, 1};
  private static final float[] ZEROS = {0, 0, 0};
  private static final float YOLO_MARGIN = 114;
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
   * @param task of the model: classifiers look at the middle of an image, all others at all of it,
   *     and those for each pixel in its own size if they take it
   * @throws IllegalArgumentException if the model takes no such images
   */
  Preprocessing of(InputLayout input, int side, ModelCard.Task task) {
    int channels = input.channels();
    if (channels != 3 && !((this == UNIT || this == RAW) && channels == 1)) {
      throw new IllegalArgumentException(
          "model '"
              + input.model()
              + "': expected an input of colour images [N, 3, H, W], found "
              + input.port());
    }
    boolean anySize = side == 0 && input.height() == 0;
    boolean byPixel = task == ModelCard.Task.SEGMENTATION || task == ModelCard.Task.STYLE;
    if (anySize && !(byPixel && this != YOLO)) {
      throw new IllegalArgumentException(
          "model '"
              + input.model()
              + "': found an input of any size, expected one to be said (--size)");
    }
    int height = side == 0 ? input.height() : side;
    int width = side == 0 ? input.width() : side;
    boolean crops = task == ModelCard.Task.CLASSIFICATION;
    Resize resize = anySize ? Resize.NONE : crops ? Resize.SHORTER_SIDE_CROP : Resize.STRETCH;
    Preprocessing values = values(channels, width, height, resize);
    return crops && this != YOLO
        ? values.withShorterSide(shorterSide(Math.max(width, height)))
        : values;
  }

  private Preprocessing values(int channels, int width, int height, Resize resize) {
    Channels order = channels == 1 ? Channels.GREY : Channels.RGB;
    return switch (this) {
      case UNIT -> Preprocessing.unit(order, width, height, resize);
      case IMAGENET_TORCH ->
          Preprocessing.meanStd(
              Channels.RGB, width, height, resize, IMAGENET_MEAN, IMAGENET_DEVIATION);
      case IMAGENET_CAFFE ->
          Preprocessing.meanStd(Channels.BGR, width, height, resize, CAFFE_MEAN, ONES);
      case IMAGENET_TF ->
          Preprocessing.meanStd(Channels.RGB, width, height, resize, MIDDLE, MIDDLE);
      case YOLO ->
          Preprocessing.unit(Channels.RGB, width, height, Resize.LETTERBOX).withMargin(YOLO_MARGIN);
      case RAW ->
          Preprocessing.meanStd(
              order,
              width,
              height,
              resize,
              Arrays.copyOf(ZEROS, channels),
              Arrays.copyOf(ONES, channels));
    };
  }

  /** To what the shorter side is brought before the middle is cut out; 0 for the size itself. */
  private int shorterSide(int size) {
    return switch (this) {
      case IMAGENET_TORCH, IMAGENET_TF -> (int) Math.round(size * ENLARGEMENT);
      case IMAGENET_CAFFE -> Math.max(SHORTER_SIDE, size);
      default -> 0;
    };
  }
}
