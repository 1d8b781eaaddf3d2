package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Nodes that stand for several others: those of old files, and operators that others make up. Runs
 * node by node, and graphs, both get the others.
 */
final class Expansions {

  /** Writes nodes in place of one, if that is of the form it is for. */
  private interface Rule {
    boolean write(Rewrite w);
  }

  /** Forms of operators of which there are others; these are looked for first. */
  private static final Map<String, Rule> FORMS =
      Map.ofEntries(
          Map.entry("Add", OldForms::aligned),
          Map.entry("And", OldForms::aligned),
          Map.entry("BatchNormalization", OldForms::ofPlaces),
          Map.entry("Div", OldForms::aligned),
          Map.entry("Equal", OldForms::aligned),
          Map.entry("GatherElements", Compositions::gatherOfPart),
          Map.entry("Greater", OldForms::aligned),
          Map.entry("GroupNormalization", OldForms::ofGroups),
          Map.entry("Hardmax", OldForms::joined),
          Map.entry("Less", OldForms::aligned),
          Map.entry("LogSoftmax", OldForms::joined),
          Map.entry("MaxPool", OldForms::columnsFirst),
          Map.entry("Mul", OldForms::aligned),
          Map.entry("Or", OldForms::aligned),
          Map.entry("Pad", Compositions::cropped),
          Map.entry("PRelu", OldForms::slopes),
          Map.entry("Pow", OldForms::aligned),
          Map.entry("Resize", UpsampleForm::resize),
          Map.entry("ScatterElements", Compositions::scatterToPart),
          Map.entry("Softmax", OldForms::joined),
          Map.entry("Sub", OldForms::aligned),
          Map.entry("Tile", OldForms::tiles),
          Map.entry("Xor", OldForms::aligned));

  /** Operators that are nothing but others. */
  private static final Map<String, Rule> COMPOSITIONS =
      Map.ofEntries(
          Map.entry("Affine", Compositions::affine),
          Map.entry("CastLike", Compositions::castLike),
          Map.entry("CausalConvWithState", Compositions::causalConvolution),
          Map.entry("Crop", Compositions::crop),
          Map.entry("ImageScaler", Compositions::scaledImage),
          Map.entry("IsInf", Compositions::infinite),
          Map.entry("IsNaN", Compositions::notANumber),
          Map.entry("ParametricSoftplus", Compositions::parametricSoftplus),
          Map.entry("Scale", Compositions::scale),
          Map.entry("ScaledTanh", Compositions::scaledTanh),
          Map.entry("Scatter", Compositions::scatter),
          Map.entry("Upsample", UpsampleForm::upsample));

  private Expansions() {}

  /** Whether an operator is made up of others. */
  static boolean composes(String operator) {
    return COMPOSITIONS.containsKey(operator);
  }

  /** Whether nodes of this operator may stand for others. */
  static boolean concerns(String operator) {
    return FORMS.containsKey(operator) || composes(operator);
  }

  /** Whether an input must be known before a run. */
  static boolean reads(String operator, int input) {
    return operator.equals("Upsample") && input == 1;
  }

  /**
   * The nodes that one of an old form stands for; none if it stands for itself.
   *
   * @param taken whether a name is not to be used
   */
  static List<NodeProto> ofForm(NodeCall call, Predicate<String> taken) {
    return written(FORMS, call, taken);
  }

  /** The nodes that make up one; none if it stands for itself. */
  static List<NodeProto> of(NodeCall call, Predicate<String> taken) {
    List<NodeProto> form = ofForm(call, taken);
    return form.isEmpty() ? written(COMPOSITIONS, call, taken) : form;
  }

  private static List<NodeProto> written(
      Map<String, Rule> rules, NodeCall call, Predicate<String> taken) {
    Rule rule = rules.get(call.node().getOpType());
    Rewrite w = new Rewrite(call, taken);
    return rule != null && rule.write(w) ? w.nodes() : List.of();
  }
}
