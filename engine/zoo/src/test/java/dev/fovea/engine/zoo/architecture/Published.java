package dev.fovea.engine.zoo.architecture;

/**
 * What is published about the size of each architecture.
 *
 * <p>{@code exactly} is torchvision's "num_params" where torchvision has the very same network,
 * else the sum over the layers of the paper's table, which {@code source} says. {@code inPaper} is
 * the number that the paper prints, with half a unit of its last digit as {@code rounding}; 0 where
 * it prints none.
 */
enum Published {
  LENET("lenet", 28, 1, 10, 431_080, 0, 0, "Caffe's MNIST tutorial"),
  LENET5(
      "lenet5",
      32,
      1,
      10,
      61_706,
      0,
      0,
      "LeCun 1998 prints 60,000: C3 there sees only some maps (1,516 instead of 2,416), S2 and S4"
          + " have 44 weights, and the 850 of the softmax are fixed"),
  TWO_LAYER("two-layer", 32, 3, 10, 308_310, 0, 0, "(3072 + 1) 100 + 101 x 10"),
  FULLY_CONNECTED("fully-connected", 32, 3, 10, 338_610, 0, 0, "3073 x 100 + 3 x 101 x 100 + 1010"),
  CONVNET("convnet", 32, 3, 10, 113_738, 0, 0, "28 x 32 + 289 x 64 + 577 x 128 + 2049 x 10"),
  ALEXNET("alexnet", 227, 3, 1000, 60_965_224L, 60_000_000L, 1_000_000, "bvlc_alexnet; abstract"),
  ZFNET("zfnet", 62_357_608L, 0, 0, "sum over figure 3 of the paper"),
  GOOGLENET("googlenet", 6_998_552L, 0, 0, "bvlc_googlenet without its auxiliary heads"),
  RESNET20("resnet20", 32, 3, 10, 269_722L, 270_000L, 5_000, "He 2016 (CVPR), table 6"),
  RESNET32("resnet32", 32, 3, 10, 464_154L, 460_000L, 5_000, "He 2016 (CVPR), table 6"),
  RESNET44("resnet44", 32, 3, 10, 658_586L, 660_000L, 5_000, "He 2016 (CVPR), table 6"),
  RESNET56("resnet56", 32, 3, 10, 853_018L, 850_000L, 5_000, "He 2016 (CVPR), table 6"),
  RESNET110("resnet110", 32, 3, 10, 1_727_962L, 1_700_000L, 50_000, "He 2016 (CVPR), table 6"),
  STOCHASTIC_DEPTH(
      "stochastic-depth-resnet110",
      32,
      3,
      10,
      1_727_962L,
      1_700_000L,
      50_000,
      "as resnet110; Huang 2016, section 4"),
  FRACTALNET(
      "fractalnet20",
      32,
      3,
      10,
      33_724_618L,
      0,
      0,
      "sum over its layers, which are those of the authors' generator; the paper prints 38.6 M"),
  MOBILENET2("mobilenet2", 3_504_872L, 3_400_000L, 150_000, "torchvision; table 4 (3.4 M)"),
  VGG11("vgg11", 132_863_336L, 133_000_000L, 500_000, "torchvision; table 2"),
  VGG13("vgg13", 133_047_848L, 133_000_000L, 500_000, "torchvision; table 2"),
  VGG16("vgg16", 138_357_544L, 138_000_000L, 500_000, "torchvision; table 2"),
  VGG19("vgg19", 143_667_240L, 144_000_000L, 500_000, "torchvision; table 2"),
  VGG11_BN("vgg11-bn", 132_868_840L, 0, 0, "torchvision"),
  VGG13_BN("vgg13-bn", 133_053_736L, 0, 0, "torchvision"),
  VGG16_BN("vgg16-bn", 138_365_992L, 0, 0, "torchvision"),
  VGG19_BN("vgg19-bn", 143_678_248L, 0, 0, "torchvision"),
  NIN("nin", 32, 3, 10, 966_986, 0, 0, "sum over the authors' CIFAR-10 network"),
  RESNET18("resnet18", 11_689_512L, 0, 0, "torchvision"),
  RESNET34("resnet34", 21_797_672L, 0, 0, "torchvision"),
  RESNET50("resnet50", 25_557_032L, 0, 0, "torchvision"),
  RESNET101("resnet101", 44_549_160L, 0, 0, "torchvision"),
  RESNET152("resnet152", 60_192_808L, 0, 0, "torchvision"),
  PRERESNET110(
      "preresnet110", 32, 3, 10, 1_730_522L, 1_700_000L, 50_000, "He 2016 (ECCV), table 3"),
  PRERESNET164(
      "preresnet164", 32, 3, 10, 1_703_258L, 1_700_000L, 50_000, "He 2016 (ECCV), table 4"),
  PRERESNET20("preresnet20", 32, 3, 10, 272_282L, 270_000L, 5_000, "He 2016 (CVPR), table 6"),
  WRN_16_8("wrn-16-8", 32, 3, 10, 10_961_370L, 11_000_000L, 50_000, "Zagoruyko 2016, table 5"),
  WRN_28_10("wrn-28-10", 32, 3, 10, 36_479_194L, 36_500_000L, 50_000, "Zagoruyko 2016, table 5"),
  WRN_40_4("wrn-40-4", 32, 3, 10, 8_949_210L, 8_900_000L, 50_000, "Zagoruyko 2016, table 5"),
  WIDE_RESNET50_2("wide-resnet50-2", 68_883_240L, 68_900_000L, 50_000, "torchvision; table 8"),
  WIDE_RESNET101_2("wide-resnet101-2", 126_886_696L, 0, 0, "torchvision"),
  RESNEXT50("resnext50-32x4d", 25_028_904L, 25_000_000L, 50_000, "torchvision; table 1"),
  RESNEXT101_8("resnext101-32x8d", 88_791_336L, 0, 0, "torchvision"),
  RESNEXT101_4("resnext101-64x4d", 83_455_272L, 0, 0, "torchvision"),
  DENSENET121("densenet121", 7_978_856L, 0, 0, "torchvision"),
  DENSENET169("densenet169", 14_149_480L, 0, 0, "torchvision"),
  DENSENET201("densenet201", 20_013_928L, 0, 0, "torchvision"),
  DENSENET264("densenet264", 33_337_704L, 0, 0, "sum over table 1 of the paper"),
  DENSENET_40_12(
      "densenet-40-12", 32, 3, 10, 1_019_722L, 1_000_000L, 50_000, "Huang 2017, table 2"),
  DENSENET_BC_100_12(
      "densenet-bc-100-12", 32, 3, 10, 769_162L, 800_000L, 50_000, "Huang 2017, table 2"),
  SQUEEZENET10("squeezenet1.0", 227, 3, 1000, 1_248_424L, 1_248_424L, 0, "torchvision; table 1"),
  SQUEEZENET11("squeezenet1.1", 1_235_496L, 0, 0, "torchvision"),
  MOBILENET1("mobilenet1", 4_231_976L, 4_200_000L, 50_000, "Howard 2017, table 8"),
  VIT_SMALL("vit-small", 32, 3, 10, 802_442L, 0, 0, "sum over its layers"),
  VIT_TINY(
      "vit-tiny",
      5_679_016L,
      5_700_000L,
      50_000,
      "timm's DeiT-Ti, 5,717,416, less class token, learnt places and last normalisation; Touvron"
          + " 2021, table 1");

  final String architecture;
  final int size;
  final int channels;
  final int classes;
  final long exactly;
  final long inPaper;
  final long rounding;
  final String source;

  Published(
      String architecture,
      int size,
      int channels,
      int classes,
      long exactly,
      long inPaper,
      long rounding,
      String source) {
    this.architecture = architecture;
    this.size = size;
    this.channels = channels;
    this.classes = classes;
    this.exactly = exactly;
    this.inPaper = inPaper;
    this.rounding = rounding;
    this.source = source;
  }

  /** For ImageNet. */
  Published(String architecture, long exactly, long inPaper, long rounding, String source) {
    this(architecture, 224, 3, 1000, exactly, inPaper, rounding, source);
  }
}
