package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Exponential function, elementwise: {@code Y = exp(X)}. */
public record Exp() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Exp> SPEC = Elementwise.spec("Exp", 6, Exp.class, new Exp());

  @Override
  public OpSpec<Exp> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.EXP;
  }
}
