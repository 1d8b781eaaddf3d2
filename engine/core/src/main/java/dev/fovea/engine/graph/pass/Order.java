package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An order of dimensions: dimension {@code i} of the result is dimension {@code from[i]} of what is
 * reordered.
 */
record Order(List<Integer> from) {

  /** What a transpose does to a value. */
  static Order of(Transpose op, Value x) {
    int rank = x.shape().rank();
    return new Order(
        op.perm().isEmpty()
            ? IntStream.range(0, rank).mapToObj(i -> rank - 1 - i).toList()
            : op.perm());
  }

  int rank() {
    return from.size();
  }

  boolean isIdentity() {
    return from.equals(IntStream.range(0, rank()).boxed().toList());
  }

  /** This order, and then another. */
  Order then(Order next) {
    return new Order(next.from.stream().map(from::get).toList());
  }

  /** The order that undoes this one. */
  Order inverse() {
    List<Integer> to = new ArrayList<>(from);
    for (int i = 0; i < rank(); i++) {
      to.set(from.get(i), i);
    }
    return new Order(to);
  }

  Transpose transpose() {
    return new Transpose(from);
  }
}
