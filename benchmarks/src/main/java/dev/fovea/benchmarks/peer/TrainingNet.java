package dev.fovea.benchmarks.peer;

import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;

/**
 * Networks whose training is measured. A step runs a batch forward, takes the softmax
 * cross-entropy, runs backward, and updates by stochastic gradient descent with momentum 0.9 at a
 * rate of 0.001.
 */
public enum TrainingNet {
  /**
   * Three times convolution 3x3 without bias, batch normalisation, ReLU and max pooling 2x2, of 32,
   * 64 and 128 channels, then one dense layer.
   */
  CONVNET("convnet", 64, 10, 3, 32),
  /** ResNet-18, as for large images. */
  RESNET18("resnet18", 32, 10, 3, 64),
  /**
   * U-Net of depth 4, 16 channels at full size, with batch normalisation and transposed
   * convolutions.
   */
  UNET("unet", 4, 2, 1, 256),
  /**
   * Captions: features become the first state of an LSTM, which scores each next word; see the
   * constants.
   */
  CAPTIONER("captioner", 64, 1000, 0, 0);

  /** Numbers that describe an image to the captioner. */
  public static final int FEATURES = 512;

  /** Numbers that describe a word to the captioner. */
  public static final int EMBEDDING = 256;

  /** Units of the captioner's LSTM. */
  public static final int HIDDEN = 512;

  /** Words of a caption. */
  public static final int WORDS = 16;

  /** Channels at full size of the U-Net. */
  public static final int WIDTH = 16;

  /** Poolings of the U-Net. */
  public static final int DEPTH = 4;

  /** Momentum of the updates. */
  public static final float MOMENTUM = 0.9f;

  /** Learning rate. */
  public static final float RATE = 0.001f;

  private final String text;
  private final int batch;
  private final int classes;
  private final int channels;
  private final int side;

  TrainingNet(String text, int batch, int classes, int channels, int side) {
    this.text = text;
    this.batch = batch;
    this.classes = classes;
    this.channels = channels;
    this.side = side;
  }

  /** The name in tables. */
  public String text() {
    return text;
  }

  /** Samples of a step. */
  public int batch() {
    return batch;
  }

  /** Classes, or words that there are. */
  public int classes() {
    return classes;
  }

  /** Shape of the first input of a step: images, or the features of images. */
  public Shape input() {
    return this == CAPTIONER ? Shape.of(batch, FEATURES) : Shape.of(batch, channels, side, side);
  }

  /** Shape of the class indices of a step: of images, pixels or words. */
  public Shape target() {
    return switch (this) {
      case CONVNET, RESNET18 -> Shape.of(batch);
      case UNET -> Shape.of(batch, side, side);
      case CAPTIONER -> Shape.of(batch, WORDS);
    };
  }

  /**
   * The network of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static TrainingNet named(String name) {
    return Arrays.stream(values())
        .filter(n -> n.text.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "network '"
                        + name
                        + "': expected one of "
                        + Arrays.stream(values()).map(TrainingNet::text).toList()));
  }
}
