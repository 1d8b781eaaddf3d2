package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * {@link dev.fovea.engine.op.ConvTranspose} of channel-blocked images in one group: inputs {@code
 * X}, {@code W [C, O, kernelH, kernelW]} as it is learnt, {@code B [O]} if there is a bias.
 *
 * @param adjoint the convolution this is the adjoint of: from {@code O} channels to {@code C}
 * @param lanes channels of a block
 * @param bias whether there is {@code B}
 * @param height rows of the output
 * @param width columns of the output
 */
public record BlockedConvTranspose(
    BlockedConvolution adjoint, int lanes, boolean bias, int height, int width)
    implements BlockedOp {

  private static final OpSpec<BlockedConvTranspose> SPEC =
      BlockedOp.spec("BlockedConvTranspose", BlockedConvTranspose.class);

  @Override
  public OpSpec<BlockedConvTranspose> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Shape x = in.get(0);
    BlockedOp.check("BlockedConvTranspose", x, adjoint.outputs());
    BlockedOp.checkWeights("BlockedConvTranspose", adjoint, in.get(1));
    int blocks = BlockedOp.blocks(adjoint.inputs(), lanes);
    Shape y = Shape.of(x.dim(0), blocks, height, width, lanes);
    Shape back = BlockedOp.convolved("BlockedConvTranspose", adjoint, lanes, y);
    if (!back.equals(x)) {
      throw new ShapeException(
          "BlockedConvTranspose: from "
              + y
              + " the convolution gives "
              + back
              + ", expected "
              + x
              + " as the input");
    }
    return List.of(y);
  }

  /** Floating-point operations: a product for each input element and weight of its channel. */
  public long flops(Shape x, Shape w) {
    return 2L * x.dim(0) * x.dim(2) * x.dim(3) * w.size();
  }

  /** The bias, blocks filled up. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return BlockedOp.paddedBias(bias, adjoint.inputs(), lanes);
  }

  @Override
  public void forward(Forward run) {
    Tensor padded = bias ? BlockedOp.padded(run, run.input(2)) : null;
    BlockedOp.kernels(run)
        .convolutionTranspose(adjoint, run.input(0), run.input(1), padded, run.output(0));
  }

  @Override
  public void backward(Backward run) {
    BlockedKernels kernels = BlockedOp.kernels(run);
    Tensor dy = run.cotangent(0);
    if (run.gradient(0) != null) {
      Tensor packed = kernels.pack(adjoint, run.input(1));
      Tail none = new Tail(null, null, null, 0, 0);
      if (run.fresh(0)) {
        kernels.convolution(adjoint, dy, packed, none, run.gradient(0));
      } else {
        // Rare: another reader of the same image has written its share before.
        Tensor share = Tensor.zeros(run.gradient(0).shape());
        kernels.convolution(adjoint, dy, packed, none, share);
        run.kernels().axpby(1, share, 1, run.gradient(0));
      }
    }
    if (run.gradient(1) != null) {
      kernels.convolutionByWeights(adjoint.window(), dy, run.input(0), run.gradient(1));
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
