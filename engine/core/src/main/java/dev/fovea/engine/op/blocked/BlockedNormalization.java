package dev.fovea.engine.op.blocked;

import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.ChannelPasses;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * {@link BatchNormalization} of channel-blocked images, and a rectified linear unit after it if
 * wanted. Inputs as there.
 *
 * @param norm what is computed
 * @param rectified whether zero takes the place of results below it
 */
public record BlockedNormalization(BatchNormalization norm, boolean rectified)
    implements BlockedOp {

  private static final OpSpec<BlockedNormalization> SPEC =
      BlockedOp.spec("BlockedNormalization", BlockedNormalization.class);

  /** The passes over blocks; backward, the gradient counts only where the result is positive. */
  private record Passes(
      BlockedKernels kernels,
      boolean rectified,
      Tensor x,
      Tensor y,
      Tensor dy,
      Tensor dx,
      boolean fresh)
      implements ChannelPasses {

    @Override
    public double count() {
      Shape s = x.shape();
      return (double) s.dim(0) * s.dim(2) * s.dim(3);
    }

    @Override
    public void moments(Tensor mean, Tensor variance) {
      kernels.channelMoments(x, mean, variance);
    }

    @Override
    public void affine(Tensor scale, Tensor shift) {
      kernels.channelAffine(x, scale, shift, rectified, y);
    }

    @Override
    public void gradientSums(Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
      kernels.channelGradientSums(x, rectified ? y : null, dy, mean, invStd, sumDy, sumDyXhat);
    }

    @Override
    public void combine(Tensor a, Tensor b, Tensor d) {
      kernels.channelCombine(a, rectified ? y : null, dy, b, x, d, !fresh, dx);
    }
  }

  @Override
  public OpSpec<BlockedNormalization> spec() {
    return SPEC;
  }

  @Override
  public boolean learns(int input) {
    return norm.learns(input);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    BlockedOp.check("BlockedNormalization", in.get(0), in.get(1).dim(0));
    return List.of(in.get(0));
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return norm.saved(in);
  }

  @Override
  public void forward(Forward run) {
    norm.forward(
        run,
        new Passes(
            BlockedOp.kernels(run), rectified, run.input(0), run.output(0), null, null, false));
  }

  @Override
  public void backward(Backward run) {
    norm.backward(
        run,
        new Passes(
            BlockedOp.kernels(run),
            rectified,
            run.input(0),
            run.output(0),
            run.cotangent(0),
            run.gradient(0),
            run.fresh(0)));
  }

  @Override
  public boolean startsGradient(int input) {
    return input == 0;
  }
}
