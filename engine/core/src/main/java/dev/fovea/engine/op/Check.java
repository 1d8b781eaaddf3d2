package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Checks shared by the shape rules of the operators. */
final class Check {

  private Check() {}

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
    rank(op, "input", s, 4, "[N, C, H, W]");
  }

  static void vector(String op, String name, Shape s, int length) {
    if (!s.equals(Shape.of(length))) {
      throw new ShapeException(op + ": " + name + " expected [" + length + "], found " + s);
    }
  }

  static void that(boolean condition, String op, String message) {
    if (!condition) {
      throw new ShapeException(op + ": " + message);
    }
  }

  static int axis(String op, int axis, int rank) {
    if (axis < -rank || axis >= Math.max(rank, 1)) {
      throw new ShapeException(
          op + ": axis expected in " + -rank + ".." + (rank - 1) + ", found " + axis);
    }
    return axis < 0 ? axis + rank : axis;
  }
}
