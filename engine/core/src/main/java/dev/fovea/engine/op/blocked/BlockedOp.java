package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedConvolution.Algorithm;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** What the operators on channel-blocked images share. */
interface BlockedOp extends Op {

  @Override
  default void backward(Backward run) {
    throw new IllegalStateException(
        spec().name() + ": has no gradient, expected a graph planned for training");
  }

  /** The primitives. */
  static BlockedKernels kernels(Forward run) {
    return blocked(run.kernels());
  }

  /** The primitives. */
  static BlockedKernels kernels(Backward run) {
    return blocked(run.kernels());
  }

  private static BlockedKernels blocked(Kernels kernels) {
    return kernels
        .blocked()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "channel-blocked images: found a backend without kernels for them"));
  }

  /** Checks that a shape is of a channel-blocked image with so many channels. */
  static void check(String op, Shape x, int channels) {
    if (x.rank() != 5 || (channels + x.dim(4) - 1) / x.dim(4) != x.dim(1)) {
      throw new ShapeException(
          op + ": expected channel-blocked images of " + channels + " channels, found " + x);
    }
  }

  /** Blocks that so many channels take. */
  static int blocks(int channels, int lanes) {
    return (channels + lanes - 1) / lanes;
  }

  /** The shape of what a convolution makes of {@code x}, in blocks or with few channels. */
  static Shape convolved(String op, BlockedConvolution c, int lanes, Shape x) {
    boolean planar = x.rank() == 4 && x.dim(1) == c.inputs();
    if (!planar) {
      check(op, x, c.inputs());
    }
    Window g = c.window();
    int height = g.outputH(x.dim(2));
    return Shape.of(x.dim(0), blocks(c.outputs(), lanes), height, g.outputW(x.dim(3)), lanes);
  }

  /** Checks weights as they are learnt. */
  static void checkWeights(String op, BlockedConvolution c, Shape w) {
    Shape expected = Shape.of(c.outputs(), c.inputs(), c.window().kernelH(), c.window().kernelW());
    if (!w.equals(expected)) {
      throw new ShapeException(op + ": weights expected " + expected + ", found " + w);
    }
  }

  /** Memory for {@link #padded}. */
  static List<Shape> paddedBias(boolean bias, int channels, int lanes) {
    return bias ? List.of(Shape.of(blocks(channels, lanes) * lanes)) : List.of();
  }

  /** A bias, blocks filled up with zeros, in the first scratch tensor. */
  static Tensor padded(Forward run, Tensor bias) {
    Tensor padded = run.scratch(0);
    int n = bias.size();
    run.kernels().fill(0, padded);
    run.kernels().copyBlocks(1, n, bias, 0, n, padded, 0, n, false);
    return padded;
  }

  /** Floating-point operations of a convolution by its definition. */
  static long flops(BlockedConvolution convolution, Shape x, Shape y) {
    Window g = convolution.window();
    boolean depthwise = convolution.algorithm() == Algorithm.DEPTHWISE;
    long products =
        (long) convolution.outputs()
            * (depthwise ? 1 : convolution.inputs())
            * g.kernelH()
            * g.kernelW();
    return 2 * products * x.dim(0) * y.dim(2) * y.dim(3);
  }

  /** The specification of an operator that no file has. */
  static <T extends Op> OpSpec<T> spec(String name, Class<T> type) {
    return OpSpec.of(
        name,
        1,
        type,
        a -> {
          throw noFileForm(name);
        },
        op -> {
          throw noFileForm(name);
        });
  }

  private static IllegalArgumentException noFileForm(String name) {
    return new IllegalArgumentException(
        name + ": found no form in ONNX, expected the graph as it was before it was planned");
  }
}
