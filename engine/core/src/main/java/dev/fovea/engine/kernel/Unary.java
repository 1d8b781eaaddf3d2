package dev.fovea.engine.kernel;

/**
 * Elementwise functions of one argument; {@code alpha} and {@code beta} are parameters of some.
 * Where a function has a kink or a jump, the derivative there is one of the two one-sided ones.
 */
public enum Unary {
  /** {@code max(x, 0)}; the derivative at 0 is 0. */
  RELU,
  /** {@code x} for {@code x >= 0}, else {@code alpha x}; the derivative at 0 is 1. */
  LEAKY_RELU,
  /** {@code x} for {@code x > alpha}, else 0; the derivative at alpha is 0. */
  THRESHOLDED_RELU,
  /** {@code beta x} for {@code x > 0}, else {@code beta alpha (exp(x) - 1)}. */
  ELU,
  /** {@code x} for {@code x > 0}, else {@code alpha (exp(x / alpha) - 1)}. */
  CELU,
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID,
  /** {@code alpha x + beta}, clipped to 0..1; the derivative of what is clipped is 0. */
  HARD_SIGMOID,
  /** Hyperbolic tangent. */
  TANH,
  /** {@code x} times the sigmoid of {@code alpha x}. */
  SWISH,
  /** {@code x} times {@code x / 6 + 1 / 2} clipped to 0..1. */
  HARD_SWISH,
  /** {@code x tanh(log(1 + exp(x)))}. */
  MISH,
  /** {@code x} times the normal distribution's {@code (1 + erf(x / sqrt 2)) / 2}. */
  GELU,
  /** GELU's approximation {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2}. */
  GELU_TANH,
  /** {@code log(1 + exp(x))}. */
  SOFTPLUS,
  /** {@code x / (1 + |x|)}. */
  SOFTSIGN,
  /** {@code x} clipped to {@code alpha..beta}; the derivative at both ends is 1. */
  CLIP,
  /** Exponential function. */
  EXP,
  /** Natural logarithm. */
  LOG,
  /** Square root. */
  SQRT,
  /** {@code 1 / x}. */
  RECIPROCAL,
  /** {@code |x|}; the derivative at 0 is 0. */
  ABS,
  /** {@code -x}. */
  NEG,
  /** Error function {@code 2 / sqrt(pi)} times the integral of {@code exp(-t^2)} from 0 to x. */
  ERF,
  /** Sine. */
  SIN,
  /** Cosine. */
  COS,
  /** Tangent. */
  TAN,
  /** Inverse sine; NaN outside of -1..1. */
  ASIN,
  /** Inverse cosine; NaN outside of -1..1. */
  ACOS,
  /** Inverse tangent. */
  ATAN,
  /** Hyperbolic sine. */
  SINH,
  /** Hyperbolic cosine. */
  COSH,
  /** Inverse hyperbolic sine. */
  ASINH,
  /** Inverse hyperbolic cosine; NaN below 1. */
  ACOSH,
  /** Inverse hyperbolic tangent; NaN outside of -1..1. */
  ATANH,
  /** {@code x + beta} below {@code -alpha}, {@code x - beta} above {@code alpha}, else 0. */
  SHRINK,
  /** The largest integer that is not larger; the derivative is 0. */
  FLOOR,
  /** The smallest integer that is not smaller; the derivative is 0. */
  CEIL,
  /** The nearest integer, of two the even one; the derivative is 0. */
  ROUND,
  /** -1, 0 or 1; the derivative is 0. */
  SIGN;

  /** Whether the derivative is computed from the function's value, else from its argument. */
  public boolean derivativeFromValue() {
    return this == SIGMOID || this == TANH || this == EXP || this == SQRT || this == RECIPROCAL;
  }
}
