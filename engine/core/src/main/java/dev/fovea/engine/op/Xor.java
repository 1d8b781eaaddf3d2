package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Truth values that hold where A or B holds, but not both; broadcast. */
public record Xor() implements Logic {

  /** Specification. */
  public static final OpSpec<Xor> SPEC = Logic.spec("Xor", Xor.class, new Xor());

  @Override
  public OpSpec<Xor> spec() {
    return SPEC;
  }

  /** Room for the difference. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    return inferShapes(in);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.SUB, r.input(0), r.input(1), r.scratch(0));
    r.kernels().unary(Unary.ABS, 0, 0, r.scratch(0), r.output(0));
  }
}
