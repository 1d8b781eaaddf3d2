package dev.fovea.engine.op;

import java.util.Locale;

/** The order in which a recurrent layer reads a sequence. */
public enum Direction {
  /** From the first to the last step. */
  FORWARD,
  /** From the last to the first step. */
  REVERSE,
  /** Both, each with weights of its own. */
  BIDIRECTIONAL;

  /** Number of directions. */
  public int count() {
    return this == BIDIRECTIONAL ? 2 : 1;
  }

  /** Whether the direction of an index runs from the last step to the first. */
  boolean backwards(int index) {
    return this == REVERSE || index == 1;
  }

  String onnx() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Direction read(Attributes a) {
    String text = a.text("direction", "forward");
    for (Direction d : values()) {
      if (d.onnx().equals(text)) {
        return d;
      }
    }
    throw new IllegalArgumentException(
        "attribute 'direction': expected forward, reverse or bidirectional, found " + text);
  }
}
