package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What nodes of older opsets mean where that is something else than today, written as nodes of
 * today. What only has another spelling is for {@link OperatorForms}.
 */
final class OldForms {

  /** Since this opset operands are aligned at their last axis; before, at one that a node names. */
  static final int ALIGNED_AT_THE_END = 7;

  /** Since this opset the repetitions of a Tile are a list. */
  private static final int TILED_IN_ALL_AXES = 6;

  /** Since this opset a normalisation has a mean for each channel, and nothing else. */
  private static final int ALWAYS_SPATIAL = 9;

  /** Since this opset a Softmax runs over one axis; before, over all from its axis on. */
  private static final int ONE_AXIS = 13;

  /** Since this opset there is a scale for each channel; before, for each group. */
  private static final int SCALES_OF_CHANNELS = 21;

  private static final String AXIS = "axis";

  private OldForms() {}

  /** The second operand of an elementwise operator, aligned where the node says. */
  static boolean aligned(Rewrite w) {
    NodeCall c = w.call();
    boolean named = c.attribute(AXIS) != null || c.attribute("broadcast") != null;
    if (c.opset() >= ALIGNED_AT_THE_END || !named) {
      return false;
    }
    int rank = c.in(0).shape().rank();
    Shape b = c.in(1).shape();
    String second = w.input(1);
    if (c.flag("broadcast", false) && c.attribute(AXIS) != null && b.rank() > 0) {
      second = behind(w, second, b.rank(), rank - axis(c, rank) - b.rank());
    }
    w.output(0, c.node().getOpType(), List.of(w.input(0), second));
    return true;
  }

  private static int axis(NodeCall c, int rank) {
    long axis = c.integer(AXIS, 0);
    long d = axis < 0 ? axis + rank : axis;
    if (d < 0 || d > rank) {
      throw new IllegalArgumentException(
          "attribute 'axis': expected one of " + rank + " axes, found " + axis);
    }
    return (int) d;
  }

  /** A value with axes of extent 1 behind its own. */
  private static String behind(Rewrite w, String value, int rank, int count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "attribute 'axis': expected one from which the second operand's "
              + rank
              + " axes fit into the first operand");
    }
    return count == 0
        ? value
        : w.node(
            "Unsqueeze",
            List.of(value, w.integers(LongStream.range(rank, rank + count).toArray())));
  }

  /** One slope for each channel, which is the second axis. */
  static boolean slopes(Rewrite w) {
    NodeCall c = w.call();
    int behind = c.in(0).shape().rank() - 2;
    if (c.opset() >= ALIGNED_AT_THE_END
        || c.in(1).shape().rank() != 1
        || c.in(1).size() == 1
        || behind <= 0) {
      return false;
    }
    w.output(0, "PRelu", List.of(w.input(0), behind(w, w.input(1), 1, behind)));
    return true;
  }

  /** Repetitions along one axis, both given as single numbers. */
  static boolean tiles(Rewrite w) {
    NodeCall c = w.call();
    if (c.opset() >= TILED_IN_ALL_AXES || w.inputs().size() < 3) {
      return false;
    }
    if (c.in(1).isShell() || c.in(2).isShell()) {
      throw new IllegalArgumentException("expected tiles and axis that are known before a run");
    }
    Shape x = c.in(0).shape();
    long[] repeats = new long[x.rank()];
    Arrays.fill(repeats, 1);
    repeats[NodeCall.axis(x, c.number(2))] = c.number(1);
    w.output(0, "Tile", List.of(w.input(0), w.integers(repeats)));
    return true;
  }

  /** A mean and a variance for each place of an image: those of channels, once it is a row. */
  static boolean ofPlaces(Rewrite w) {
    NodeCall c = w.call();
    if (c.opset() >= ALWAYS_SPATIAL || c.flag("spatial", true)) {
      return false;
    }
    List<String> in = new ArrayList<>();
    in.add(w.node("Flatten", List.of(w.input(0)), Rewrite.number(AXIS, 1)));
    for (int i = 1; i < w.inputs().size(); i++) {
      in.add(w.node("Reshape", List.of(w.input(i), w.integers(-1))));
    }
    List<String> out = new ArrayList<>(c.node().getOutputList());
    out.set(0, w.fresh("Rows"));
    w.add("BatchNormalization", in, out, w.attributesWithout("spatial"));
    w.output(0, "Reshape", List.of(out.get(0), w.node("Shape", List.of(w.input(0)))));
    return true;
  }

  /** All axes from one on taken as one, where more than one of them is longer than 1. */
  static boolean joined(Rewrite w) {
    NodeCall c = w.call();
    if (c.opset() >= ONE_AXIS) {
      return false;
    }
    Shape x = c.in(0).shape();
    int axis = c.attribute(AXIS) == null ? Math.min(1, x.rank()) : axis(c, x.rank());
    if (Arrays.stream(x.toArray(), axis, x.rank()).filter(d -> d != 1).count() < 2) {
      return false;
    }
    String matrix = w.node("Flatten", List.of(w.input(0)), Rewrite.number(AXIS, axis));
    String y = w.node(c.node().getOpType(), List.of(matrix), Rewrite.number(AXIS, 1));
    w.output(0, "Reshape", List.of(y, w.node("Shape", List.of(w.input(0)))));
    return true;
  }

  /** A scale and a bias for each group, which all its channels get. */
  static boolean ofGroups(Rewrite w) {
    NodeCall c = w.call();
    int groups = Math.toIntExact(c.integer("num_groups", 0));
    Shape x = c.in(0).shape();
    if (c.opset() >= SCALES_OF_CHANNELS
        || groups < 1
        || x.rank() < 2
        || x.dim(1) == groups
        || c.in(1).size() != groups) {
      return false;
    }
    String shape = w.integers(groups, x.dim(1) / groups);
    List<String> in = new ArrayList<>(List.of(w.input(0)));
    for (int i = 1; i <= 2; i++) {
      String column = w.node("Unsqueeze", List.of(w.input(i), w.integers(1)));
      String all = w.node("Expand", List.of(column, shape));
      in.add(w.node("Reshape", List.of(all, w.integers(-1))));
    }
    w.output(0, "GroupNormalization", in, w.attributesWithout());
    return true;
  }

  /** The indices of a MaxPool that count columns before rows, by those that count rows first. */
  static boolean columnsFirst(Rewrite w) {
    NodeCall c = w.call();
    AttributeProto[] attributes = w.attributesWithout("storage_order");
    if (!c.flag("storage_order", false)
        || c.node().getOutputCount() < 2
        || c.node().getOutput(1).isEmpty()) {
      return false;
    }
    Shape x = c.in(0).shape();
    int[] space = Arrays.copyOfRange(x.toArray(), Math.min(2, x.rank()), x.rank());
    long inner = Arrays.stream(space).asLongStream().reduce(1, Math::multiplyExact);
    String index = w.fresh("Rows");
    w.add("MaxPool", w.inputs(), List.of(c.node().getOutput(0), index), attributes);
    String rest = w.node("Mod", List.of(index, w.integer(inner)));
    String sum = w.node("Sub", List.of(index, rest));
    long stride = 1;
    for (int extent : space) {
      inner /= Math.max(1, extent);
      String along = w.node("Div", List.of(rest, w.integer(inner)));
      rest = w.node("Mod", List.of(rest, w.integer(inner)));
      sum = w.node("Add", List.of(sum, w.node("Mul", List.of(along, w.integer(stride)))));
      stride *= extent;
    }
    w.output(1, "Add", List.of(sum, rest));
    return true;
  }
}
