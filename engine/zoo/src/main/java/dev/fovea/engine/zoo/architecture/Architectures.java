package dev.fovea.engine.zoo.architecture;

import java.util.List;
import java.util.stream.Collectors;

/** All classifier architectures, one line each. */
public final class Architectures {

  private static final List<Architecture> ALL =
      List.of(
          new LeNet(),
          new LeNet5(),
          new FullyConnectedNet("two-layer", 1, 100),
          new FullyConnectedNet("fully-connected", 4, 100),
          new ConvNet("convnet", 3, 32, 3),
          new AlexNet(),
          new ZfNet(),
          new Vgg(11, false),
          new Vgg(13, false),
          new Vgg(16, false),
          new Vgg(19, false),
          new Vgg(11, true),
          new Vgg(13, true),
          new Vgg(16, true),
          new Vgg(19, true),
          new NetworkInNetwork(),
          new GoogLeNet(),
          CifarResNet.ofLayers(20),
          CifarResNet.ofLayers(32),
          CifarResNet.ofLayers(44),
          CifarResNet.ofLayers(56),
          CifarResNet.ofLayers(110),
          CifarResNet.stochasticDepth(110),
          ResNet.ofLayers(18),
          ResNet.ofLayers(34),
          ResNet.ofLayers(50),
          ResNet.ofLayers(101),
          ResNet.ofLayers(152),
          PreActivationResNet.ofLayers(20),
          PreActivationResNet.ofLayers(110),
          PreActivationResNet.ofLayers(164),
          PreActivationResNet.wide(16, 8),
          PreActivationResNet.wide(28, 10),
          PreActivationResNet.wide(40, 4),
          ResNet.wide(50, 2),
          ResNet.wide(101, 2),
          ResNet.next(50, 32, 4),
          ResNet.next(101, 32, 8),
          ResNet.next(101, 64, 4),
          DenseNet.ofLayers(121),
          DenseNet.ofLayers(169),
          DenseNet.ofLayers(201),
          DenseNet.ofLayers(264),
          DenseNet.ofCifar(40, 12, false),
          DenseNet.ofCifar(100, 12, true),
          new FractalNet(3),
          new SqueezeNet(0),
          new SqueezeNet(1),
          new MobileNet1(),
          new MobileNet2(),
          VisionTransformer.small(),
          VisionTransformer.tiny());

  private Architectures() {}

  /** All of them. */
  public static List<Architecture> all() {
    return ALL;
  }

  /**
   * The architecture of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Architecture named(String name) {
    for (Architecture a : ALL) {
      if (a.name().equals(name)) {
        return a;
      }
    }
    throw new IllegalArgumentException(
        "architecture: expected one of "
            + ALL.stream().map(Architecture::name).collect(Collectors.joining(", "))
            + ", found '"
            + name
            + "'");
  }
}
