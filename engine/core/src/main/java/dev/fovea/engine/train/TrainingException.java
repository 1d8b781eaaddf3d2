package dev.fovea.engine.train;

/** A training that cannot go on; the message says why and what is left. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;

  /**
   * With a message for people.
   *
   * @param where name of the value, parameter or gradient that was bad first; null if none was
   */
  public TrainingException(String message, String where) {
    super(message);
    this.where = where;
  }

  /** Name of the value, parameter or gradient that was bad first; null if none was. */
  public String where() {
    return where;
  }
}
