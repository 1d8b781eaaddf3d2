package dev.fovea.engine.opencv;

import nu.pattern.OpenCV;

/** Loads OpenCV's native library, once, when something of it is first needed. Thread-safe. */
final class OpenCvLibrary {
  private OpenCvLibrary() {}

  /**
   * Makes sure that the library is there; it is unpacked into the folder for temporary files.
   *
   * @throws UnsupportedOperationException if it is not, and why
   */
  static void load() {
    try {
      OpenCV.loadLocally();
    } catch (RuntimeException | LinkageError e) {
      throw new UnsupportedOperationException(
          "OpenCV: its native library cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + e.getMessage(),
          e);
    }
  }
}
