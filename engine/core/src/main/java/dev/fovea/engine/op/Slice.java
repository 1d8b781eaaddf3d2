package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Part of a tensor: along each axis the elements from {@code start} (inclusive) to {@code end}
 * (exclusive) in steps. Negative starts and ends count from the end of the axis; what lies outside
 * is clamped; a negative step walks backward.
 *
 * @param starts first index for each axis
 * @param ends index after the last for each axis; an end far outside stands for "all"
 * @param axes which axes; negative counts from the innermost
 * @param steps one for each axis, not 0
 */
public record Slice(
    List<Integer> starts, List<Integer> ends, List<Integer> axes, List<Integer> steps)
    implements Moving {

  /** Specification. */
  public static final OpSpec<Slice> SPEC =
      OpSpec.of(
              "Slice",
              10,
              Slice.class,
              Slice::read,
              op ->
                  Attributes.none()
                      .withConstant(1, Attributes.longs(op.starts))
                      .withConstant(2, Attributes.longs(op.ends))
                      .withConstant(3, Attributes.longs(op.axes))
                      .withConstant(4, Attributes.longs(op.steps)),
              of(range(1, 1, 3), Shape.of(2, 4, 3, 5)),
              of(
                  new Slice(List.of(1, -4), List.of(-1, 99), List.of(2, 3), List.of(1, 2)),
                  Shape.of(2, 3, 5, 7)),
              of(
                  new Slice(List.of(-1, 3), List.of(-99, 0), List.of(-1, 0), List.of(-1, -2)),
                  Shape.of(5, 2, 6)),
              of(range(0, 0, 1), Shape.of(3)).with(0, OpSpec.Operand.TRUTH))
          .withConstantInputs(1, 2, 3, 4);

  /** Copies the lists and checks them. */
  public Slice {
    starts = List.copyOf(starts);
    ends = List.copyOf(ends);
    axes = List.copyOf(axes);
    steps = List.copyOf(steps);
    int n = starts.size();
    if (ends.size() != n || axes.size() != n || steps.size() != n || steps.contains(0)) {
      throw new IllegalArgumentException(
          "Slice: expected an end, an axis and a step other than 0 for each start, found starts "
              + starts
              + ", ends "
              + ends
              + ", axes "
              + axes
              + ", steps "
              + steps);
    }
  }

  /** Elements {@code from} (inclusive) to {@code to} (exclusive) along one axis. */
  public static Slice range(int axis, int from, int to) {
    return new Slice(List.of(from), List.of(to), List.of(axis), List.of(1));
  }

  private static Slice read(Attributes a) {
    List<Integer> starts = a.saturatedConstant(1, "starts");
    int n = starts.size();
    return new Slice(
        starts,
        a.saturatedConstant(2, "ends"),
        a.constant(3) == null ? IntStream.range(0, n).boxed().toList() : a.constantInts(3, "axes"),
        a.constant(4) == null
            ? IntStream.range(0, n).mapToObj(i -> 1).toList()
            : a.saturatedConstant(4, "steps"));
  }

  @Override
  public OpSpec<Slice> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Slice", in, 1, 1);
    Shape x = in.get(0);
    Shape y = x;
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      int axis = Check.axis("Slice", axes.get(i), x);
      Check.that(
          !seen.contains(axis), "Slice", "expected different axes for " + x + ", found " + axes);
      seen.add(axis);
      long first = first(i, x.dim(axis));
      long last = last(i, x.dim(axis));
      long step = steps.get(i);
      long count = step > 0 ? (last - first + step - 1) / step : (first - last - step - 1) / -step;
      y = y.with(axis, x.dim(axis) == 0 ? 0 : (int) Math.max(0, count));
    }
    return List.of(y);
  }

  private int first(int i, int extent) {
    int start = fromEnd(starts.get(i), extent);
    return steps.get(i) > 0 ? clamp(start, 0, extent) : clamp(start, 0, extent - 1);
  }

  private int last(int i, int extent) {
    int end = fromEnd(ends.get(i), extent);
    return steps.get(i) > 0 ? clamp(end, 0, extent) : clamp(end, -1, extent - 1);
  }

  private static int fromEnd(int index, int extent) {
    return index < 0 ? index + extent : index;
  }

  private static int clamp(int v, int low, int high) {
    return Math.max(low, Math.min(high, v));
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    int[] strides = x.strides();
    int start = 0;
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i) < 0 ? axes.get(i) + x.rank() : axes.get(i);
      start += first(i, x.dim(axis)) * strides[axis];
      // With a single element the step is never taken, and may be too large to multiply with.
      strides[axis] *= y.dim(axis) > 1 ? steps.get(i) : 1;
    }
    return List.of(StridedCopy.of(y.toArray(), start, strides, 0, y.strides()));
  }
}
