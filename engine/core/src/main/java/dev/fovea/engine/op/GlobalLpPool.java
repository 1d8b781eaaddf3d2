package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * The p-norm of each channel over space: {@code X [N, C, ...]} to {@code [N, C, 1, ...]}.
 *
 * @param p 1 or more
 */
public record GlobalLpPool(int p) implements GlobalPooling {

  /** Specification. */
  public static final OpSpec<GlobalLpPool> SPEC =
      OpSpec.of(
          "GlobalLpPool",
          2,
          GlobalLpPool.class,
          a -> new GlobalLpPool(a.intValue("p", 2)),
          op -> Attributes.none().with("p", op.p),
          of(new GlobalLpPool(2), Shape.of(2, 3, 5, 7)),
          of(new GlobalLpPool(1), Shape.of(1, 17, 2, 1)),
          of(new GlobalLpPool(3), Shape.of(3, 2, 9)),
          of(new GlobalLpPool(2), Shape.of(1, 2, 3, 4, 3)));

  /** Checks the exponent. */
  public GlobalLpPool {
    LpPool.checkExponent("GlobalLpPool", p);
  }

  @Override
  public OpSpec<GlobalLpPool> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    Tensor x = GlobalPooling.sequence(r.input(0));
    r.kernels().lpPool(GlobalPooling.whole(x), p, x, GlobalPooling.sequence(r.output(0)));
  }

  @Override
  public void backward(Backward r) {
    Tensor x = GlobalPooling.sequence(r.input(0));
    r.kernels()
        .lpPoolBackward(
            GlobalPooling.whole(x),
            p,
            x,
            GlobalPooling.sequence(r.output(0)),
            GlobalPooling.sequence(r.cotangent(0)),
            GlobalPooling.sequence(r.gradient(0)));
  }
}
