package dev.fovea.benchmarks.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.List;

/** What networks are made of, in fewer words than the library's own. */
final class Parts {

  private Parts() {}

  static SequentialBlock sequence(Block... blocks) {
    SequentialBlock all = new SequentialBlock();
    for (Block b : blocks) {
      all.add(b);
    }
    return all;
  }

  static Block conv(int outputs, int kernel, int stride, int pad, boolean bias) {
    return conv(outputs, kernel, stride, pad, 1, bias);
  }

  static Block conv(int outputs, int kernel, int stride, int pad, int groups, boolean bias) {
    return Conv2d.builder()
        .setFilters(outputs)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(pad, pad))
        .optGroups(groups)
        .optBias(bias)
        .build();
  }

  /**
   * Transposed convolution 2x2 of stride 2. The library has none for PyTorch, so this is what it is
   * equal to: a convolution 1x1, the outputs of which become the four pixels of each.
   */
  static Block convTranspose(int outputs) {
    return sequence(
        conv(4 * outputs, 1, 1, 0, true),
        LambdaBlock.singleton(
            x -> {
              Shape s = x.getShape();
              return x.reshape(s.get(0), outputs, 2, 2, s.get(2), s.get(3))
                  .transpose(0, 1, 4, 2, 5, 3)
                  .reshape(s.get(0), outputs, 2 * s.get(2), 2 * s.get(3));
            }));
  }

  static Block norm() {
    return BatchNorm.builder().build();
  }

  static Block relu() {
    return Activation.reluBlock();
  }

  static Block relu6() {
    return LambdaBlock.singleton(x -> x.clip(0, 6));
  }

  static Block softmax() {
    return LambdaBlock.singleton(x -> x.softmax(1));
  }

  static Block maxPool(int kernel, int stride, int pad) {
    return Pool.maxPool2dBlock(
        new Shape(kernel, kernel), new Shape(stride, stride), new Shape(pad, pad));
  }

  static Block averagePool() {
    return Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2));
  }

  static Block globalAverage() {
    return Pool.globalAvgPool2dBlock();
  }

  static Block flatten() {
    return Blocks.batchFlattenBlock();
  }

  static Block dense(int outputs) {
    return Linear.builder().setUnits(outputs).build();
  }

  static Block same() {
    return Blocks.identityBlock();
  }

  static Block convNormRelu(int outputs, int kernel, int stride, int pad) {
    return sequence(conv(outputs, kernel, stride, pad, false), norm(), relu());
  }

  /** The sum of two branches. */
  static Block sum(Block a, Block b) {
    return new ParallelBlock(l -> new NDList(first(l, 0).add(first(l, 1))), List.of(a, b));
  }

  /** Channels of two branches, one after the other. */
  static Block concat(Block a, Block b) {
    return new ParallelBlock(
        l -> new NDList(NDArrays.concat(new NDList(first(l, 0), first(l, 1)), 1)), List.of(a, b));
  }

  private static NDArray first(List<NDList> branches, int i) {
    return branches.get(i).singletonOrThrow();
  }
}
