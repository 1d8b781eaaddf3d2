package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.op.Attention.Input;
import dev.fovea.engine.op.Attention.Output;
import dev.fovea.engine.op.Attention.Scores;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** One run of an {@link Attention}, forward or backward. */
final class AttentionRun {

  /** What a run works with, by position among its tensors. */
  private enum Room {
    QUERY,
    KEYS,
    VALUES,
    CAPPED,
    SCORES,
    RESULT,
    LIMIT,
    POSITION,
    SEEN,
    OTHER,
    MASK,
    SIGHTED,
    SCORE_GRADIENT,
    PROBABILITY_GRADIENT,
    QUERY_GRADIENT,
    KEY_GRADIENT,
    VALUE_GRADIENT,
    RESULT_GRADIENT
  }

  private final Attention op;
  private final Kernels k;
  private final AttentionSizes s;
  private final IntFunction<Tensor> input;
  private final IntFunction<Tensor> room;

  AttentionRun(Attention op, Op.Forward r) {
    this(
        op, r.kernels(), r.inputs(), r::input, i -> r.saved(i) != null ? r.saved(i) : r.scratch(i));
  }

  AttentionRun(Attention op, Op.Backward r) {
    this(op, r.kernels(), r.inputs(), r::input, r::saved);
  }

  private AttentionRun(
      Attention op, Kernels k, int inputs, IntFunction<Tensor> input, IntFunction<Tensor> room) {
    this.op = op;
    this.k = k;
    this.input = input;
    this.room = room;
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      shapes.add(input.apply(i).shape());
    }
    this.s = new AttentionSizes(op, shapes);
  }

  static List<Shape> forwardRoom(AttentionSizes s) {
    return List.of(
        s.query(),
        s.allKeys(),
        s.allValues(),
        s.scores(),
        s.scores(),
        s.result(),
        Shape.of(s.batch, 1, s.queries, 1),
        Shape.of(Math.max(s.total(), s.queries)),
        Shape.of(s.batch, 1, s.queries, s.total()),
        Shape.SCALAR,
        s.scores(),
        s.scores().with(3, 1));
  }

  static List<Shape> backwardRoom(AttentionSizes s) {
    List<Shape> all = new ArrayList<>(forwardRoom(s));
    all.addAll(List.of(s.scores(), s.scores(), s.query(), s.allKeys(), s.allValues(), s.result()));
    return all;
  }

  private Tensor room(Room r) {
    return room.apply(r.ordinal());
  }

  private boolean beside() {
    return op.heads() > 0;
  }

  /**
   * Which element of an input goes where in a tensor {@code [N, heads, total, size]}.
   *
   * @param beside whether heads stand side by side in the input
   * @param from position of the input's first element along the third dimension
   */
  private static StridedCopy place(
      int n, int heads, int length, int size, boolean beside, int total, int from) {
    int[] source =
        beside
            ? new int[] {length * heads * size, size, heads * size, 1}
            : new int[] {heads * length * size, length * size, size, 1};
    int[] target = {heads * total * size, total * size, size, 1};
    return StridedCopy.of(new int[] {n, heads, length, size}, 0, source, from * size, target);
  }

  private StridedCopy queryPlace() {
    return place(s.batch, s.heads, s.queries, s.keySize, beside(), s.queries, 0);
  }

  private StridedCopy resultPlace() {
    return place(s.batch, s.heads, s.queries, s.valueSize, beside(), s.queries, 0);
  }

  private StridedCopy newPlace(int size) {
    return place(s.batch, s.groups, s.keys, size, beside(), s.total(), s.past);
  }

  private StridedCopy pastPlace(int size) {
    return place(s.batch, s.groups, s.past, size, false, s.total(), 0);
  }

  /** The matrix of one head of one sample. */
  private Tensor matrix(Tensor t, int n, int head) {
    Shape x = t.shape();
    int size = x.dim(2) * x.dim(3);
    int at = t.offset() + (n * x.dim(1) + head) * size;
    return Tensor.over(t.storage(), at, Shape.of(x.dim(2), x.dim(3)));
  }

  private int group(int head) {
    return head / (s.heads / s.groups);
  }

  private float scale() {
    return op.scale() == 0 ? (float) (1 / Math.sqrt(s.keySize)) : op.scale();
  }

  void forward(Op.Forward r) {
    gather(r);
    Tensor scores = room(Room.SCORES);
    for (int n = 0; n < s.batch; n++) {
      for (int h = 0; h < s.heads; h++) {
        Tensor q = matrix(room(Room.QUERY), n, h);
        Tensor key = matrix(room(Room.KEYS), n, group(h));
        k.gemm(false, true, scale(), q, key, 0, matrix(scores, n, h));
      }
    }
    show(r, Scores.PRODUCT);
    cap(scores);
    show(r, Scores.CAPPED);
    mask(scores, Float.NEGATIVE_INFINITY, true);
    show(r, Scores.MASKED);
    sight(scores);
    k.softmax(scores.size() / s.total(), s.total(), 1, scores, scores);
    k.fill(0, room(Room.OTHER));
    k.select(room(Room.SIGHTED), scores, room(Room.OTHER), scores);
    show(r, Scores.PROBABILITY);
    Tensor result = room(Room.RESULT);
    for (int n = 0; n < s.batch; n++) {
      for (int h = 0; h < s.heads; h++) {
        Tensor value = matrix(room(Room.VALUES), n, group(h));
        k.gemm(false, false, 1, matrix(scores, n, h), value, 0, matrix(result, n, h));
      }
    }
    k.copyStrided(resultPlace().reversed(), result, r.output(0), false);
  }

  /** Brings the inputs together: each head in one piece, keys and values from before first. */
  private void gather(Op.Forward r) {
    Tensor keys = room(Room.KEYS);
    Tensor values = room(Room.VALUES);
    k.copyStrided(queryPlace(), input.apply(0), room(Room.QUERY), false);
    k.copyStrided(newPlace(s.keySize), input.apply(1), keys, false);
    k.copyStrided(newPlace(s.valueSize), input.apply(2), values, false);
    if (op.inputs().contains(Input.PAST)) {
      int at = op.pastInput();
      k.copyStrided(pastPlace(s.keySize), input.apply(at), keys, false);
      k.copyStrided(pastPlace(s.valueSize), input.apply(at + 1), values, false);
    }
    if (op.outputs().contains(Output.PRESENT)) {
      k.axpby(1, keys, 0, r.output(1));
      k.axpby(1, values, 0, r.output(2));
    }
  }

  private boolean shows(Scores step) {
    return op.outputs().contains(Output.SCORES) && op.shown() == step;
  }

  private void show(Op.Forward r, Scores step) {
    if (shows(step)) {
      k.axpby(1, room(Room.SCORES), 0, r.output(op.scoresOutput()));
    }
  }

  private void cap(Tensor scores) {
    if (op.softcap() > 0) {
      k.axpby(1 / op.softcap(), scores, 0, scores);
      k.unary(Unary.TANH, 0, 0, scores, scores);
      k.axpby(op.softcap(), scores, 0, scores);
      k.axpby(1, scores, 0, room(Room.CAPPED));
    }
  }

  /**
   * Replaces what is not seen by a value.
   *
   * @param adds whether a mask of numbers is added
   */
  private void mask(Tensor scores, float unseen, boolean adds) {
    k.fill(unseen, room(Room.OTHER));
    if (op.inputs().contains(Input.MASK) && adds) {
      k.binary(Binary.ADD, scores, longMask(Float.NEGATIVE_INFINITY), scores);
    }
    if (op.inputs().contains(Input.SEEN)) {
      k.select(longMask(0), scores, room(Room.OTHER), scores);
    }
    if (op.causal() || op.inputs().contains(Input.LENGTHS)) {
      k.select(seen(), scores, room(Room.OTHER), scores);
    }
  }

  /**
   * Which queries see a key at all. To those that see none, no key counts: of minus infinities
   * alone a softmax would make NaN.
   */
  private void sight(Tensor scores) {
    Tensor sighted = room(Room.SIGHTED);
    k.fill(Float.NEGATIVE_INFINITY, room(Room.OTHER));
    k.reduce(Reduce.MAX, scores, false, sighted);
    k.binary(Binary.EQUAL, sighted, room(Room.OTHER), sighted);
    k.unary(Unary.HARD_SIGMOID, -1, 1, sighted, sighted);
  }

  /** Room for a mask with one number for each key. */
  private Tensor maskRoom() {
    Shape whole = input.apply(op.maskInput()).shape().with(-1, s.total());
    return Tensor.over(room(Room.MASK).storage(), room(Room.MASK).offset(), whole);
  }

  /** The mask, lengthened to all keys. */
  private Tensor longMask(float rest) {
    Tensor mask = input.apply(op.maskInput());
    int length = mask.shape().dim(-1);
    if (length == s.total()) {
      return mask;
    }
    Tensor whole = maskRoom();
    k.fill(rest, whole);
    int rows = mask.size() / length;
    k.copyBlocks(rows, length, mask, 0, length, whole, 0, s.total(), false);
    return whole;
  }

  /** Which keys a query may see by their positions: those before a limit. */
  private Tensor seen() {
    Tensor limit = room(Room.LIMIT);
    Tensor position = room(Room.POSITION);
    for (int i = 0; i < position.size(); i++) {
      k.fill(i, position.slice(i, i + 1));
    }
    k.fill(s.total(), limit);
    Tensor lengths =
        op.inputs().contains(Input.LENGTHS)
            ? input.apply(op.lengthsInput()).reshape(s.batch, 1, 1, 1)
            : null;
    if (lengths != null) {
      k.binary(Binary.MIN, limit, lengths, limit);
    }
    if (op.causal()) {
      limitByQuery(limit, position, lengths);
    }
    Tensor keys = position.slice(0, s.total()).reshape(1, 1, 1, s.total());
    k.binary(Binary.LESS, keys, limit, room(Room.SEEN));
    return room(Room.SEEN);
  }

  /** Query i sees the keys before it and its own: where keys came before, these, too. */
  private void limitByQuery(Tensor limit, Tensor position, Tensor lengths) {
    Tensor own = position.slice(0, s.queries).reshape(1, 1, s.queries, 1);
    // The first positions are needed once more, as those of keys: the offset goes to a copy.
    Tensor ends = Tensor.over(room(Room.SEEN).storage(), room(Room.SEEN).offset(), limit.shape());
    boolean fromTheEnd = lengths != null && s.past == 0;
    k.fill(fromTheEnd ? 1 - s.queries : 1 + s.past, ends);
    k.binary(Binary.ADD, ends, own, ends);
    if (fromTheEnd) {
      k.binary(Binary.ADD, ends, lengths, ends);
    }
    k.binary(Binary.MIN, limit, ends, limit);
  }

  void backward(Op.Backward r) {
    Tensor dresult = room(Room.RESULT_GRADIENT);
    Tensor dkeys = room(Room.KEY_GRADIENT);
    Tensor dvalues = room(Room.VALUE_GRADIENT);
    k.copyStrided(resultPlace(), r.cotangent(0), dresult, false);
    k.fill(0, dkeys);
    k.fill(0, dvalues);
    if (op.outputs().contains(Output.PRESENT)) {
      k.axpby(1, r.cotangent(1), 0, dkeys);
      k.axpby(1, r.cotangent(2), 0, dvalues);
    }
    Tensor dp = room(Room.PROBABILITY_GRADIENT);
    for (int n = 0; n < s.batch; n++) {
      for (int h = 0; h < s.heads; h++) {
        Tensor dy = matrix(dresult, n, h);
        Tensor value = matrix(room(Room.VALUES), n, group(h));
        k.gemm(false, true, 1, dy, value, 0, matrix(dp, n, h));
        Tensor p = matrix(room(Room.SCORES), n, h);
        k.gemm(true, false, 1, p, dy, 1, matrix(dvalues, n, group(h)));
      }
    }
    scoresBackward(r, dp);
    Tensor ds = room(Room.SCORE_GRADIENT);
    Tensor dquery = room(Room.QUERY_GRADIENT);
    for (int n = 0; n < s.batch; n++) {
      for (int h = 0; h < s.heads; h++) {
        Tensor own = matrix(ds, n, h);
        Tensor key = matrix(room(Room.KEYS), n, group(h));
        k.gemm(false, false, scale(), own, key, 0, matrix(dquery, n, h));
        Tensor q = matrix(room(Room.QUERY), n, h);
        k.gemm(true, false, scale(), own, q, 1, matrix(dkeys, n, group(h)));
      }
    }
    spread(queryPlace(), dquery, r.gradient(0));
    spread(newPlace(s.keySize), dkeys, r.gradient(1));
    spread(newPlace(s.valueSize), dvalues, r.gradient(2));
    if (op.inputs().contains(Input.PAST)) {
      spread(pastPlace(s.keySize), dkeys, r.gradient(op.pastInput()));
      spread(pastPlace(s.valueSize), dvalues, r.gradient(op.pastInput() + 1));
    }
  }

  private void spread(StridedCopy place, Tensor from, Tensor gradient) {
    if (gradient != null) {
      k.copyStrided(place.reversed(), from, gradient, true);
    }
  }

  /** From the probabilities back to the product of queries and keys. */
  private void scoresBackward(Op.Backward r, Tensor dp) {
    Tensor ds = room(Room.SCORE_GRADIENT);
    add(r, Scores.PROBABILITY, dp);
    k.fill(0, ds);
    k.softmaxBackward(ds.size() / s.total(), s.total(), 1, room(Room.SCORES), dp, ds);
    if (shows(Scores.MASKED)) {
      add(r, Scores.MASKED, ds);
      mask(ds, 0, false);
    }
    if (op.inputs().contains(Input.MASK) && r.gradient(op.maskInput()) != null) {
      maskBackward(ds, r.gradient(op.maskInput()));
    }
    add(r, Scores.CAPPED, ds);
    if (op.softcap() > 0) {
      // The derivative of c tanh(s / c) is 1 - tanh^2.
      k.axpby(1 / op.softcap(), room(Room.CAPPED), 0, dp);
      k.binary(Binary.MUL, dp, dp, dp);
      k.binary(Binary.MUL, dp, ds, dp);
      k.axpby(-1, dp, 1, ds);
    }
    add(r, Scores.PRODUCT, ds);
  }

  private void add(Op.Backward r, Scores step, Tensor gradient) {
    if (shows(step)) {
      k.axpby(1, r.cotangent(op.scoresOutput()), 1, gradient);
    }
  }

  private void maskBackward(Tensor ds, Tensor gradient) {
    int length = gradient.shape().dim(-1);
    if (length == s.total()) {
      k.reduce(Reduce.SUM, ds, true, gradient);
      return;
    }
    Tensor whole = maskRoom();
    k.reduce(Reduce.SUM, ds, false, whole);
    int rows = gradient.size() / length;
    k.copyBlocks(rows, length, whole, 0, s.total(), gradient, 0, length, true);
  }
}
