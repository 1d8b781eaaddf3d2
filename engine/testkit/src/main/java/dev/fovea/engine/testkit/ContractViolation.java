package dev.fovea.engine.testkit;

/** An operator or backend that breaks the contract; the message says where, found and expected. */
public final class ContractViolation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final OpContract.Clause clause;

  ContractViolation(OpContract.Clause clause, String message, Throwable cause) {
    super(clause + ": " + message, cause);
    this.clause = clause;
  }

  /** The part of the contract that is broken. */
  public OpContract.Clause clause() {
    return clause;
  }
}
