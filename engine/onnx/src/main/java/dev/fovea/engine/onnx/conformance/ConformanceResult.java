package dev.fovea.engine.onnx.conformance;

import java.util.List;

/**
 * What became of a test.
 *
 * @param name the test: its folder
 * @param operators the operators of its model; empty if it could not be read
 * @param status whether it passed
 * @param reason why it did not, in one line; empty if it passed
 * @param unsupported the operator that the runner does not know; empty unless that is the reason
 * @param way how it was computed, in the word of the runner; empty if it was not
 */
public record ConformanceResult(
    String name,
    List<String> operators,
    Status status,
    String reason,
    String unsupported,
    String way) {

  /** Whether a test passed. */
  public enum Status {
    /** All outputs are as expected. */
    PASSED,
    /** An output is not as expected, or the run broke off. */
    FAILED,
    /** The runner says that it does not know an operator, or this form of it. */
    UNSUPPORTED
  }

  /** Copies the list. */
  public ConformanceResult {
    operators = List.copyOf(operators);
  }
}
