package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.fovea.engine.op.Attention;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.LayerNormalization;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.SoftmaxCrossEntropyLoss;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads operators as files of different opsets and exporters spell them. Each is first brought into
 * the one form that its {@link OpSpec} reads, where the two mean exactly the same; anything else is
 * refused.
 *
 * <p>As a last check the operator is spelled out again: an attribute of the file that does not come
 * back with the same value is one that the operator does not know or cannot hold.
 */
final class OperatorForms {

  private static final String ROI_COORDINATES = "coordinate_transformation_mode";

  private OperatorForms() {}

  /**
   * The operator of a node.
   *
   * @throws IllegalArgumentException if there is none that means the same; says why
   */
  static Op read(OpSpec<?> spec, int opset, Attributes fromFile, Operands in) {
    // Early files say here what an operator may overwrite.
    Attributes named = opset < 6 ? fromFile.without("consumed_inputs") : fromFile;
    Attributes a = canonical(spec.name(), opset, named, in);
    Op op = withOutputs(spec.reader().apply(a), fromFile, in);
    checkInputs(spec, a.inputs(), spec.write(op).inputs());
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

  /** That the operator knows which inputs are left out, if any are. */
  private static void checkInputs(OpSpec<?> spec, Set<Integer> found, Set<Integer> known) {
    if (known.isEmpty()) {
      for (int i = 0, seen = 0; seen < found.size(); i++) {
        boolean constant = spec.constantInputs().contains(i);
        require(constant || found.contains(i), "found an input left out, expected input " + i);
        seen += constant ? 0 : 1;
      }
    } else {
      require(found.equals(known), "found the inputs " + found + ", expected " + known);
    }
  }

  /** The operator with those optional outputs that the node names, for its types of inputs. */
  private static Op withOutputs(Op op, Attributes fromFile, Operands in) {
    if (op instanceof MaxPool pool && in.outputs() > 1) {
      require(
          fromFile.intValue("storage_order", 0) == 0,
          "attribute 'storage_order': expected 0 (row major)");
      return pool.withIndices();
    }
    if (op instanceof LayerNormalization norm) {
      return norm.withOutputs(in.outputs());
    }
    if (op instanceof Attention attention) {
      boolean truths = in.types().contains(ElementType.BOOL);
      return (truths ? attention.withTruths() : attention).withOutputs(in.outputs());
    }
    if (op instanceof SoftmaxCrossEntropyLoss loss && in.outputs() > 1) {
      return loss.withLogarithms();
    }
    return op;
  }

  /** Whether the value of an input is of no consequence. */
  static boolean ignores(String op, int input, Attributes a) {
    // Files have all sorts of things for a region of interest that nobody asks for.
    return op.equals("Resize") && input == 1 && !ResizeForm.crops(a);
  }

  private static Attributes canonical(String op, int opset, Attributes a, Operands in) {
    return switch (op) {
      case "Concat" -> opset < 4 && !a.values().containsKey("axis") ? a.with("axis", 1) : a;
      case "Conv" -> WindowForm.explicit(WindowForm.bounded(WindowForm.withKernel(a, in)), in);
      case "ConvTranspose" ->
          WindowForm.transposed(WindowForm.bounded(WindowForm.withKernel(a, in)), in);
      // The storage order is that of the second output.
      case "MaxPool" -> WindowForm.explicit(WindowForm.bounded(a.without("storage_order")), in);
      case "AveragePool" -> dense(WindowForm.explicit(WindowForm.bounded(a), in));
      case "MaxUnpool", "Col2Im" -> WindowForm.bounded(a);
      case "DeformConv" -> WindowForm.bounded(WindowForm.withKernel(a, in));
      case "EyeLike" -> realNumbers(a, "dtype");
      case "GridSample" -> opset < 20 ? gridSample(a) : a;
      case "RoiAlign" -> opset < 16 ? a.with(ROI_COORDINATES, "output_half_pixel") : a;
      case "LpPool" -> lpPool(WindowForm.explicit(WindowForm.bounded(power(a)), in));
      case "GlobalLpPool" -> power(a);
      case "Gemm", "PRelu" -> opset < OldForms.ALIGNED_AT_THE_END ? a.without("broadcast") : a;
      case "BatchNormalization" -> batchNormalization(a.without("is_test"));
      // An early attribute, in place of which outputs can be left out.
      case "RNN", "LSTM", "GRU" -> RecurrentForm.plain(op, a.without("output_sequence"), in);
      case "LayerNormalization", "RMSNormalization" -> singlePrecision(a);
      case "GroupNormalization" -> groupNormalization(a, opset);
      case "OneHot" -> wholeDepth(a);
      case "Softmax", "LogSoftmax", "Hardmax" -> opset < 13 ? flatSoftmax(a, in) : a;
      case "Cast" -> cast(a);
      case "Clip" -> limits(a);
      case "Dropout" -> dropout(a);
      case "Reshape" -> reshape(a);
      case "ReduceSum",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "ReduceSumSquare",
          "ReduceLogSum",
          "ReduceLogSumExp" ->
          reduction(a);
      case "Resize" -> ResizeForm.complete(a, in);
      case "Pad" -> MovementForms.pad(a, in);
      case "Slice" -> MovementForms.slice(a);
      case "Split" -> MovementForms.split(a, in);
      case "Squeeze", "Unsqueeze" -> MovementForms.asInput(a, "axes", 1);
      // Sorted elements are one order among those that an unsorted result may have.
      case "TopK" -> MovementForms.asInput(a, "k", 1).without("sorted");
      default -> a;
    };
  }

  /** The depth may be of any type. */
  private static Attributes wholeDepth(Attributes a) {
    List<? extends Number> depth = a.constant(1);
    return depth == null
        ? a
        : a.withConstant(1, depth.stream().map(OperatorForms::integer).toList());
  }

  /** Before opset 20, two interpolations had the names that they have for images. */
  private static Attributes gridSample(Attributes a) {
    String mode = a.text("mode", "bilinear");
    return a.with(
        "mode", mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode);
  }

  /** Real numbers of any width are held as float32: float16 and double mean that. */
  private static Attributes realNumbers(Attributes a, String type) {
    int code = a.intValue(type, DataType.FLOAT_VALUE);
    boolean real = code == DataType.FLOAT16_VALUE || code == DataType.DOUBLE_VALUE;
    return real ? a.with(type, DataType.FLOAT_VALUE) : a;
  }

  /** Without dilations of 1, which are not written for the sake of older opsets. */
  private static Attributes dense(Attributes a) {
    boolean ones =
        a.values().get("dilations") instanceof List<?> list
            && list.stream().allMatch(d -> d.equals(1L));
    return ones ? a.without("dilations") : a;
  }

  /** The first form of an Lp pooling had a real number as its power. */
  private static Attributes power(Attributes a) {
    return a.values().get("p") instanceof Float p && p == p.intValue()
        ? a.with("p", p.intValue())
        : a;
  }

  private static Attributes lpPool(Attributes a) {
    return a.intValue("ceil_mode", 0) == 0 ? dense(a).without("ceil_mode") : a;
  }

  private static Attributes batchNormalization(Attributes a) {
    require(a.intValue("training_mode", 0) == 0, "attribute 'training_mode': expected 0");
    require(a.intValue("spatial", 1) == 1, "attribute 'spatial': expected 1");
    return a.without("training_mode").without("spatial");
  }

  private static Attributes groupNormalization(Attributes a, int opset) {
    // The form before opset 21 has a scale for each group; with one channel each it is the same.
    return opset < 21 ? a : singlePrecision(a);
  }

  /** The statistics may be computed in another type than the input has; there is one type here. */
  private static Attributes singlePrecision(Attributes a) {
    require(a.intValue("stash_type", 1) == 1, "attribute 'stash_type': expected 1 (float32)");
    return a.without("stash_type");
  }

  /**
   * Before opset 13 a Softmax, LogSoftmax or Hardmax ran over all dimensions from the axis on,
   * taken as one. That is the same over one dimension if the others of them have the extent 1.
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

  /** All real numbers are of one type here; how they are rounded to 8 bits is of no matter. */
  private static Attributes cast(Attributes a) {
    OnnxTensor.Type to = HostCasts.named(a.values().get("to"));
    Attributes b = a.without("saturate").without("round_mode");
    if (to != null) {
      b = b.with("to", to.fileNumber());
    }
    return to != null && to.isReal() ? b.with("to", 1L) : b;
  }

  /** Up to opset 10 the limits of a Clip were attributes. */
  private static Attributes limits(Attributes a) {
    Attributes b = a;
    for (int i = 1; i <= 2; i++) {
      String name = i == 1 ? "min" : "max";
      if (a.values().containsKey(name)) {
        b = b.without(name).withConstant(i, List.of(a.floatValue(name, 0)));
      }
    }
    return b;
  }

  private static Attributes dropout(Attributes a) {
    List<? extends Number> training = a.constant(2);
    require(
        training == null || training.stream().allMatch(t -> t.longValue() == 0),
        "input 'training_mode': expected false");
    // Early files say of a node whether it runs or trains; here, a run of the graph decides.
    Attributes b = a.without("seed").without("is_test");
    // Up to opset 11 the ratio was an attribute.
    return b.values().containsKey("ratio")
        ? b.without("ratio").withConstant(1, List.of(b.floatValue("ratio", 0)))
        : b;
  }

  private static Attributes reshape(Attributes fromFile) {
    // Up to opset 4 the shape was an attribute.
    Attributes a = MovementForms.asInput(fromFile, "shape", 1);
    List<? extends Number> shape = a.constant(1) == null ? List.of() : a.constant(1);
    requireIntegers("shape", shape);
    boolean zeros = shape.stream().anyMatch(d -> d.longValue() == 0);
    require(
        a.intValue("allowzero", 0) == 0 || !zeros,
        "attribute 'allowzero': found a shape with zeros, expected one without");
    return a.without("allowzero");
  }

  /** Up to opset 17, for sums up to opset 12, the axes were an attribute. */
  private static Attributes reduction(Attributes a) {
    Attributes b = a;
    if (a.values().containsKey("axes")) {
      b = a.without("axes").withConstant(1, Attributes.longs(a.requiredInts("axes")));
    }
    requireIntegers("axes", b.constant(1) == null ? List.of() : b.constant(1));
    return b;
  }

  /** Refuses a constant of floats where ONNX has int64: it would be cut off without a word. */
  static void requireIntegers(String input, List<? extends Number> values) {
    require(
        values.stream().allMatch(Long.class::isInstance),
        "input '" + input + "': found " + values + ", expected integers");
  }

  /** A real number that is an integer. */
  static long integer(Number v) {
    require(v.floatValue() == v.longValue(), "found " + v + ", expected an integer");
    return v.longValue();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
