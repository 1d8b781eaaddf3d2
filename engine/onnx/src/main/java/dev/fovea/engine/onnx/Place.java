package dev.fovea.engine.onnx;

/**
 * Where in a file something is: the file's name, then part by part. Makes the errors about it.
 *
 * @param path for people, for example {@code a.onnx: node 'conv1' (Conv, opset 17)}
 */
record Place(String path) {

  /** A part of this place. */
  Place in(String part) {
    return new Place(path + ": " + part);
  }

  /** An error by what is there and what should be, as phrases. */
  ModelFormatException error(String found, String expected) {
    return problem("found " + found + ", expected " + expected, null);
  }

  /** An error in the words of whoever noticed it. */
  ModelFormatException problem(String message, Throwable cause) {
    return new ModelFormatException(path + ": " + message, cause);
  }
}
