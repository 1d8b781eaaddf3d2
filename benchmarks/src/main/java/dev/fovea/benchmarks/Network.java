package dev.fovea.benchmarks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.segmentation.UNet;
import java.util.Arrays;
import java.util.function.Supplier;

/** The networks that are measured, with random weights: their values do not change the time. */
enum Network {
  RESNET18("resnet18", 224, 3, () -> classifier("resnet18", 224)),
  RESNET50("resnet50", 224, 3, () -> classifier("resnet50", 224)),
  VGG16("vgg16", 224, 3, () -> classifier("vgg16", 224)),
  SQUEEZENET("squeezenet1.1", 224, 3, () -> classifier("squeezenet1.1", 224)),
  MOBILENET2("mobilenet2", 224, 3, () -> classifier("mobilenet2", 224)),
  DENSENET121("densenet121", 224, 3, () -> classifier("densenet121", 224)),
  UNET(
      "unet",
      512,
      1,
      () -> new UNet(1, 2, 32, 4, 512, UNet.Upsampling.TRANSPOSED_CONVOLUTION).build(Network.SEED));

  private static final int CLASSES = 1000;
  private static final long SEED = 1;

  private final String text;
  private final int side;
  private final int channels;
  private final Supplier<Graph> maker;

  Network(String text, int side, int channels, Supplier<Graph> maker) {
    this.text = text;
    this.side = side;
    this.channels = channels;
    this.maker = maker;
  }

  private static Graph classifier(String name, int side) {
    return Architectures.named(name).build(3, side, side, CLASSES, SEED);
  }

  /** The name in tables. */
  String text() {
    return text;
  }

  Graph build() {
    return maker.get();
  }

  /** {@code [N, C, H, W]}. */
  Shape input(int batch) {
    return Shape.of(batch, channels, side, side);
  }

  static Network named(String name) {
    return Arrays.stream(values())
        .filter(n -> n.text.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "network '"
                        + name
                        + "': expected one of "
                        + Arrays.stream(values()).map(Network::text).toList()));
  }
}
