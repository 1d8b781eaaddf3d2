package dev.fovea.engine.tensor;

/**
 * The memory behind one or several tensors. On the host it is a {@code float[]}; a device backend
 * brings its own implementation, opaque to everybody else.
 */
public interface Storage {

  /** Capacity in float32 elements. */
  int length();

  /** Host memory: a Java array. */
  record Host(float[] array) implements Storage {
    @Override
    public int length() {
      return array.length;
    }
  }
}
