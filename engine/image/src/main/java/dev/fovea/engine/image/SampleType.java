package dev.fovea.engine.image;

/** What one sample of an {@link Image} is stored as. */
public enum SampleType {
  /** Unsigned 8-bit integer, 0..255. */
  UINT8(255f),
  /** Unsigned 16-bit integer, 0..65535. */
  UINT16(65535f),
  /** 32-bit IEEE float; any value, nominally 0..1. */
  FLOAT32(1f);

  private final float maxValue;

  SampleType(float maxValue) {
    this.maxValue = maxValue;
  }

  /**
   * The value that stands for full intensity by convention: 255, 65535, or 1 for floats. Samples of
   * a float image may well lie above it.
   */
  public float maxValue() {
    return maxValue;
  }
}
