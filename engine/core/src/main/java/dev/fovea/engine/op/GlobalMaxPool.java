package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Maximum of each channel over space: {@code X [N, C, ...]} to {@code [N, C, 1, ...]}. Among equal
 * values the first takes the gradient.
 */
public record GlobalMaxPool() implements GlobalPooling {

  /** Specification. */
  public static final OpSpec<GlobalMaxPool> SPEC =
      OpSpec.of(
          "GlobalMaxPool",
          1,
          GlobalMaxPool.class,
          a -> new GlobalMaxPool(),
          op -> Attributes.none(),
          of(new GlobalMaxPool(), Shape.of(2, 3, 5, 7)),
          of(new GlobalMaxPool(), Shape.of(1, 17, 1, 1)),
          of(new GlobalMaxPool(), Shape.of(3, 2, 9)),
          of(new GlobalMaxPool(), Shape.of(1, 2, 3, 4, 3)));

  @Override
  public OpSpec<GlobalMaxPool> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    Tensor x = GlobalPooling.sequence(r.input(0));
    r.kernels().maxPool(GlobalPooling.whole(x), x, GlobalPooling.sequence(r.output(0)));
  }

  @Override
  public void backward(Backward r) {
    Tensor x = GlobalPooling.sequence(r.input(0));
    r.kernels()
        .maxPoolBackward(
            GlobalPooling.whole(x),
            x,
            GlobalPooling.sequence(r.cotangent(0)),
            GlobalPooling.sequence(r.gradient(0)));
  }
}
