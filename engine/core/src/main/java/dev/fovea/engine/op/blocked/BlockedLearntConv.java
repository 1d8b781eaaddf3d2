package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * {@code Y = conv(X, W) + B} on channel-blocked images, with weights that change from run to run,
 * and gradients. Inputs {@code X}, which need not be in blocks if it has few channels, {@code W [O,
 * C, kernelH, kernelW]}, {@code B [O]} if there is a bias.
 *
 * @param convolution what is computed, and how; not depthwise
 * @param lanes channels of a block
 * @param bias whether there is {@code B}
 */
public record BlockedLearntConv(BlockedConvolution convolution, int lanes, boolean bias)
    implements BlockedOp {

  private static final OpSpec<BlockedLearntConv> SPEC =
      BlockedOp.spec("BlockedLearntConv", BlockedLearntConv.class);

  @Override
  public OpSpec<BlockedLearntConv> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    BlockedOp.checkWeights("BlockedLearntConv", convolution, in.get(1));
    return List.of(BlockedOp.convolved("BlockedLearntConv", convolution, lanes, in.get(0)));
  }

  /** Floating-point operations, those of the definition whatever the algorithm saves. */
  public long flops(Shape x, Shape y) {
    return BlockedOp.flops(convolution, x, y);
  }

  /** The bias, blocks filled up. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return BlockedOp.paddedBias(bias, convolution.outputs(), lanes);
  }

  @Override
  public void forward(Forward run) {
    BlockedKernels kernels = BlockedOp.kernels(run);
    Tensor padded = bias ? BlockedOp.padded(run, run.input(2)) : null;
    Tensor packed = kernels.pack(convolution, run.input(1));
    Tail tail = new Tail(padded, null, null, 0, 0);
    kernels.convolution(convolution, run.input(0), packed, tail, run.output(0));
  }

  @Override
  public void backward(Backward run) {
    BlockedKernels kernels = BlockedOp.kernels(run);
    Tensor dy = run.cotangent(0);
    if (run.gradient(0) != null) {
      kernels.convolutionByData(convolution, dy, run.input(1), !run.fresh(0), run.gradient(0));
    }
    if (run.gradient(1) != null) {
      kernels.convolutionByWeights(convolution.window(), run.input(0), dy, run.gradient(1));
    }
    if (bias && run.gradient(2) != null) {
      kernels.addChannelSums(dy, run.gradient(2));
    }
  }

  @Override
  public boolean startsGradient(int input) {
    return input == 0;
  }
}
