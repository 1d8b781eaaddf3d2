package dev.fovea.engine.onnx;

/** A model computes with an extent that is free, in a way that a graph cannot hold. */
final class FreeExtentException extends ModelFormatException {

  private static final long serialVersionUID = 1;

  FreeExtentException(String message) {
    super(message, null);
  }
}
