package dev.fovea.benchmarks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * A single convolution that keeps the size of its images, but for its stride.
 *
 * @param channels of the input
 * @param side height and width of the input
 * @param outputs channels of the output
 * @param kernelH rows of the window
 * @param kernelW columns of the window
 * @param stride along both
 * @param dilation along both
 * @param groups of channels
 */
record ConvShape(
    int channels,
    int side,
    int outputs,
    int kernelH,
    int kernelW,
    int stride,
    int dilation,
    int groups) {

  /** What usual networks are made of, and what is unusual. */
  static final List<ConvShape> ALL =
      List.of(
          // ResNets
          square(3, 224, 64, 7, 2),
          square(64, 56, 64, 3, 1),
          square(128, 28, 128, 3, 1),
          square(256, 14, 256, 3, 1),
          square(512, 7, 512, 3, 1),
          square(64, 56, 128, 3, 2),
          square(128, 28, 256, 3, 2),
          square(256, 14, 512, 3, 2),
          square(64, 56, 256, 1, 1),
          square(256, 56, 64, 1, 1),
          square(512, 28, 128, 1, 1),
          square(1024, 14, 256, 1, 1),
          square(2048, 7, 512, 1, 1),
          square(64, 56, 128, 1, 2),
          square(256, 56, 512, 1, 2),
          // VGG
          square(3, 224, 64, 3, 1),
          square(64, 112, 128, 3, 1),
          square(256, 56, 256, 3, 1),
          // AlexNet, Inception
          square(3, 224, 96, 11, 4),
          square(64, 27, 192, 5, 1),
          square(16, 28, 32, 5, 1),
          new ConvShape(128, 17, 128, 1, 7, 1, 1, 1),
          new ConvShape(128, 17, 192, 7, 1, 1, 1, 1),
          new ConvShape(384, 8, 384, 1, 3, 1, 1, 1),
          // dilated
          new ConvShape(64, 56, 64, 3, 3, 1, 2, 1),
          new ConvShape(256, 28, 256, 3, 3, 1, 4, 1),
          new ConvShape(32, 64, 32, 5, 5, 1, 2, 1),
          // each channel for itself
          depthwise(32, 112, 3, 1),
          depthwise(144, 56, 3, 2),
          depthwise(256, 28, 3, 1),
          depthwise(512, 14, 3, 1),
          depthwise(960, 7, 3, 1),
          depthwise(120, 28, 5, 1),
          // in groups
          new ConvShape(128, 56, 128, 3, 3, 1, 1, 32),
          new ConvShape(240, 28, 240, 1, 1, 1, 1, 4),
          new ConvShape(96, 27, 256, 5, 5, 1, 1, 2),
          // odd numbers of channels
          square(1, 256, 32, 3, 1),
          square(17, 33, 33, 3, 1),
          square(33, 57, 17, 3, 2),
          square(65, 31, 1, 1, 1));

  private static ConvShape square(int channels, int side, int outputs, int kernel, int stride) {
    return new ConvShape(channels, side, outputs, kernel, kernel, stride, 1, 1);
  }

  private static ConvShape depthwise(int channels, int side, int kernel, int stride) {
    return new ConvShape(channels, side, channels, kernel, kernel, stride, 1, channels);
  }

  /** The name in tables. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("%dx%dx%d -> %d, %dx%d".formatted(channels, side, side, outputs, kernelH, kernelW));
    for (Named n :
        List.of(
            new Named("stride", stride),
            new Named("dilation", dilation),
            new Named("groups", groups))) {
      if (n.value > 1) {
        text.append(' ').append(n.name).append(' ').append(n.value);
      }
    }
    return text.toString();
  }

  private record Named(String name, int value) {}

  /** {@code [N, C, H, W]}. */
  Shape input(int batch) {
    return Shape.of(batch, channels, side, side);
  }

  /** A graph of one node. */
  Graph graph() {
    Graph.Builder g = new Graph.Builder("conv");
    Value x = g.input("x", input(1), "batch", "", "", "");
    Shape weights = Shape.of(outputs, channels / groups, kernelH, kernelW);
    double scale = Math.sqrt(2.0 / (weights.size() / outputs));
    Value w = g.parameter("w", RandomValues.normal(weights, scale));
    Value b = g.parameter("b", RandomValues.normal(Shape.of(outputs), 1));
    return g.build(g.node("y", new Conv(window(), groups), x, w, b));
  }

  private Window window() {
    return Window.of(List.of(axis(kernelH), axis(kernelW)));
  }

  private Window.Axis axis(int kernel) {
    int pad = dilation * (kernel / 2);
    return new Window.Axis(kernel, stride, pad, pad, dilation);
  }
}
