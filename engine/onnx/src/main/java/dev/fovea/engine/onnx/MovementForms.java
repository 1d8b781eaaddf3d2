package dev.fovea.engine.onnx;

import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Brings operators that move elements into the form in which axes, sizes and paddings are inputs;
 * up to opset 10 or 12 they were attributes.
 */
final class MovementForms {

  private static final int MAX_PARTS = 1 << 10;

  private MovementForms() {}

  /** The attributes with an integer or a list of integers as the input at a position. */
  static Attributes asInput(Attributes a, String name, int input) {
    Object value = a.values().get(name);
    if (value == null || a.constant(input) != null) {
      return a;
    }
    List<Long> integers = new ArrayList<>();
    for (Object v : value instanceof List<?> list ? list : List.of(value)) {
      if (!(v instanceof Long n)) {
        throw new IllegalArgumentException(
            "attribute '" + name + "': found " + value + ", expected integers");
      }
      integers.add(n);
    }
    return a.without(name).withConstant(input, integers);
  }

  static Attributes slice(Attributes a) {
    return asInput(asInput(asInput(a, "starts", 1), "ends", 2), "axes", 3);
  }

  /** Sizes that are not given are equal, and the last is smaller where that does not work out. */
  static Attributes split(Attributes fromFile, Operands in) {
    Attributes a = asInput(fromFile, "split", 1);
    if (a.constant(1) != null && a.constant(1).stream().allMatch(Float.class::isInstance)) {
      // The first form had sizes of the type of what is split.
      a = a.withConstant(1, a.constant(1).stream().map(OperatorForms::integer).toList());
    }
    int parts = a.intValue("num_outputs", in.outputs());
    a = a.without("num_outputs");
    if (a.constant(1) != null) {
      return a;
    }
    Shape x = in.shape(0);
    int axis = a.intValue("axis", 0);
    int d = axis < 0 ? axis + x.rank() : axis;
    if (d < 0 || d >= x.rank() || !in.fixed(0, d)) {
      throw new IllegalArgumentException(
          "Split into equal parts: expected an axis of fixed size, found axis "
              + axis
              + " of "
              + x);
    }
    if (parts < 1 || parts > MAX_PARTS) {
      throw new IllegalArgumentException(
          "Split: expected 1 to " + MAX_PARTS + " outputs, found " + parts);
    }
    int size = (x.dim(d) + parts - 1) / parts;
    List<Long> sizes = new ArrayList<>(Collections.nCopies(parts - 1, (long) size));
    sizes.add(x.dim(d) - (long) size * (parts - 1));
    return a.withConstant(1, sizes);
  }

  /** Paddings of some axes become paddings of all. */
  static Attributes pad(Attributes fromFile, Operands in) {
    // The first form had another name for them.
    Attributes a = asInput(asInput(fromFile, "pads", 1), "paddings", 1);
    if (a.values().containsKey("value")) {
      a = a.without("value").withConstant(2, List.of(a.floatValue("value", 0)));
    }
    if (a.constant(3) == null || a.constant(1) == null) {
      return a;
    }
    OperatorForms.requireIntegers("axes", a.constant(3));
    OperatorForms.requireIntegers("pads", a.constant(1));
    List<? extends Number> axes = a.constant(3);
    List<? extends Number> pads = a.constant(1);
    int rank = in.shape(0).rank();
    List<Long> all = new ArrayList<>(Collections.nCopies(2 * rank, 0L));
    for (int i = 0; i < axes.size(); i++) {
      long axis = axes.get(i).longValue();
      long d = axis < 0 ? axis + rank : axis;
      if (d < 0 || d >= rank || pads.size() != 2 * axes.size()) {
        throw new IllegalArgumentException(
            "Pad: expected two pads for each axis of "
                + in.shape(0)
                + ", found axes "
                + axes
                + " and pads "
                + pads);
      }
      all.set((int) d, pads.get(i).longValue());
      all.set((int) d + rank, pads.get(i + axes.size()).longValue());
    }
    return a.withConstant(1, all);
  }
}
