package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The dimensions that a reduction runs over. Immutable.
 *
 * @param axes the dimensions, negative ones counted from the innermost
 * @param keepDims whether a reduced dimension stays, with the extent 1, or is left out
 * @param noneIfEmpty whether an empty list of axes stands for none, else for all
 */
public record Axes(List<Integer> axes, boolean keepDims, boolean noneIfEmpty) {

  /** Copies the list. */
  public Axes {
    axes = List.copyOf(axes);
  }

  /** The given dimensions, which stay with the extent 1. */
  public static Axes of(Integer... axes) {
    return new Axes(List.of(axes), true, false);
  }

  /** All dimensions, which stay with the extent 1. */
  public static Axes all() {
    return of();
  }

  /** These dimensions, left out of the result. */
  public Axes dropped() {
    return new Axes(axes, false, noneIfEmpty);
  }

  /** Reads the attributes of ONNX; the axes are input 1. */
  static Axes read(Attributes a) {
    List<? extends Number> axes = a.constant(1) == null ? List.of() : a.constant(1);
    return new Axes(
        axes.stream().map(n -> Math.toIntExact(n.longValue())).toList(),
        a.intValue("keepdims", 1) != 0,
        a.intValue("noop_with_empty_axes", 0) != 0);
  }

  /** Writes the attributes of ONNX. */
  Attributes write() {
    Attributes a =
        Attributes.none()
            .with("keepdims", keepDims ? 1L : 0L)
            .with("noop_with_empty_axes", noneIfEmpty ? 1L : 0L);
    return axes.isEmpty() ? a : a.withConstant(1, axes.stream().map(Integer::longValue).toList());
  }

  /** The input's shape with the extent 1 where it is reduced. */
  Shape kept(String op, Shape x) {
    Shape kept = x;
    for (int axis : reduced(op, x)) {
      kept = kept.with(axis, 1);
    }
    return kept;
  }

  /** The shape of the result. */
  Shape result(String op, Shape x) {
    if (keepDims) {
      return kept(op, x);
    }
    Set<Integer> reduced = reduced(op, x);
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (!reduced.contains(i)) {
        dims.add(x.dim(i));
      }
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  private Set<Integer> reduced(String op, Shape x) {
    Set<Integer> reduced = new HashSet<>();
    if (axes.isEmpty() && !noneIfEmpty) {
      for (int i = 0; i < x.rank(); i++) {
        reduced.add(i);
      }
    }
    for (int axis : axes) {
      Check.that(
          reduced.add(Check.axis(op, axis, x)),
          op,
          "expected different axes for the input " + x + ", found " + axes);
    }
    return reduced;
  }

  @Override
  public String toString() {
    return Arrays.toString(axes.toArray()) + (keepDims ? "" : " dropped");
  }
}
