package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * {@code Y = f(conv(X, W) + B + Z)} on channel-blocked images. Inputs {@code X}, which need not be
 * in blocks if it has few channels, {@code W} as {@link BlockedConvolution#pack} has it, {@code B
 * [blocks L]} if there is a bias, {@code Z} of the shape of {@code Y} if there is another branch.
 *
 * @param convolution what is computed, and how
 * @param lanes channels of a block
 * @param bias whether there is {@code B}
 * @param branch whether there is {@code Z}
 * @param activation {@code f}; null for none
 */
public record BlockedConv(
    BlockedConvolution convolution, int lanes, boolean bias, boolean branch, Elementwise activation)
    implements BlockedOp {

  private static final OpSpec<BlockedConv> SPEC = BlockedOp.spec("BlockedConv", BlockedConv.class);

  @Override
  public OpSpec<BlockedConv> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Shape y = BlockedOp.convolved("BlockedConv", convolution, lanes, in.get(0));
    if (branch && !in.get(in.size() - 1).equals(y)) {
      throw new ShapeException(
          "BlockedConv: branch expected " + y + ", found " + in.get(in.size() - 1));
    }
    return List.of(y);
  }

  /** Floating-point operations, those of the definition whatever the algorithm saves. */
  public long flops(Shape x, Shape y) {
    return BlockedOp.flops(convolution, x, y);
  }

  @Override
  public void forward(Forward run) {
    boolean plain = activation == null;
    Tail tail =
        new Tail(
            bias ? run.input(2) : null,
            branch ? run.input(bias ? 3 : 2) : null,
            plain ? null : activation.function(),
            plain ? 0 : activation.alpha(),
            plain ? 0 : activation.beta());
    BlockedOp.kernels(run)
        .convolution(convolution, run.input(0), run.input(1), tail, run.output(0));
  }
}
