package dev.fovea.engine.onnx;

import java.util.Set;

/**
 * Refuses what means something else in files older than {@link Opsets#OLDEST_READ} than it does
 * since, or what newer files do not have and would pass unseen.
 */
final class OldForms {

  /** Since this opset a Concat names its axis; before, it is 1 by itself. */
  private static final int NAMED_AXIS = 4;

  private static final Set<String> TRAINED = Set.of("BatchNormalization", "Dropout");

  private OldForms() {}

  /**
   * Checks a node of an old file.
   *
   * @throws UnsupportedOperatorException if its form is not computed here
   */
  static void check(NodeCall call) throws ModelFormatException {
    String operator = call.node().getOpType();
    if (call.flag("broadcast", false)) {
      // Aligned at an axis of its own choice, not at the last one.
      refuse(call, "attribute 'broadcast': expected 0");
    }
    if (TRAINED.contains(operator) && !call.flag("is_test", false)) {
      refuse(call, "attribute 'is_test': expected 1, found the form for a training");
    }
    if (operator.equals("Concat") && call.opset() < NAMED_AXIS && call.attribute("axis") == null) {
      refuse(call, "attribute 'axis': expected an axis, found none");
    }
    if (operator.equals("PRelu") && call.in(1).size() != 1) {
      // One for each channel, not for each place along the last axis.
      refuse(call, "expected one slope, found " + call.in(1));
    }
  }

  private static void refuse(NodeCall call, String why) throws ModelFormatException {
    throw Unsupported.form(call.at(), call.node().getOpType(), new IllegalArgumentException(why));
  }
}
