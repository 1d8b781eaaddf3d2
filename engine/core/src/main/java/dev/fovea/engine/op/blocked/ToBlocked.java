package dev.fovea.engine.op.blocked;

import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * From {@code [N, C, H, W]} to {@code [N, ceil(C / lanes), H, W, lanes]}.
 *
 * @param lanes channels of a block
 */
public record ToBlocked(int lanes) implements BlockedOp {

  private static final OpSpec<ToBlocked> SPEC = BlockedOp.spec("ToBlocked", ToBlocked.class);

  @Override
  public OpSpec<ToBlocked> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Shape x = in.get(0);
    if (x.rank() != 4) {
      throw new ShapeException("ToBlocked: expected [N, C, H, W], found " + x);
    }
    int blocks = (x.dim(1) + lanes - 1) / lanes;
    return List.of(Shape.of(x.dim(0), blocks, x.dim(2), x.dim(3), lanes));
  }

  @Override
  public void forward(Forward run) {
    BlockedOp.kernels(run).toBlocked(run.input(0), run.output(0));
  }

  @Override
  public void backward(Backward run) {
    if (run.fresh(0)) {
      BlockedOp.kernels(run).fromBlocked(run.cotangent(0), run.gradient(0));
    } else {
      BlockedOp.kernels(run).addFromBlocked(run.cotangent(0), run.gradient(0));
    }
  }

  @Override
  public boolean startsGradient(int input) {
    return input == 0;
  }
}
