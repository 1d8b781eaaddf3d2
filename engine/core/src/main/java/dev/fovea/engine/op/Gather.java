package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Picks slices of data along an axis by a tensor of indices, whose dimensions take the place of the
 * axis: {@code data [..., n, ...]} and {@code indices [q...]} give {@code [..., q..., ...]}. On a
 * parameter {@code [words, size]} this is an embedding. Negative indices count from the end.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record Gather(int axis) implements Gathering {

  /** Specification. */
  public static final OpSpec<Gather> SPEC =
      OpSpec.of(
          "Gather",
          1,
          Gather.class,
          a -> new Gather(a.intValue("axis", 0)),
          op -> Attributes.none().with("axis", op.axis),
          of(new Gather(0), Shape.of(5, 3), Shape.of(2, 4)).with(1, OpSpec.Operand.integers(0, 4)),
          of(new Gather(1), Shape.of(2, 4, 3), Shape.of(5)).with(1, OpSpec.Operand.integers(-4, 3)),
          of(new Gather(-1), Shape.of(3, 6), Shape.SCALAR).with(1, OpSpec.Operand.integers(-6, 5)),
          of(new Gather(0), Shape.of(4), Shape.of(1, 3))
              .with(0, OpSpec.Operand.integers(-9, 9))
              .with(1, OpSpec.Operand.integers(0, 3)));

  @Override
  public OpSpec<Gather> spec() {
    return SPEC;
  }

  @Override
  public Indexing indexing(Shape data, Shape indices) {
    int a = Check.axis("Gather", axis, data);
    return new Indexing(
        data.size(0, a),
        List.of(data.dim(a)),
        data.size(a + 1, data.rank()),
        indices.size(),
        false,
        false);
  }

  @Override
  public Shape picked(Shape data, Shape indices) {
    int a = Check.axis("Gather", axis, data);
    return Check.joined(Check.part(data, 0, a), indices, Check.part(data, a + 1, data.rank()));
  }
}
