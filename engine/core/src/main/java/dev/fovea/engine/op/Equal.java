package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.tensor.ElementType;
import java.util.Set;

/** Truth values {@code C = (A == B)}, broadcast. */
public record Equal() implements Relation {

  /** Specification. */
  public static final OpSpec<Equal> SPEC = Relation.spec("Equal", 11, Equal.class, new Equal());

  @Override
  public OpSpec<Equal> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return ElementType.ANY;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().binary(Binary.EQUAL, r.input(0), r.input(1), r.output(0));
  }
}
