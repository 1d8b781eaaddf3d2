package dev.fovea.engine.kernel;

/** Reductions over some dimensions. */
public enum Reduce {
  /** Sum. */
  SUM,
  /** Arithmetic mean. */
  MEAN
}
