package dev.fovea.engine.monitor;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * What a gradient check found for one input of one node, or for the sum of what flows back into one
 * value.
 *
 * @param node name of the node; of a sum, of the value
 * @param operator name of its operator; of a sum, {@link #SUM}
 * @param by name of the value that was differentiated by
 * @param shape its shape
 * @param checked number of derivatives that were compared
 * @param zeros how many of them are zero, analytic and numeric, but for rounding
 * @param kinks how many lie at a kink (ReLU, maximum), where the analytic one need only lie between
 *     the slopes of both sides, and does; or whose numeric one no step could free of kinks
 * @param unresolved how many differ, but by no more than the rounding of float32 explains
 * @param error largest relative error {@code |a - n| / max(|a|, |n|)} of all others
 * @param analytic the analytic derivative with that error
 * @param numeric the numeric one; of a sum, what the readers say
 * @param element its index in row-major order; -1 for the direction through all elements
 * @param verdict the judgement
 */
public record TensorCheck(
    String node,
    String operator,
    String by,
    Shape shape,
    int checked,
    int zeros,
    int kinks,
    int unresolved,
    double error,
    double analytic,
    double numeric,
    int element,
    Verdict verdict) {

  /** In place of an operator: the gradients that several readers of a value give, added up. */
  public static final String SUM = "sum";

  /** Relative errors up to this are those of a right gradient in float32. */
  public static final double PASS = 1e-4;

  /** Relative errors above this mean that the gradient is wrong. */
  public static final double FAIL = 1e-2;

  /** The judgement of a tensor. */
  public enum Verdict {
    /** No relative error above {@link #PASS}. */
    PASS,
    /**
     * A relative error between {@link #PASS} and {@link #FAIL}, or more than half of the
     * derivatives could not be told from rounding and kinks.
     */
    DOUBTFUL,
    /** A relative error above {@link #FAIL}, or a derivative that is not a number. */
    FAIL
  }

  /** Of a value: what the session says flows back into it, and what its readers say. */
  static TensorCheck ofSum(String value, Tensor session, Tensor readers, double error, int worst) {
    return new TensorCheck(
        value,
        SUM,
        value,
        session.shape(),
        session.size(),
        0,
        0,
        0,
        error,
        session.get(worst),
        readers.get(worst),
        worst,
        verdict(error, false));
  }

  /** The judgement of an error that may be not a number. */
  static Verdict verdict(double error, boolean unclear) {
    if (!(error <= FAIL)) {
      return Verdict.FAIL;
    }
    return error > PASS || unclear ? Verdict.DOUBTFUL : Verdict.PASS;
  }

  /** Whether this is of a sum and not of a node. */
  public boolean isSum() {
    return operator.equals(SUM);
  }
}
