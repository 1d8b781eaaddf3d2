package dev.fovea.engine.image;

/** Fills one plane sample by sample while a file is decoded; then {@link #finish} freezes it. */
final class PlaneWriter {
  private final SampleType type;
  private byte[] bytes;
  private short[] shorts;
  private float[] floats;

  PlaneWriter(SampleType type, int length) {
    this.type = type;
    switch (type) {
      case UINT8 -> bytes = new byte[length];
      case UINT16 -> shorts = new short[length];
      case FLOAT32 -> floats = new float[length];
    }
  }

  /** Stores an integer sample, which must be in the range of the type. */
  void put(int index, int value) {
    switch (type) {
      case UINT8 -> bytes[index] = (byte) value;
      case UINT16 -> shorts[index] = (short) value;
      case FLOAT32 -> floats[index] = value;
    }
  }

  /** Stores a sample of a float plane. */
  void put(int index, float value) {
    floats[index] = value;
  }

  /** Stores integer samples from {@code index} on. */
  void putRow(int index, int[] values) {
    for (int i = 0; i < values.length; i++) {
      put(index + i, values[i]);
    }
  }

  /** The plane; this writer must not be used afterwards. */
  Plane finish() {
    return switch (type) {
      case UINT8 -> new Plane.Bytes(bytes);
      case UINT16 -> new Plane.Shorts(shorts);
      case FLOAT32 -> new Plane.Floats(floats);
    };
  }
}
