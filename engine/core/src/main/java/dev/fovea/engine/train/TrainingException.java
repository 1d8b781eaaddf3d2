package dev.fovea.engine.train;

/** A training that cannot go on; the message says why and what is left. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public TrainingException(String message) {
    super(message);
  }
}
