package dev.fovea.engine.kernel;

/** Elementwise functions of two arguments, with broadcasting. */
public enum Binary {
  /** {@code a + b}. */
  ADD,
  /** {@code a * b}. */
  MUL
}
