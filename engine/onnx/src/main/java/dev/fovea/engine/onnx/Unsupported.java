package dev.fovea.engine.onnx;

import java.util.Map;
import java.util.Set;

/** Says of an operator that it is not known here, which kind it is of, and what to do. */
final class Unsupported {

  private static final String ADVICE = "; ONNX Runtime runs more of them: --runtime onnxruntime";

  private static final Map<String, Set<String>> KINDS =
      Map.of(
          "control flow",
          Set.of("If", "Loop", "Scan"),
          "texts",
          Set.of(
              "RegexFullMatch",
              "StringConcat",
              "StringNormalizer",
              "StringSplit",
              "TfIdfVectorizer"),
          "sequences",
          Set.of(
              "ConcatFromSequence",
              "SequenceAt",
              "SequenceConstruct",
              "SequenceEmpty",
              "SequenceErase",
              "SequenceInsert",
              "SequenceLength",
              "SequenceMap",
              "SplitToSequence"),
          "optional values",
          Set.of("Optional", "OptionalGetElement", "OptionalHasElement"),
          "quantized numbers",
          Set.of(
              "ConvInteger",
              "DequantizeLinear",
              "DynamicQuantizeLinear",
              "MatMulInteger",
              "QLinearConv",
              "QLinearMatMul",
              "QuantizeLinear"));

  private Unsupported() {}

  /**
   * An operator that nothing here computes.
   *
   * @param node the place of the node that has it
   * @param operator its name, with its domain unless that is ONNX's own
   * @param more more of what is wrong with the file, or nothing
   */
  static UnsupportedOperatorException operator(
      Place node, String operator, int opset, String more) {
    String kind =
        KINDS.entrySet().stream()
            .filter(e -> e.getValue().contains(operator))
            .map(e -> ", which is for " + e.getKey())
            .findFirst()
            .orElse("");
    return new UnsupportedOperatorException(
        node.path()
            + ": found the operator "
            + operator
            + " of opset "
            + opset
            + more
            + kind
            + ", expected operators of the kinds that Fovea computes"
            + ADVICE,
        operator,
        null);
  }

  /** A form of an operator that is not computed, though others are. */
  static UnsupportedOperatorException form(Place node, String operator, Exception why) {
    return new UnsupportedOperatorException(
        node.path() + ": " + why.getMessage() + ADVICE, operator, why);
  }
}
