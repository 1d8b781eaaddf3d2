package dev.fovea.engine.onnx;

/**
 * A model is in order, but has an operator, or a form of one, that is not known here. One line with
 * the node, the operator, the opset, and what to do.
 */
public final class UnsupportedOperatorException extends ModelFormatException {

  private static final long serialVersionUID = 1;

  private final String operator;

  /**
   * For those who run models by other means, too.
   *
   * @param message one line
   * @param operator its name, with its domain unless it is that of ONNX
   * @param cause null for none
   */
  public UnsupportedOperatorException(String message, String operator, Throwable cause) {
    super(message, cause);
    this.operator = operator;
  }

  /** The operator's name, with its domain unless it is that of ONNX. */
  public String operator() {
    return operator;
  }
}
