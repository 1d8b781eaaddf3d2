package dev.fovea.engine.onnx;

import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * Reads operators as files of different opsets and exporters spell them. Each is first brought into
 * the one form that its {@link OpSpec} reads, where the two mean exactly the same; anything else is
 * refused.
 *
 * <p>As a last check the operator is spelled out again: an attribute of the file that does not come
 * back with the same value is one that the operator does not know or cannot hold.
 */
final class OperatorForms {

  private OperatorForms() {}

  /**
   * The operator of a node.
   *
   * @throws IllegalArgumentException if there is none that means the same; says why
   */
  static Op read(OpSpec<?> spec, int opset, Attributes fromFile, Operands in) {
    Attributes a = canonical(spec.name(), opset, fromFile, in);
    Op op = spec.reader().apply(a);
    Map<String, Object> known = spec.write(op).values();
    a.values()
        .forEach(
            (name, value) -> {
              if (!value.equals(known.get(name))) {
                throw new IllegalArgumentException(
                    "attribute '"
                        + name
                        + "': found "
                        + value
                        + ", expected "
                        + (known.containsKey(name) ? known.get(name) : "none of this name"));
              }
            });
    return op;
  }

  /** Whether the value of an input is of no consequence in all forms that are read. */
  static boolean ignores(String op, int input) {
    // The region of interest of a Resize is for tf_crop_and_resize alone, which is refused.
    return op.equals("Resize") && input == 1;
  }

  private static Attributes canonical(String op, int opset, Attributes a, Operands in) {
    return switch (op) {
      case "Conv" -> WindowForm.explicit(WindowForm.bounded(WindowForm.withKernel(a, in)), in);
      case "ConvTranspose" ->
          WindowForm.transposed(WindowForm.bounded(WindowForm.withKernel(a, in)), in);
      // The storage order is that of the second output, which is refused where it is used.
      case "MaxPool" -> WindowForm.explicit(WindowForm.bounded(a.without("storage_order")), in);
      case "AveragePool" -> dense(WindowForm.explicit(WindowForm.bounded(a), in));
      case "LpPool" -> lpPool(WindowForm.explicit(WindowForm.bounded(a), in));
      case "BatchNormalization" -> batchNormalization(a);
      case "Softmax" -> opset < 13 ? flatSoftmax(a, in) : a;
      case "Dropout" -> dropout(a);
      case "Reshape" -> reshape(a);
      case "Resize" -> resize(a, opset, in);
      default -> a;
    };
  }

  /** Without dilations of 1, which are not written for the sake of older opsets. */
  private static Attributes dense(Attributes a) {
    boolean ones =
        a.values().get("dilations") instanceof List<?> list
            && list.stream().allMatch(d -> d.equals(1L));
    return ones ? a.without("dilations") : a;
  }

  private static Attributes lpPool(Attributes a) {
    return a.intValue("ceil_mode", 0) == 0 ? dense(a).without("ceil_mode") : a;
  }

  private static Attributes batchNormalization(Attributes a) {
    require(a.intValue("training_mode", 0) == 0, "attribute 'training_mode': expected 0");
    require(a.intValue("spatial", 1) == 1, "attribute 'spatial': expected 1");
    return a.without("training_mode").without("spatial");
  }

  /**
   * Before opset 13 a Softmax ran over all dimensions from the axis on, taken as one. That is a
   * Softmax over one dimension if the others of them have the extent 1.
   */
  private static Attributes flatSoftmax(Attributes a, Operands in) {
    Shape x = in.shape(0);
    int axis = a.intValue("axis", 1);
    int first = axis < 0 ? axis + x.rank() : axis;
    require(
        first >= 0 && first < x.rank(),
        "attribute 'axis': found " + axis + ", expected an axis of " + x);
    int over = -1;
    for (int d = first; d < x.rank(); d++) {
      if (x.dim(d) != 1 || !in.fixed(0, d)) {
        require(
            over < 0,
            "attribute 'axis': this old form joins the axes from "
                + first
                + " on of "
                + x
                + ", expected at most one of them to differ from 1 (or opset 13)");
        over = d;
      }
    }
    return a.with("axis", over < 0 ? first : over);
  }

  private static Attributes dropout(Attributes a) {
    List<? extends Number> training = a.constant(2);
    require(
        training == null || training.stream().allMatch(t -> t.longValue() == 0),
        "input 'training_mode': expected false");
    Attributes b = a.without("seed");
    // Up to opset 11 the ratio was an attribute.
    return b.values().containsKey("ratio")
        ? b.without("ratio").withConstant(1, List.of(b.floatValue("ratio", 0)))
        : b;
  }

  private static Attributes reshape(Attributes a) {
    List<? extends Number> shape = a.constant(1) == null ? List.of() : a.constant(1);
    requireIntegers("shape", shape);
    boolean zeros = shape.stream().anyMatch(d -> d.longValue() == 0);
    require(
        a.intValue("allowzero", 0) == 0 || !zeros,
        "attribute 'allowzero': found a shape with zeros, expected one without");
    return a.without("allowzero");
  }

  private static Attributes resize(Attributes a, int opset, Operands in) {
    require(opset >= 11, "found the form before opset 11, expected a later one");
    return ResizeForm.complete(a, in);
  }

  /** Refuses a constant of floats where ONNX has int64: it would be cut off without a word. */
  static void requireIntegers(String input, List<? extends Number> values) {
    require(
        values.stream().allMatch(Long.class::isInstance),
        "input '" + input + "': found " + values + ", expected integers");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
