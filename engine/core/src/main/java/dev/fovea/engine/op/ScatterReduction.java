package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;

/** What becomes of an element and an update that is put in its place, by ONNX's names. */
public enum ScatterReduction {
  /** The update; of several the last. */
  NONE(null),
  /** Their sum. */
  ADD(null),
  /** Their product. */
  MUL(Binary.MUL),
  /** The larger one. */
  MAX(Binary.MAX),
  /** The smaller one. */
  MIN(Binary.MIN);

  private final Binary combination;

  ScatterReduction(Binary combination) {
    this.combination = combination;
  }

  /** The function of both; null where scattering itself replaces or adds. */
  Binary combination() {
    return combination;
  }
}
