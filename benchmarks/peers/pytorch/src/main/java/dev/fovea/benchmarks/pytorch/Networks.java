package dev.fovea.benchmarks.pytorch;

import static dev.fovea.benchmarks.pytorch.Parts.averagePool;
import static dev.fovea.benchmarks.pytorch.Parts.concat;
import static dev.fovea.benchmarks.pytorch.Parts.conv;
import static dev.fovea.benchmarks.pytorch.Parts.convNormRelu;
import static dev.fovea.benchmarks.pytorch.Parts.convTranspose;
import static dev.fovea.benchmarks.pytorch.Parts.dense;
import static dev.fovea.benchmarks.pytorch.Parts.flatten;
import static dev.fovea.benchmarks.pytorch.Parts.globalAverage;
import static dev.fovea.benchmarks.pytorch.Parts.maxPool;
import static dev.fovea.benchmarks.pytorch.Parts.norm;
import static dev.fovea.benchmarks.pytorch.Parts.relu;
import static dev.fovea.benchmarks.pytorch.Parts.relu6;
import static dev.fovea.benchmarks.pytorch.Parts.same;
import static dev.fovea.benchmarks.pytorch.Parts.sequence;
import static dev.fovea.benchmarks.pytorch.Parts.softmax;
import static dev.fovea.benchmarks.pytorch.Parts.sum;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.io.IOException;

/**
 * The networks of the benchmarks, built again of the library's blocks: PyTorch reads no ONNX, and
 * its own files are written by Python. Structures are those of Fovea's zoo, weights are not.
 */
final class Networks {

  private static final int CLASSES = 1000;

  private Networks() {}

  /**
   * A network by the name it has in the benchmarks.
   *
   * @throws IOException if there is none
   */
  static Block named(String name) throws IOException {
    return switch (name) {
      case "resnet18" -> resNet(new int[] {2, 2, 2, 2}, false, CLASSES);
      case "resnet50" -> resNet(new int[] {3, 4, 6, 3}, true, CLASSES);
      case "vgg16" -> vgg16();
      case "squeezenet1.1" -> squeezeNet();
      case "mobilenet2" -> mobileNet2();
      case "densenet121" -> denseNet121();
      case "unet" -> sequence(uNet(32, 4, 2), softmax());
      default -> throw new IOException(name + ": found no such network built for PyTorch");
    };
  }

  static Block convNet(int classes) {
    SequentialBlock net = new SequentialBlock();
    for (int stage = 0; stage < 3; stage++) {
      net.add(convNormRelu(32 << stage, 3, 1, 1)).add(maxPool(2, 2, 0));
    }
    return net.add(flatten()).add(dense(classes));
  }

  static Block resNet(int[] units, boolean bottleneck, int classes) {
    SequentialBlock net = sequence(convNormRelu(64, 7, 2, 3), maxPool(3, 2, 1));
    int channels = 64;
    for (int stage = 0; stage < units.length; stage++) {
      int width = 64 << stage;
      int outputs = bottleneck ? 4 * width : width;
      for (int i = 0; i < units[stage]; i++) {
        int stride = stage > 0 && i == 0 ? 2 : 1;
        Block shortcut =
            channels == outputs && stride == 1
                ? same()
                : sequence(conv(outputs, 1, stride, 0, false), norm());
        net.add(sum(unit(width, stride, bottleneck), shortcut)).add(relu());
        channels = outputs;
      }
    }
    return net.add(globalAverage()).add(dense(classes));
  }

  private static Block unit(int width, int stride, boolean bottleneck) {
    return bottleneck
        ? sequence(
            convNormRelu(width, 1, 1, 0),
            convNormRelu(width, 3, stride, 1),
            conv(4 * width, 1, 1, 0, false),
            norm())
        : sequence(convNormRelu(width, 3, stride, 1), conv(width, 3, 1, 1, false), norm());
  }

  private static Block vgg16() {
    SequentialBlock net = new SequentialBlock();
    int[] convolutions = {2, 2, 3, 3, 3};
    for (int stage = 0; stage < convolutions.length; stage++) {
      for (int i = 0; i < convolutions[stage]; i++) {
        net.add(conv(Math.min(512, 64 << stage), 3, 1, 1, true)).add(relu());
      }
      net.add(maxPool(2, 2, 0));
    }
    net.add(flatten());
    return net.add(dense(4096)).add(relu()).add(dense(4096)).add(relu()).add(dense(CLASSES));
  }

  private static Block squeezeNet() {
    SequentialBlock net = sequence(conv(64, 3, 2, 0, true), relu(), maxPool(3, 2, 0));
    int[][] fires = {
      {16, 64}, {16, 64}, {}, {32, 128}, {32, 128}, {}, {48, 192}, {48, 192}, {64, 256}, {64, 256}
    };
    for (int[] f : fires) {
      net.add(f.length == 0 ? maxPool(3, 2, 0) : fire(f[0], f[1]));
    }
    return net.add(conv(CLASSES, 1, 1, 0, true)).add(relu()).add(globalAverage());
  }

  private static Block fire(int squeezed, int expanded) {
    return sequence(
        conv(squeezed, 1, 1, 0, true),
        relu(),
        concat(
            sequence(conv(expanded, 1, 1, 0, true), relu()),
            sequence(conv(expanded, 3, 1, 1, true), relu())));
  }

  private static Block mobileNet2() {
    SequentialBlock net = sequence(conv(32, 3, 2, 1, false), norm(), relu6());
    // Expansion, channels, units, first stride: table 2 of the paper.
    int[][] stages = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    int channels = 32;
    for (int[] s : stages) {
      for (int i = 0; i < s[2]; i++) {
        Block unit = invertedResidual(channels, s[0] * channels, s[1], i == 0 ? s[3] : 1);
        net.add(i > 0 ? sum(unit, same()) : unit);
        channels = s[1];
      }
    }
    net.add(conv(1280, 1, 1, 0, false)).add(norm()).add(relu6());
    return net.add(globalAverage()).add(dense(CLASSES));
  }

  private static Block invertedResidual(int channels, int wide, int outputs, int stride) {
    SequentialBlock unit = new SequentialBlock();
    if (wide != channels) {
      unit.add(conv(wide, 1, 1, 0, false)).add(norm()).add(relu6());
    }
    unit.add(conv(wide, 3, stride, 1, wide, false)).add(norm()).add(relu6());
    return unit.add(conv(outputs, 1, 1, 0, false)).add(norm());
  }

  private static Block denseNet121() {
    SequentialBlock net = sequence(convNormRelu(64, 7, 2, 3), maxPool(3, 2, 1));
    int[] layers = {6, 12, 24, 16};
    int channels = 64;
    for (int stage = 0; stage < layers.length; stage++) {
      for (int i = 0; i < layers[stage]; i++) {
        Block layer =
            sequence(
                norm(),
                relu(),
                conv(128, 1, 1, 0, false),
                norm(),
                relu(),
                conv(32, 3, 1, 1, false));
        net.add(concat(same(), layer));
        channels += 32;
      }
      if (stage + 1 < layers.length) {
        channels /= 2;
        net.add(norm()).add(relu()).add(conv(channels, 1, 1, 0, false)).add(averagePool());
      }
    }
    return net.add(norm()).add(relu()).add(globalAverage()).add(dense(CLASSES));
  }

  /** A U-Net that ends with the logits. */
  static Block uNet(int width, int depth, int classes) {
    return sequence(uNetLevel(width, depth), conv(classes, 1, 1, 0, true));
  }

  private static Block uNetLevel(int width, int depth) {
    if (depth == 0) {
      return twoConvolutions(width);
    }
    return sequence(
        twoConvolutions(width),
        concat(
            same(),
            sequence(maxPool(2, 2, 0), uNetLevel(2 * width, depth - 1), convTranspose(width))),
        twoConvolutions(width));
  }

  private static Block twoConvolutions(int width) {
    return sequence(convNormRelu(width, 3, 1, 1), convNormRelu(width, 3, 1, 1));
  }
}
