package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that are a few others, one after the other; so they have gradients as these have. */
final class Compositions {

  private static final String SCALE = "scale";
  private static final String BORDER = "border";

  private Compositions() {}

  /** To the type of another tensor. */
  static boolean castLike(Rewrite w) {
    long type = w.call().in(1).type().fileNumber();
    w.output(0, "Cast", List.of(w.input(0)), Rewrite.number("to", type));
    return true;
  }

  /** The name that ScatterElements had at first. */
  static boolean scatter(Rewrite w) {
    w.outputs("ScatterElements", w.inputs(), w.attributesWithout());
    return true;
  }

  /** Indices that leave places of other axes out: they are for a part of the data alone. */
  static boolean gatherOfPart(Rewrite w) {
    Shape data = w.call().in(0).shape();
    Shape indices = w.call().in(1).shape();
    if (smaller(w.call(), data, indices).isEmpty()) {
      return false;
    }
    String part = part(w, w.input(0), data, indices);
    w.output(0, "GatherElements", List.of(part, w.input(1)), w.attributesWithout());
    return true;
  }

  /** As for gathering; the part is then put back, axis by axis, before what was left out. */
  static boolean scatterToPart(Rewrite w) {
    Shape data = w.call().in(0).shape();
    Shape indices = w.call().in(1).shape();
    List<Integer> axes = smaller(w.call(), data, indices);
    if (axes.isEmpty()) {
      return false;
    }
    String y =
        w.node(
            "ScatterElements",
            List.of(part(w, w.input(0), data, indices), w.input(1), w.input(2)),
            w.attributesWithout());
    for (int i = axes.size() - 1; i >= 0; i--) {
      int d = axes.get(i);
      String before = sliced(w, w.input(0), axes.subList(0, i), indices);
      String rest =
          w.node(
              "Slice",
              List.of(
                  before,
                  w.integers(indices.dim(d)),
                  w.integers(Integer.MAX_VALUE),
                  w.integers(d)));
      AttributeProto along = Rewrite.number("axis", d);
      if (i == 0) {
        w.output(0, "Concat", List.of(y, rest), along);
      } else {
        y = w.node("Concat", List.of(y, rest), along);
      }
    }
    return true;
  }

  private static int axis(NodeCall c, Shape data) {
    return c.axis(0, data);
  }

  /** The axes, other than the one indexed, in which there are fewer indices than data. */
  private static List<Integer> smaller(NodeCall c, Shape data, Shape indices) {
    List<Integer> axes = new ArrayList<>();
    for (int d = 0; data.rank() == indices.rank() && d < data.rank(); d++) {
      if (d != axis(c, data) && indices.dim(d) < data.dim(d)) {
        axes.add(d);
      }
    }
    return axes;
  }

  private static String part(Rewrite w, String data, Shape whole, Shape indices) {
    return sliced(w, data, smaller(w.call(), whole, indices), indices);
  }

  /** The beginning of a value along some axes. */
  private static String sliced(Rewrite w, String value, List<Integer> axes, Shape ends) {
    if (axes.isEmpty()) {
      return value;
    }
    long[] all = axes.stream().mapToLong(d -> d).toArray();
    long[] to = axes.stream().mapToLong(ends::dim).toArray();
    return w.node(
        "Slice", List.of(value, w.integers(new long[all.length]), w.integers(to), w.integers(all)));
  }

  /** Negative numbers of a Pad that repeats elements: these are taken away before. */
  static boolean cropped(Rewrite w) {
    NodeCall c = w.call();
    int[] pads = c.optional(1) != null && c.in(1).isShell() ? null : c.integers("pads", 1);
    if (c.text("mode", "constant").equals("constant")
        || pads == null
        || Arrays.stream(pads).noneMatch(p -> p < 0)) {
      return false;
    }
    int n = pads.length / 2;
    long[] from = Arrays.stream(pads, 0, n).mapToLong(p -> Math.max(0, -(long) p)).toArray();
    long[] to =
        Arrays.stream(pads, n, 2 * n).mapToLong(p -> p < 0 ? p : Integer.MAX_VALUE).toArray();
    boolean some = c.optional(3) != null;
    String axes = some ? w.input(3) : w.integers(IntStream.range(0, n).asLongStream().toArray());
    String x = w.node("Slice", List.of(w.input(0), w.integers(from), w.integers(to), axes));
    String left = w.integers(Arrays.stream(pads).mapToLong(p -> Math.max(0, p)).toArray());
    w.output(0, "Pad", List.of(x, left, "", some ? axes : ""), w.attributesWithout("pads"));
    return true;
  }

  /** Nothing but NaN differs from itself. */
  static boolean notANumber(Rewrite w) {
    String same = w.node("Equal", List.of(w.input(0), w.input(0)));
    w.output(0, "Not", List.of(same));
    return true;
  }

  /** Infinite is what is beyond all finite numbers. */
  static boolean infinite(Rewrite w) {
    NodeCall c = w.call();
    boolean below = c.flag("detect_negative", true);
    boolean above = c.flag("detect_positive", true);
    String most = w.reals(List.of(Float.MAX_VALUE));
    String x = below && above ? w.node("Abs", List.of(w.input(0))) : w.input(0);
    if (below && !above) {
      w.output(0, "Less", List.of(x, w.reals(List.of(-Float.MAX_VALUE))));
    } else if (above) {
      w.output(0, "Greater", List.of(x, most));
    } else {
      w.output(0, "Less", List.of(w.node("Abs", List.of(x)), w.reals(List.of(-1f))));
    }
    return true;
  }

  /**
   * A convolution of each channel with its own kernel that sees no later elements; what it has to
   * see of earlier ones comes from the state, or is zero.
   */
  static boolean causalConvolution(Rewrite w) {
    NodeCall c = w.call();
    Shape weights = c.in(1).shape();
    if (weights.rank() != 3) {
      throw new IllegalArgumentException("weights: expected [channels, 1, k], found " + weights);
    }
    long state = weights.dim(2) - 1L;
    String past = c.optional(3) == null ? "" : w.input(3);
    String all =
        past.isEmpty()
            ? w.node("Pad", List.of(w.input(0), w.integers(0, 0, state, 0, 0, 0)))
            : w.node("Concat", List.of(past, w.input(0)), Rewrite.number("axis", 2));
    List<String> in = new ArrayList<>(List.of(all, w.input(1)));
    if (c.optional(2) != null) {
      in.add(w.input(2));
    }
    AttributeProto groups = Rewrite.number("group", weights.dim(0));
    switch (c.text("activation", "none")) {
      case "none" -> w.output(0, "Conv", in, groups);
      case "silu", "swish" -> w.output(0, "Swish", List.of(w.node("Conv", in, groups)));
      default ->
          throw new IllegalArgumentException(
              "attribute 'activation': expected none, silu or swish, found "
                  + c.text("activation", ""));
    }
    if (c.node().getOutputCount() > 1 && !c.node().getOutput(1).isEmpty()) {
      // From the end, since a sequence may be of any length; nothing at all for a kernel of one.
      long from = state == 0 ? Integer.MAX_VALUE : -state;
      w.output(
          1, "Slice", List.of(all, w.integers(from), w.integers(Integer.MAX_VALUE), w.integers(2)));
    }
    return true;
  }

  /** Early ONNX: {@code alpha x + beta}. */
  static boolean affine(Rewrite w) {
    NodeCall c = w.call();
    String scaled = times(w, w.input(0), c.real("alpha", 1));
    w.output(0, "Add", List.of(scaled, w.reals(List.of((float) c.real("beta", 0)))));
    return true;
  }

  /** Early ONNX: {@code scale x}. */
  static boolean scale(Rewrite w) {
    float scale = (float) w.call().real(SCALE, 1);
    w.output(0, "Mul", List.of(w.input(0), w.reals(List.of(scale))));
    return true;
  }

  /** Early ONNX: {@code scale x + bias}, with a bias for each channel. */
  static boolean scaledImage(Rewrite w) {
    NodeCall c = w.call();
    AttributeProto bias = c.attribute("bias");
    int channels = bias == null ? 0 : bias.getFloatsCount();
    if (c.in(0).shape().rank() != 4 || channels != c.in(0).shape().dim(1)) {
      throw new IllegalArgumentException(
          "expected [N, C, H, W] and C numbers as 'bias', found "
              + c.in(0).shape()
              + " and "
              + channels);
    }
    String scaled = times(w, w.input(0), c.real(SCALE, 1));
    String added = w.reals(bias.getFloatsList(), 1, channels, 1, 1);
    w.output(0, "Add", List.of(scaled, added));
    return true;
  }

  /** Early ONNX: {@code alpha log(1 + exp(beta x))}. */
  static boolean parametricSoftplus(Rewrite w) {
    return curve(w, "Softplus");
  }

  /** Early ONNX: {@code alpha tanh(beta x)}. */
  static boolean scaledTanh(Rewrite w) {
    return curve(w, "Tanh");
  }

  private static boolean curve(Rewrite w, String f) {
    NodeCall c = w.call();
    for (String name : List.of("alpha", "beta")) {
      if (c.attribute(name) == null) {
        throw new IllegalArgumentException("attribute '" + name + "' is missing");
      }
    }
    String y = w.node(f, List.of(times(w, w.input(0), c.real("beta", 1))));
    w.output(0, "Mul", List.of(y, w.reals(List.of((float) c.real("alpha", 1)))));
    return true;
  }

  private static String times(Rewrite w, String x, double factor) {
    return w.node("Mul", List.of(x, w.reals(List.of((float) factor))));
  }

  /** Early ONNX: an image without its border, or a part of a given size. */
  static boolean crop(Rewrite w) {
    NodeCall c = w.call();
    int[] border = c.integers(BORDER, -1);
    int[] size = c.integers(SCALE, -1);
    if (border == null || border.length != 4 || (size != null && size.length != 2)) {
      throw new IllegalArgumentException(
          "expected four numbers as 'border' and none or two as 'scale', found "
              + Arrays.toString(border)
              + " and "
              + Arrays.toString(size));
    }
    // Left, top, right, bottom.
    long[] from = {border[1], border[0]};
    long[] to = new long[2];
    for (int d = 0; d < 2; d++) {
      long cut = border[3 - d];
      to[d] = size != null ? from[d] + size[d] : cut == 0 ? Integer.MAX_VALUE : -cut;
    }
    w.output(0, "Slice", List.of(w.input(0), w.integers(from), w.integers(to), w.integers(2, 3)));
    return true;
  }
}
