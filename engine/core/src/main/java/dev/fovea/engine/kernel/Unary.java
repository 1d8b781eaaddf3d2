package dev.fovea.engine.kernel;

/** Elementwise functions of one argument; {@code alpha} is a parameter of some. */
public enum Unary {
  /** {@code max(x, 0)}; the derivative at 0 is 0. */
  RELU,
  /** {@code x} for {@code x >= 0}, else {@code alpha x}; the derivative at 0 is 1. */
  LEAKY_RELU,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** Hyperbolic tangent. */
  TANH
}
