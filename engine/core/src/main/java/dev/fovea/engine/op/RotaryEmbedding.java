package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Turns pairs of numbers by angles that depend on their position in a sequence: {@code (a, b)}
 * becomes {@code (a cos - b sin, a sin + b cos)}. Su et al., "RoFormer", 2021.
 *
 * <p>Inputs: {@code X [N, H, S, E]}, or {@code [N, S, H E]} with its heads side by side, then
 * cosine and sine {@code [N, S, R / 2]} of the angles; or {@code [positions, R / 2]}, and which
 * position each element has, {@code [N, S]}. The output has the shape of X.
 *
 * @param heads number of heads H where they stand side by side, else 0
 * @param rotated how many of the E numbers R are turned, the first ones; 0 for all
 * @param interleaved whether neighbours make a pair, else one of the first and one of the second
 *     half
 */
public record RotaryEmbedding(int heads, int rotated, boolean interleaved) implements Op {

  private static final String NAME = "RotaryEmbedding";
  private static final int POSITIONS = 3;

  // Rooms: cosine and sine of each position, halves before and after, and one to work with.
  private static final int COSINE = 0;
  private static final int SINE = 1;
  private static final int FIRST = 2;
  private static final int SECOND = 3;
  private static final int TURNED_FIRST = 4;
  private static final int TURNED_SECOND = 5;
  private static final int WORK = 6;

  /** Specification. */
  public static final OpSpec<RotaryEmbedding> SPEC =
      OpSpec.of(
          NAME,
          23,
          RotaryEmbedding.class,
          a ->
              new RotaryEmbedding(
                  a.intValue("num_heads", 0),
                  a.intValue("rotary_embedding_dim", 0),
                  a.intValue("interleaved", 0) != 0),
          op ->
              Attributes.none()
                  .with("num_heads", op.heads)
                  .with("rotary_embedding_dim", op.rotated)
                  .with("interleaved", op.interleaved ? 1 : 0),
          of(
              new RotaryEmbedding(0, 0, false),
              Shape.of(2, 3, 4, 8),
              Shape.of(2, 4, 4),
              Shape.of(2, 4, 4)),
          of(
              new RotaryEmbedding(2, 0, true),
              Shape.of(1, 3, 8),
              Shape.of(1, 3, 2),
              Shape.of(1, 3, 2)),
          of(
                  new RotaryEmbedding(2, 4, false),
                  Shape.of(2, 3, 16),
                  Shape.of(5, 2),
                  Shape.of(5, 2),
                  Shape.of(2, 3))
              .with(POSITIONS, OpSpec.Operand.integers(0, 4)));

  /** Checks the numbers. */
  public RotaryEmbedding {
    if (heads < 0 || rotated < 0 || rotated % 2 != 0) {
      throw new IllegalArgumentException(
          "RotaryEmbedding: expected num_heads >= 0 and an even rotary_embedding_dim >= 0, found "
              + heads
              + " and "
              + rotated);
    }
  }

  @Override
  public OpSpec<RotaryEmbedding> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return Set.of(input == POSITIONS ? ElementType.INT64 : ElementType.FLOAT);
  }

  /** Angles are given, not learnt. */
  @Override
  public boolean learns(int input) {
    return input == 0;
  }

  /** {@code [N, S, H, E]} of an input. */
  private Shape extents(Shape x) {
    return x.rank() == 4
        ? Shape.of(x.dim(0), x.dim(2), x.dim(1), x.dim(3))
        : Shape.of(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
  }

  private int turned(Shape extents) {
    return rotated == 0 ? extents.dim(3) : rotated;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(NAME, in, 3, 4);
    Shape x = in.get(0);
    Check.that(
        (x.rank() == 4 || (x.rank() == 3 && heads > 0 && x.dim(2) % heads == 0)) && x.size() > 0,
        NAME,
        "expected [N, H, S, E], or [N, S, H E] and num_heads, with elements, found " + x);
    Shape e = extents(x);
    Check.that(
        turned(e) % 2 == 0 && turned(e) <= e.dim(3),
        NAME,
        "expected pairs among the last numbers of a head, found " + turned(e) + " of " + x);
    int half = turned(e) / 2;
    Shape angles = in.get(1);
    if (in.size() > POSITIONS) {
      Check.that(
          angles.rank() == 2 && angles.dim(1) == half,
          NAME,
          "cosine expected [positions, " + half + "], found " + angles);
      Shape each = Shape.of(e.dim(0), e.dim(1));
      Check.that(
          in.get(POSITIONS).equals(each),
          NAME,
          "positions expected " + each + ", found " + in.get(POSITIONS));
    } else {
      Shape each = Shape.of(e.dim(0), e.dim(1), half);
      Check.that(angles.equals(each), NAME, "cosine expected " + each + ", found " + angles);
    }
    Check.that(in.get(2).equals(angles), NAME, "sine expected " + angles + ", found " + in.get(2));
    return List.of(x);
  }

  @Override
  public List<Shape> scratch(List<Shape> in) {
    Shape e = extents(in.get(0));
    int half = turned(e) / 2;
    Shape angles = Shape.of(e.dim(0), e.dim(1), 1, half);
    Shape pairs = e.with(3, half);
    return List.of(angles, angles, pairs, pairs, pairs, pairs, pairs);
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return scratch(in);
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Shape x = r.input(0).shape();
    Tensor positions = r.inputs() > POSITIONS ? r.input(POSITIONS) : null;
    angles(k, r.input(1), positions, r.scratch(COSINE));
    angles(k, r.input(2), positions, r.scratch(SINE));
    k.axpby(1, r.input(0), 0, r.output(0));
    turn(k, x, r.input(0), 1, r::scratch);
    k.copyStrided(half(x, 0).reversed(), r.scratch(TURNED_FIRST), r.output(0), false);
    k.copyStrided(half(x, 1).reversed(), r.scratch(TURNED_SECOND), r.output(0), false);
  }

  /** Turns the cotangent back. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Shape x = r.gradient(0).shape();
    Tensor positions = r.inputs() > POSITIONS ? r.input(POSITIONS) : null;
    angles(k, r.input(1), positions, r.saved(COSINE));
    angles(k, r.input(2), positions, r.saved(SINE));
    turn(k, x, r.cotangent(0), -1, r::saved);
    k.copyStrided(half(x, 0).reversed(), r.saved(TURNED_FIRST), r.gradient(0), true);
    k.copyStrided(half(x, 1).reversed(), r.saved(TURNED_SECOND), r.gradient(0), true);
    // What is not turned goes back to where it came from.
    Shape e = extents(x);
    int[] rest = e.with(3, e.dim(3) - turned(e)).toArray();
    int[] strides = strides(x, 1);
    StridedCopy same = StridedCopy.of(rest, turned(e), strides, turned(e), strides);
    k.copyStrided(same, r.cotangent(0), r.gradient(0), true);
  }

  private static void angles(Kernels k, Tensor cache, Tensor positions, Tensor to) {
    if (positions == null) {
      k.axpby(1, cache, 0, to);
    } else {
      Shape c = cache.shape();
      Indexing rows = new Indexing(1, List.of(c.dim(0)), c.dim(1), positions.size(), false, false);
      k.gather(rows, cache, positions, false, to);
    }
  }

  /** Turns the pairs of a tensor like x forward or back. */
  private void turn(Kernels k, Shape x, Tensor from, float sign, IntFunction<Tensor> room) {
    Tensor a = room.apply(FIRST);
    Tensor b = room.apply(SECOND);
    Tensor work = room.apply(WORK);
    k.copyStrided(half(x, 0), from, a, false);
    k.copyStrided(half(x, 1), from, b, false);
    k.binary(Binary.MUL, a, room.apply(COSINE), room.apply(TURNED_FIRST));
    k.binary(Binary.MUL, b, room.apply(SINE), work);
    k.axpby(-sign, work, 1, room.apply(TURNED_FIRST));
    k.binary(Binary.MUL, b, room.apply(COSINE), room.apply(TURNED_SECOND));
    k.binary(Binary.MUL, a, room.apply(SINE), work);
    k.axpby(sign, work, 1, room.apply(TURNED_SECOND));
  }

  /** The first or second numbers of all pairs, to {@code [N, S, H, R / 2]}. */
  private StridedCopy half(Shape x, int which) {
    int half = turned(extents(x)) / 2;
    return interleaved ? part(x, which, 2, half) : part(x, which * half, 1, half);
  }

  private StridedCopy part(Shape x, int start, int step, int count) {
    Shape part = extents(x).with(3, count);
    return StridedCopy.of(part.toArray(), start, strides(x, step), 0, part.strides());
  }

  /** Strides of x along sequences, steps, heads and numbers. */
  private int[] strides(Shape x, int step) {
    Shape e = extents(x);
    int length = e.dim(1);
    int size = e.dim(3);
    return x.rank() == 4
        ? new int[] {e.dim(2) * length * size, size, length * size, step}
        : new int[] {length * e.dim(2) * size, e.dim(2) * size, size, step};
  }
}
