package dev.fovea.engine.kernel;

/** Elementwise functions of two arguments, with broadcasting. */
public enum Binary {
  /** {@code a + b}. */
  ADD,
  /** {@code a - b}. */
  SUB,
  /** {@code a * b}. */
  MUL,
  /** {@code a / b}. */
  DIV,
  /** {@code a} to the power of {@code b}. */
  POW,
  /** The smaller one. */
  MIN,
  /** The larger one. */
  MAX,
  /** {@code a} for {@code a >= 0}, else {@code a b}. */
  PRELU,
  /** 1 where {@code a == b}, else 0. */
  EQUAL,
  /** 1 where {@code a < b}, else 0. */
  LESS,
  /** What is left of {@code a} after a division by {@code b}, with the sign of {@code a}. */
  REMAINDER,
  /** What is left of {@code a} after a division by {@code b}, with the sign of {@code b}. */
  MODULUS
}
