package dev.fovea.engine.onnx;

import dev.fovea.engine.graph.Node;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node as files of an opset spell it. What the operators here mean has mostly been the same for
 * long, but older opsets say it in other words: by attributes in place of inputs, or without
 * attributes that came later.
 *
 * @param attributes of the node, and its constant inputs
 * @param constants further constant inputs, by position
 * @param furtherOutputs names for outputs that come after those of the node
 */
record FileForm(
    Attributes attributes, Map<Integer, Constant> constants, List<String> furtherOutputs) {

  /** A tensor of a type. */
  record Constant(ElementType type, Tensor tensor) {}

  private static final int NONE = Integer.MAX_VALUE;
  private static final Constant EMPTY = new Constant(ElementType.FLOAT, Tensor.zeros(0));
  private static final Constant TRUE = new Constant(ElementType.BOOL, Tensor.of(Shape.SCALAR, 1));

  /** The opsets since which a batch normalisation and a Dropout can say that they are trained. */
  private static final int TRAINED_NORMALIZATION = 14;

  private static final int TRAINED_DROPOUT = 12;

  private FileForm(Attributes attributes) {
    this(attributes, Map.of(), List.of());
  }

  private static boolean isToSize(Op op) {
    return op instanceof Resize r && !r.sizes().isEmpty();
  }

  /**
   * The oldest opset that has the form of an operator that is read and written here.
   *
   * @param training whether it is written for training
   */
  static int own(Op op, boolean training) {
    if (training && op instanceof BatchNormalization) {
      return TRAINED_NORMALIZATION;
    }
    return isToSize(op) ? Math.max(ResizeForm.AXES_OPSET, op.minimumOpset()) : op.minimumOpset();
  }

  /** The oldest opset that can be written and has a node, in whatever form. */
  static int oldest(Node n, boolean training) {
    int own = own(n.op(), training);
    if (training && n.op() instanceof Dropout) {
      return TRAINED_DROPOUT;
    }
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
   * @param training whether it is written for training
   */
  static FileForm of(Node n, int opset, boolean training) {
    Op op = n.op();
    Attributes a = op.spec().write(op);
    if (training && op instanceof BatchNormalization) {
      List<String> moved = n.inputs().subList(3, 5).stream().map(v -> v.name() + ".moved").toList();
      return new FileForm(a.with("training_mode", 1L), Map.of(), moved);
    }
    if (training && op instanceof Dropout) {
      return new FileForm(a, Map.of(2, TRUE), List.of());
    }
    if (isToSize(op)) {
      return new FileForm(ResizeForm.byAxes(a));
    }
    if (opset >= op.spec().opset()) {
      return new FileForm(a);
    }
    return switch (op.spec().name()) {
      case "Resize" -> new FileForm(a, missing(a), List.of());
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
  private static Map<Integer, Constant> missing(Attributes a) {
    Map<Integer, Constant> all = new TreeMap<>(Map.of(1, EMPTY, 2, EMPTY));
    all.keySet().removeAll(a.constants().keySet());
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
