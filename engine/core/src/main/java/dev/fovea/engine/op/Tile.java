package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Repeats a tensor along its dimensions.
 *
 * @param repeats how often, for each dimension
 */
public record Tile(List<Integer> repeats) implements Moving {

  /** Specification. */
  public static final OpSpec<Tile> SPEC =
      OpSpec.of(
              "Tile",
              6,
              Tile.class,
              a -> new Tile(a.constantInts(1, "repeats")),
              op -> Attributes.none().withConstant(1, Attributes.longs(op.repeats)),
              of(new Tile(List.of(1, 2, 3)), Shape.of(2, 3, 4)),
              of(new Tile(List.of(3, 1)), Shape.of(2, 5)),
              of(new Tile(List.of(2)), Shape.of(3)))
          .withConstantInputs(1);

  /** Copies the list and checks it. */
  public Tile {
    repeats = List.copyOf(repeats);
    if (repeats.stream().anyMatch(n -> n < 0)) {
      throw new IllegalArgumentException("Tile: expected repeats >= 0, found " + repeats);
    }
  }

  @Override
  public OpSpec<Tile> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Tile", in, 1, 1);
    Shape x = in.get(0);
    Check.that(
        x.rank() == repeats.size(),
        "Tile",
        "expected an input of " + repeats.size() + " dimensions, found " + x);
    Shape y = x;
    for (int d = 0; d < x.rank(); d++) {
      y = y.with(d, Math.multiplyExact(x.dim(d), repeats.get(d)));
    }
    return List.of(y);
  }

  /** Two loops for each dimension: over repetitions, and inside of one. */
  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    int rank = x.rank();
    int[] extents = new int[2 * rank];
    int[] from = new int[2 * rank];
    int[] to = new int[2 * rank];
    for (int d = 0; d < rank; d++) {
      extents[2 * d] = repeats.get(d);
      to[2 * d] = y.strides()[d] * x.dim(d);
      extents[2 * d + 1] = x.dim(d);
      from[2 * d + 1] = x.strides()[d];
      to[2 * d + 1] = y.strides()[d];
    }
    return List.of(StridedCopy.of(extents, 0, from, 0, to));
  }
}
