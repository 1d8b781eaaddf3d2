package dev.fovea.engine.op.blocked;

import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * From {@code [N, ceil(C / L), H, W, L]} to {@code [N, C, H, W]}.
 *
 * @param channels number of channels
 */
public record FromBlocked(int channels) implements BlockedOp {

  private static final OpSpec<FromBlocked> SPEC = BlockedOp.spec("FromBlocked", FromBlocked.class);

  @Override
  public OpSpec<FromBlocked> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Shape x = in.get(0);
    BlockedOp.check("FromBlocked", x, channels);
    return List.of(Shape.of(x.dim(0), channels, x.dim(2), x.dim(3)));
  }

  @Override
  public void forward(Forward run) {
    BlockedOp.kernels(run).fromBlocked(run.input(0), run.output(0));
  }

  @Override
  public void backward(Backward run) {
    if (run.fresh(0)) {
      BlockedOp.kernels(run).toBlocked(run.cotangent(0), run.gradient(0));
    } else {
      BlockedOp.kernels(run).addToBlocked(run.cotangent(0), run.gradient(0));
    }
  }

  @Override
  public boolean startsGradient(int input) {
    return input == 0;
  }
}
