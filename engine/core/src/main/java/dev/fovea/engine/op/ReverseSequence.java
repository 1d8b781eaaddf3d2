package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Turns the first elements of each sequence of a batch round, as many as its length says; the rest
 * stays. Input 1 is a length for each sequence, from 1 to the number of steps.
 *
 * @param timeFirst whether the input is {@code [T, N, ...]}, else {@code [N, T, ...]}
 */
public record ReverseSequence(boolean timeFirst) implements Op {

  /** Specification. */
  public static final OpSpec<ReverseSequence> SPEC =
      OpSpec.of(
          "ReverseSequence",
          10,
          ReverseSequence.class,
          ReverseSequence::read,
          op ->
              Attributes.none()
                  .with("time_axis", op.timeFirst ? 0 : 1)
                  .with("batch_axis", op.timeFirst ? 1 : 0),
          of(new ReverseSequence(true), Shape.of(4, 3), Shape.of(3))
              .with(1, OpSpec.Operand.values(4, 1, 3)),
          of(new ReverseSequence(false), Shape.of(2, 5, 3), Shape.of(2))
              .with(1, OpSpec.Operand.values(2, 5)),
          of(new ReverseSequence(true), Shape.of(3, 2, 2), Shape.of(2))
              .with(0, OpSpec.Operand.integers(-5, 5))
              .with(1, OpSpec.Operand.integers(1, 3)));

  private static ReverseSequence read(Attributes a) {
    int time = a.intValue("time_axis", 0);
    int batch = a.intValue("batch_axis", 1);
    if (time + batch != 1 || time * batch != 0) {
      throw new IllegalArgumentException(
          "ReverseSequence: expected 0 and 1 as time_axis and batch_axis, found "
              + time
              + " and "
              + batch);
    }
    return new ReverseSequence(time == 0);
  }

  @Override
  public OpSpec<ReverseSequence> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return input == 0 ? ElementType.ANY : Set.of(ElementType.INT64);
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(0);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("ReverseSequence", in, 2, 2);
    Shape x = in.get(0);
    Check.that(
        x.rank() >= 2 && x.size() > 0,
        "ReverseSequence",
        "expected an input of two dimensions or more, with elements, found " + x);
    Check.indexable("ReverseSequence", x);
    Check.vector("ReverseSequence", "lengths", in.get(1), batch(x));
    return List.of(x);
  }

  private int steps(Shape x) {
    return x.dim(timeFirst ? 0 : 1);
  }

  private int batch(Shape x) {
    return x.dim(timeFirst ? 1 : 0);
  }

  /** Steps and sequences of each step, then both as pairs in the order of the input's axes. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    Shape x = in.get(0);
    Shape each = Shape.of(steps(x), batch(x));
    return List.of(each, each, Shape.of(x.dim(0), x.dim(1), 2));
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return scratch(in);
  }

  @Override
  public void forward(Forward r) {
    Tensor pairs = indices(r.kernels(), r.input(1), r::scratch);
    r.kernels().gather(indexing(r.input(0).shape()), r.input(0), pairs, false, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Tensor pairs = indices(r.kernels(), r.input(1), r::saved);
    r.kernels()
        .scatter(indexing(r.gradient(0).shape()), r.cotangent(0), pairs, true, r.gradient(0));
  }

  private static Indexing indexing(Shape x) {
    return new Indexing(
        1, List.of(x.dim(0), x.dim(1)), x.size(2, x.rank()), x.dim(0) * x.dim(1), true, false);
  }

  /** From where each element comes: at step t < length from {@code length - 1 - t}, else from t. */
  private Tensor indices(Kernels k, Tensor lengths, IntFunction<Tensor> room) {
    Tensor from = room.apply(0);
    Tensor work = room.apply(1);
    Tensor pairs = room.apply(2);
    int steps = from.shape().dim(0);
    int batch = from.shape().dim(1);
    for (int t = 0; t < steps; t++) {
      Tensor source = from.slice(t, t + 1).reshape(batch);
      Tensor inside = work.slice(t, t + 1).reshape(batch);
      // 1 while t < length, else 0; then t + inside (length - 1 - 2 t).
      k.fill(-t, inside);
      k.axpby(1, lengths, 1, inside);
      k.unary(Unary.CLIP, 0, 1, inside, inside);
      k.fill(-1f - 2f * t, source);
      k.axpby(1, lengths, 1, source);
      k.binary(Binary.MUL, source, inside, source);
      k.fill(t, inside);
      k.axpby(1, inside, 1, source);
    }
    int[] each = {steps, batch};
    int[] to = timeFirst ? new int[] {2 * batch, 2} : new int[] {2, 2 * steps};
    int[] rows = {batch, 1};
    k.copyStrided(StridedCopy.of(each, 0, rows, timeFirst ? 0 : 1, to), from, pairs, false);
    Tensor sequences = work.slice(0, 1).reshape(batch);
    for (int n = 0; n < batch; n++) {
      k.fill(n, sequences.slice(n, n + 1));
    }
    int[] same = {0, 1};
    k.copyStrided(StridedCopy.of(each, 0, same, timeFirst ? 1 : 0, to), sequences, pairs, false);
    return pairs;
  }
}
