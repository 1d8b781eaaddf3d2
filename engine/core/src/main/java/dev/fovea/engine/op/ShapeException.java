package dev.fovea.engine.op;

/**
 * Shapes that do not fit: the message names the operator and input, what was found and expected.
 */
public class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public ShapeException(String message) {
    super(message);
  }
}
