package dev.fovea.engine.train;

/** What the sum of a loss over all elements of a batch is divided by. */
public enum Reduction {
  /** The sum of their weights: a mean over elements. */
  MEAN,
  /** The number of samples: a sum over the elements of each. */
  PER_SAMPLE,
  /** One: a sum. */
  SUM
}
