package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Truth values {@code C = A <= B}, broadcast. */
public record LessOrEqual() implements Relation {

  /** Specification. */
  public static final OpSpec<LessOrEqual> SPEC =
      Relation.spec("LessOrEqual", 12, LessOrEqual.class, new LessOrEqual());

  @Override
  public OpSpec<LessOrEqual> spec() {
    return SPEC;
  }

  /** Room for where both are equal. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void forward(Forward r) {
    // Not the opposite of the opposite relation, which would hold for NaN.
    r.kernels().binary(Binary.LESS, r.input(0), r.input(1), r.output(0));
    r.kernels().binary(Binary.EQUAL, r.input(0), r.input(1), r.scratch(0));
    r.kernels().axpby(1, r.scratch(0), 1, r.output(0));
  }
}
