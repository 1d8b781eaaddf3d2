package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reorders dimensions: dimension {@code i} of the output is dimension {@code perm[i]} of the input.
 *
 * @param perm each dimension once; empty for the reverse order
 */
public record Transpose(List<Integer> perm) implements Moving {

  /** Specification. */
  public static final OpSpec<Transpose> SPEC =
      OpSpec.of(
          "Transpose",
          1,
          Transpose.class,
          a ->
              new Transpose(
                  a.values().containsKey("perm")
                      ? Attributes.list(a.requiredInts("perm"))
                      : List.of()),
          op ->
              op.perm.isEmpty()
                  ? Attributes.none()
                  : Attributes.none().withInts("perm", Attributes.array(op.perm)),
          of(Transpose.order(1, 0), Shape.of(5, 3)),
          of(Transpose.order(0, 2, 1, 3), Shape.of(2, 3, 4, 5)),
          of(Transpose.order(0, 2, 3, 1), Shape.of(2, 3, 5, 7)),
          of(new Transpose(List.of()), Shape.of(2, 3, 4)),
          of(Transpose.order(2, 0, 1), Shape.of(1, 3, 2)).with(0, OpSpec.Operand.integers(-9, 9)));

  /** Copies the list and checks it. */
  public Transpose {
    perm = List.copyOf(perm);
    if (!perm.stream().sorted().toList().equals(IntStream.range(0, perm.size()).boxed().toList())) {
      throw new IllegalArgumentException(
          "Transpose: expected each dimension once as perm, found " + perm);
    }
  }

  /** With the given order. */
  public static Transpose order(int... perm) {
    return new Transpose(Attributes.list(perm));
  }

  @Override
  public OpSpec<Transpose> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Transpose", in, 1, 1);
    Shape x = in.get(0);
    Check.that(
        perm.isEmpty() || perm.size() == x.rank(),
        "Transpose",
        "expected an input of " + perm.size() + " dimensions, found " + x);
    return List.of(Shape.of(reordered(x.toArray())));
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    return List.of(StridedCopy.of(y.toArray(), 0, reordered(x.strides()), 0, y.strides()));
  }

  private int[] reordered(int[] v) {
    return IntStream.range(0, v.length)
        .map(i -> v[perm.isEmpty() ? v.length - 1 - i : perm.get(i)])
        .toArray();
  }
}
