package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Pooling of channel-blocked images.
 *
 * @param kind what is taken of the pixels under the window
 * @param window size, stride, padding, dilation
 * @param outH rows of the result, which the window alone does not tell (sizes rounded up)
 * @param outW columns of the result
 */
public record BlockedPool(Kind kind, Window window, int outH, int outW) implements BlockedOp {

  /** What is taken. */
  public enum Kind {
    /** The largest. */
    MAX,
    /** The mean of those inside the image. */
    AVERAGE,
    /** The mean, padding counted as zeros. */
    AVERAGE_WITH_PADDING
  }

  private static final OpSpec<BlockedPool> SPEC = BlockedOp.spec("BlockedPool", BlockedPool.class);

  @Override
  public OpSpec<BlockedPool> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Shape x = in.get(0);
    return List.of(Shape.of(x.dim(0), x.dim(1), outH, outW, x.dim(4)));
  }

  @Override
  public void forward(Forward run) {
    switch (kind) {
      case MAX -> BlockedOp.kernels(run).maxPool(window, run.input(0), run.output(0));
      case AVERAGE, AVERAGE_WITH_PADDING ->
          BlockedOp.kernels(run)
              .averagePool(window, kind == Kind.AVERAGE_WITH_PADDING, run.input(0), run.output(0));
    }
  }

  @Override
  public void backward(Backward run) {
    BlockedKernels kernels = BlockedOp.kernels(run);
    switch (kind) {
      case MAX ->
          kernels.maxPoolBackward(
              window,
              run.input(0),
              run.output(0),
              run.cotangent(0),
              !run.fresh(0),
              run.gradient(0));
      case AVERAGE, AVERAGE_WITH_PADDING ->
          kernels.averagePoolBackward(
              window, kind == Kind.AVERAGE_WITH_PADDING, run.cotangent(0), run.gradient(0));
    }
  }

  @Override
  public boolean startsGradient(int input) {
    return kind == Kind.MAX;
  }
}
