package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** The extents of an {@link Attention}. */
final class AttentionSizes {

  private static final String NAME = "Attention";

  final int batch;
  final int heads;
  final int groups;
  final int queries;
  final int keySize;
  final int valueSize;

  /** Keys from before. */
  final int past;

  /** Keys of this run. */
  final int keys;

  /**
   * Checks the shapes of the inputs.
   *
   * @throws ShapeException if they do not fit
   */
  AttentionSizes(Attention op, List<Shape> in) {
    int count = op.lengthsInput() + (op.inputs().contains(Attention.Input.LENGTHS) ? 1 : 0);
    Check.inputs(NAME, in, count, count);
    int rank = op.heads() > 0 ? 3 : 4;
    String form = rank == 3 ? "[N, S, heads * size]" : "[N, heads, S, size]";
    for (int i = 0; i < 3; i++) {
      Check.rank(NAME, "input " + i, in.get(i), rank, form);
      Check.that(in.get(i).size() > 0, NAME, "expected inputs with elements, found " + in);
    }
    Shape q = separate(op.heads(), in.get(0));
    Shape k = separate(op.groups(), in.get(1));
    Shape v = separate(op.groups(), in.get(2));
    batch = q.dim(0);
    heads = q.dim(1);
    groups = k.dim(1);
    queries = q.dim(2);
    keySize = q.dim(3);
    keys = k.dim(2);
    valueSize = v.dim(3);
    boolean given = op.inputs().contains(Attention.Input.PAST);
    Shape before = given ? in.get(op.pastInput()) : Shape.of(batch, groups, 0, keySize);
    past = before.rank() == 4 ? before.dim(2) : 0;
    Check.that(
        k.equals(Shape.of(batch, groups, keys, keySize))
            && v.equals(Shape.of(batch, groups, keys, valueSize))
            && heads % groups == 0,
        NAME,
        "expected Q [N, H, S, E], K [N, G, T, E] and V [N, G, T, F] with H a multiple of G, found "
            + in);
    if (given) {
      Check.that(
          before.equals(Shape.of(batch, groups, past, keySize))
              && in.get(op.pastInput() + 1).equals(Shape.of(batch, groups, past, valueSize)),
          NAME,
          "expected keys [N, G, P, E] and values [N, G, P, F] from before, found " + in);
    }
    if (op.inputs().contains(Attention.Input.LENGTHS)) {
      Check.vector(NAME, "number of keys", in.get(op.lengthsInput()), batch);
    }
    if (op.masked()) {
      checkMask(in.get(op.maskInput()));
    }
  }

  private void checkMask(Shape mask) {
    boolean fits = mask.rank() >= 2 && mask.rank() <= 4 && mask.dim(-1) <= total();
    Check.that(
        fits && mask.size() > 0,
        NAME,
        "mask expected to broadcast to " + scores() + ", found " + mask);
    Check.broadcastsTo(NAME, "mask", mask.with(-1, total()), scores());
  }

  /** {@code [N, S, H E]} as {@code [N, H, S, E]}. */
  private static Shape separate(int heads, Shape s) {
    if (heads == 0) {
      return s;
    }
    Check.that(
        s.dim(2) % heads == 0, NAME, "expected " + heads + " heads side by side, found " + s);
    return Shape.of(s.dim(0), heads, s.dim(1), s.dim(2) / heads);
  }

  /** All keys. */
  int total() {
    return past + keys;
  }

  Shape query() {
    return Shape.of(batch, heads, queries, keySize);
  }

  Shape allKeys() {
    return Shape.of(batch, groups, total(), keySize);
  }

  Shape allValues() {
    return Shape.of(batch, groups, total(), valueSize);
  }

  Shape scores() {
    return Shape.of(batch, heads, queries, total());
  }

  Shape result() {
    return Shape.of(batch, heads, queries, valueSize);
  }
}
