package dev.fovea.engine.kernel;

/** Reductions over some dimensions. */
public enum Reduce {
  /** Sum. */
  SUM,
  /** Arithmetic mean. */
  MEAN,
  /** Sum of magnitudes. */
  SUM_ABS,
  /** Sum of squares. */
  SUM_SQUARES,
  /** Product. */
  PRODUCT,
  /** Largest element. */
  MAX,
  /** Smallest element. */
  MIN,
  /** {@code log(sum exp(x))}, without overflow. */
  LOG_SUM_EXP
}
