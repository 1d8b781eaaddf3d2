package dev.fovea.engine.op;

/** What a loss makes of the losses of all positions. */
public enum LossReduction {
  /** Each stays. */
  NONE,
  /** Their sum. */
  SUM,
  /** Their sum divided by that of the weights. */
  MEAN
}
