package dev.fovea.engine.onnx;

/** The versions of ONNX that are read and written. */
final class Opsets {

  /** Newest opset whose operators were compared with the ones here. */
  static final int NEWEST_READ = 27;

  /** Convolutions, resizing and padding have their present form since this one. */
  static final int OLDEST_WRITTEN = 11;

  /** What is written unless a node needs more. */
  static final int DEFAULT_WRITTEN = 17;

  /** Swish is an operator since this one; later ones bring nothing for the operators here. */
  static final int NEWEST_WRITTEN = 24;

  private Opsets() {}

  /** The file format version in which an opset from 11 on was published. */
  static int irVersion(int opset) {
    if (opset <= 14) {
      return opset == 11 ? 6 : 7;
    }
    return opset <= 18 ? 8 : opset <= 20 ? 9 : opset <= 22 ? 10 : opset == 23 ? 11 : 12;
  }
}
