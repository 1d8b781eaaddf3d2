package dev.fovea.engine.graph;

/**
 * A graph that is wrong in itself; the message names the node or value, what was found, expected.
 */
public class GraphException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public GraphException(String message) {
    super(message);
  }

  /** With a message for people and its cause. */
  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
