package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks shared by the shape rules of the operators. */
final class Check {

  private Check() {}

  /** Dimensions {@code from} (inclusive) to {@code to} (exclusive) as a shape. */
  static Shape part(Shape s, int from, int to) {
    return Shape.of(Arrays.copyOfRange(s.toArray(), from, to));
  }

  /** All dimensions of three shapes, one after the other. */
  static Shape joined(Shape a, Shape b, Shape c) {
    return Shape.of(Stream.of(a, b, c).flatMapToInt(s -> Arrays.stream(s.toArray())).toArray());
  }

  static void inputs(String op, List<Shape> inputs, int from, int to) {
    if (inputs.size() < from || inputs.size() > to) {
      throw new ShapeException(
          op
              + ": expected "
              + (from == to ? from : from + " to " + to)
              + " inputs, found "
              + inputs.size());
    }
  }

  static void rank(String op, String name, Shape s, int rank, String form) {
    if (s.rank() != rank) {
      throw new ShapeException(op + ": " + name + " expected " + form + ", found " + s);
    }
  }

  static void image(String op, Shape s) {
    image(op, s, 2);
  }

  /** That a tensor is a sequence, an image or a volume, by its number of dimensions in space. */
  static void image(String op, Shape s, int dimensions) {
    rank(op, "input", s, 2 + dimensions, "[N, C, " + space(dimensions, "") + "]");
  }

  /** The names of the extents in space, each with a prefix. */
  static String space(int dimensions, String prefix) {
    List<String> names = List.of("D", "H", "W").subList(3 - dimensions, 3);
    return prefix + String.join(", " + prefix, names);
  }

  /** The extents of a window, as people write them. */
  static String extents(Window w) {
    return w.axes().stream()
        .map(axis -> String.valueOf(axis.extent()))
        .collect(Collectors.joining("x"));
  }

  static void vector(String op, String name, Shape s, int length) {
    if (!s.equals(Shape.of(length))) {
      throw new ShapeException(op + ": " + name + " expected [" + length + "], found " + s);
    }
  }

  /** Scale and bias {@code [C]} of a non-empty {@code [N, C, ...]}. */
  static void channelParameters(String op, List<Shape> in) {
    inputs(op, in, 3, 3);
    Shape x = in.get(0);
    that(x.rank() >= 3 && x.size() > 0, op, "input expected [N, C, ...] with elements, found " + x);
    vector(op, "scale", in.get(1), x.dim(1));
    vector(op, "bias", in.get(2), x.dim(1));
  }

  static void that(boolean condition, String op, String message) {
    if (!condition) {
      throw new ShapeException(op + ": " + message);
    }
  }

  /** The shape to which both shapes broadcast. */
  static Shape broadcast(String op, Shape a, Shape b) {
    try {
      return Shape.broadcast(a, b);
    } catch (IllegalArgumentException e) {
      throw new ShapeException(op + ": " + e.getMessage());
    }
  }

  /** That an input broadcasts to a shape that is given by another one. */
  static void broadcastsTo(String op, String name, Shape s, Shape to) {
    that(
        broadcast(op, s, to).equals(to),
        op,
        name + " expected to broadcast to " + to + ", found " + s);
  }

  /** The axis counted from the outermost dimension; a scalar has none. */
  static int axis(String op, int axis, Shape s) {
    int rank = s.rank();
    if (axis < -rank || axis >= rank) {
      throw new ShapeException(
          op
              + ": axis expected in "
              + -rank
              + ".."
              + (rank - 1)
              + " for the input "
              + s
              + ", found "
              + axis);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /** That a window has room for at least one output along each dimension. */
  static void windowFits(String op, Window w, Shape x, int output) {
    that(
        output > 0,
        op,
        "expected a padded input of at least " + extents(w) + ", found the input " + x);
  }

  /** That every index into a tensor is an integer that float32 holds. */
  static void indexable(String op, Shape s) {
    that(
        s.size() <= ElementType.MAX_INTEGER,
        op,
        "expected at most 2^24 elements to be indexed, found " + s);
  }

  /** That channels can be cut into groups. */
  static void groups(String op, int groups, int channels, Shape s) {
    that(
        channels % groups == 0,
        op,
        "channels expected to be a multiple of group " + groups + ", found " + s);
  }
}
