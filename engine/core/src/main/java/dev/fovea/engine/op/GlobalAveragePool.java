package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** Mean of each channel over space: {@code X [N, C, H, W]} to {@code [N, C, 1, 1]}. */
public record GlobalAveragePool() implements Op {

  /** Specification. */
  public static final OpSpec<GlobalAveragePool> SPEC =
      OpSpec.of(
          "GlobalAveragePool",
          1,
          GlobalAveragePool.class,
          a -> new GlobalAveragePool(),
          op -> Attributes.none(),
          of(new GlobalAveragePool(), Shape.of(2, 3, 5, 7)),
          of(new GlobalAveragePool(), Shape.of(1, 17, 1, 1)));

  @Override
  public OpSpec<GlobalAveragePool> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("GlobalAveragePool", in, 1, 1);
    Shape x = in.get(0);
    Check.image("GlobalAveragePool", x);
    Check.that(
        x.dim(2) > 0 && x.dim(3) > 0,
        "GlobalAveragePool",
        "expected at least one pixel, found " + x);
    return List.of(Shape.of(x.dim(0), x.dim(1), 1, 1));
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
    r.kernels().axpby(1f / (s.dim(2) * s.dim(3)), r.cotangent(0), 0, share);
    r.kernels().binary(Binary.ADD, r.gradient(0), share, r.gradient(0));
  }
}
