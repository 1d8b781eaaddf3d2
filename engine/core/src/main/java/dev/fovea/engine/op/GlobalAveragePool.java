package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** Mean of each channel over space: {@code X [N, C, ...]} to {@code [N, C, 1, ...]}. */
public record GlobalAveragePool() implements GlobalPooling {

  /** Specification. */
  public static final OpSpec<GlobalAveragePool> SPEC =
      OpSpec.of(
          "GlobalAveragePool",
          1,
          GlobalAveragePool.class,
          a -> new GlobalAveragePool(),
          op -> Attributes.none(),
          of(new GlobalAveragePool(), Shape.of(2, 3, 5, 7)),
          of(new GlobalAveragePool(), Shape.of(1, 17, 1, 1)),
          of(new GlobalAveragePool(), Shape.of(3, 2, 9)),
          of(new GlobalAveragePool(), Shape.of(1, 2, 3, 4, 3)));

  @Override
  public OpSpec<GlobalAveragePool> spec() {
    return SPEC;
  }

  /** Room for the cotangent divided by the number of pixels. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().reduce(Reduce.MEAN, r.input(0), false, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Shape s = r.input(0).shape();
    Tensor share = r.saved(0);
    r.kernels().axpby(1f / s.size(2, s.rank()), r.cotangent(0), 0, share);
    r.kernels().binary(Binary.ADD, r.gradient(0), share, r.gradient(0));
  }
}
