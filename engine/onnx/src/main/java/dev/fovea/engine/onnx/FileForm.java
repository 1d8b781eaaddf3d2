package dev.fovea.engine.onnx;

import dev.fovea.engine.graph.Node;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Resize;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node as files of an opset spell it. What the operators here mean has mostly been the same for
 * long, but older opsets say it in other words: by attributes in place of inputs, or without
 * attributes that came later.
 *
 * @param attributes of the node, and its constant inputs
 * @param empty positions of inputs that are there without elements, of real numbers
 */
record FileForm(Attributes attributes, Set<Integer> empty) {

  private static final int NONE = Integer.MAX_VALUE;

  private FileForm(Attributes attributes) {
    this(attributes, Set.of());
  }

  private static boolean isToSize(Op op) {
    return op instanceof Resize r && !r.sizes().isEmpty();
  }

  /** The oldest opset that has the form of an operator that is read and written here. */
  static int own(Op op) {
    return isToSize(op) ? Math.max(ResizeForm.AXES_OPSET, op.minimumOpset()) : op.minimumOpset();
  }

  /** The oldest opset that can be written and has a node, in whatever form. */
  static int oldest(Node n) {
    int own = own(n.op());
    // What is beyond the usual form of an operator is in no older one.
    boolean usual = own <= n.op().spec().opset();
    int oldest = usual ? Math.min(own, other(n, n.op().spec().write(n.op()))) : own;
    return Math.max(oldest, Opsets.OLDEST_WRITTEN);
  }

  /** The oldest opset that says the same in another form. */
  private static int other(Node n, Attributes a) {
    return switch (n.op().spec().name()) {
      case "Squeeze", "Unsqueeze", "Split", "Dropout", "MaxPool", "Resize" -> 11;
      case "Softmax", "LogSoftmax", "Hardmax" -> isInnermost(n, a) ? 11 : NONE;
      case "ArgMax", "ArgMin" -> a.intValue("select_last_index", 0) == 0 ? 11 : NONE;
      case "GatherND" -> a.intValue("batch_dims", 0) == 0 ? 11 : NONE;
      case "ScatterElements", "ScatterND" -> a.text("reduction", "").equals("none") ? 11 : NONE;
      case "RoiAlign" -> isHalfPixelOutput(a) ? 10 : NONE;
      case "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss" -> 12;
      case "GridSample" -> n.inputs().get(0).shape().rank() == 4 ? 16 : NONE;
      default -> isReduction(n.op()) && a.intValue("noop_with_empty_axes", 0) == 0 ? 11 : NONE;
    };
  }

  private static boolean isReduction(Op op) {
    return op.spec().name().startsWith("Reduce");
  }

  /** All dimensions from the axis on were taken as one; of the innermost axis that is the same. */
  private static boolean isInnermost(Node n, Attributes a) {
    int axis = a.intValue("axis", -1);
    return axis == -1 || axis == n.inputs().get(0).shape().rank() - 1;
  }

  private static boolean isHalfPixelOutput(Attributes a) {
    return a.text("coordinate_transformation_mode", "").equals("output_half_pixel");
  }

  /**
   * A node in the form of an opset.
   *
   * @param opset at least the {@link #oldest}
   */
  static FileForm of(Node n, int opset) {
    Op op = n.op();
    Attributes a = op.spec().write(op);
    if (isToSize(op)) {
      return new FileForm(ResizeForm.byAxes(a));
    }
    if (opset >= op.spec().opset()) {
      return new FileForm(a);
    }
    return switch (op.spec().name()) {
      case "Resize" -> new FileForm(a, missing(a));
      case "Squeeze", "Unsqueeze" -> new FileForm(asAttribute(a, "axes"));
      case "Split" -> new FileForm(asAttribute(a, "split"));
      // It is the innermost one, which readers of this form count from the front.
      case "Softmax", "LogSoftmax", "Hardmax" ->
          new FileForm(a.with("axis", n.inputs().get(0).shape().rank() - 1L));
      case "Dropout" ->
          new FileForm(a.withoutConstant(1).with("ratio", a.constant(1).get(0).floatValue()));
      case "ArgMax", "ArgMin" -> new FileForm(a.without("select_last_index"));
      case "GatherND" -> new FileForm(a.without("batch_dims"));
      case "ScatterElements", "ScatterND" -> new FileForm(a.without("reduction"));
      case "RoiAlign" -> new FileForm(a.without("coordinate_transformation_mode"));
      case "GridSample" -> new FileForm(a.with("mode", ofImages(a.text("mode", "linear"))));
      default ->
          new FileForm(
              isReduction(op) ? asAttribute(a.without("noop_with_empty_axes"), "axes") : a);
    };
  }

  /** Region and scales of a Resize must be there, if only without elements. */
  private static Set<Integer> missing(Attributes a) {
    Set<Integer> all = new TreeSet<>(Set.of(1, 2));
    all.removeAll(a.constants().keySet());
    return all;
  }

  /** With the integers of input 1 as an attribute. */
  private static Attributes asAttribute(Attributes a, String name) {
    List<? extends Number> values = a.constant(1);
    return values == null
        ? a
        : a.withoutConstant(1).withValue(name, values.stream().map(Number::longValue).toList());
  }

  /** The names that interpolations had when only images could be sampled. */
  private static String ofImages(String mode) {
    return mode.equals("linear") ? "bilinear" : mode.equals("cubic") ? "bicubic" : mode;
  }
}
