package dev.fovea.engine.image;

import java.util.Arrays;

/**
 * The samples of one channel, row by row. Package-private: the only place that knows how each
 * {@link SampleType} is stored. Never written to after it became part of an {@link Image}.
 */
sealed interface Plane permits Plane.Bytes, Plane.Shorts, Plane.Floats {

  SampleType type();

  int length();

  float get(int index);

  /** Copies {@code length} samples from {@code from} to {@code target[at]}. */
  void copyTo(int from, float[] target, int at, int length);

  /** A new plane whose sample {@code i} is this plane's sample {@code indices[i]}. */
  Plane gather(int[] indices);

  /** Unsigned bytes. */
  record Bytes(byte[] samples) implements Plane {
    @Override
    public SampleType type() {
      return SampleType.UINT8;
    }

    @Override
    public int length() {
      return samples.length;
    }

    @Override
    public float get(int index) {
      return samples[index] & 0xff;
    }

    @Override
    public void copyTo(int from, float[] target, int at, int length) {
      for (int i = 0; i < length; i++) {
        target[at + i] = samples[from + i] & 0xff;
      }
    }

    @Override
    public Plane gather(int[] indices) {
      byte[] result = new byte[indices.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = samples[indices[i]];
      }
      return new Bytes(result);
    }
  }

  /** Unsigned shorts. */
  record Shorts(short[] samples) implements Plane {
    @Override
    public SampleType type() {
      return SampleType.UINT16;
    }

    @Override
    public int length() {
      return samples.length;
    }

    @Override
    public float get(int index) {
      return samples[index] & 0xffff;
    }

    @Override
    public void copyTo(int from, float[] target, int at, int length) {
      for (int i = 0; i < length; i++) {
        target[at + i] = samples[from + i] & 0xffff;
      }
    }

    @Override
    public Plane gather(int[] indices) {
      short[] result = new short[indices.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = samples[indices[i]];
      }
      return new Shorts(result);
    }
  }

  /** Floats. */
  record Floats(float[] samples) implements Plane {
    @Override
    public SampleType type() {
      return SampleType.FLOAT32;
    }

    @Override
    public int length() {
      return samples.length;
    }

    @Override
    public float get(int index) {
      return samples[index];
    }

    @Override
    public void copyTo(int from, float[] target, int at, int length) {
      System.arraycopy(samples, from, target, at, length);
    }

    @Override
    public Plane gather(int[] indices) {
      float[] result = new float[indices.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = samples[indices[i]];
      }
      return new Floats(result);
    }
  }

  /**
   * Stores float values as {@code type}: integers are rounded half up and clamped to their range
   * (NaN becomes 0); floats are copied.
   */
  static Plane store(SampleType type, float[] values, int from, int length) {
    switch (type) {
      case UINT8 -> {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) toUnsigned(values[from + i], 0xff);
        }
        return new Bytes(bytes);
      }
      case UINT16 -> {
        short[] shorts = new short[length];
        for (int i = 0; i < length; i++) {
          shorts[i] = (short) toUnsigned(values[from + i], 0xffff);
        }
        return new Shorts(shorts);
      }
      default -> {
        return new Floats(Arrays.copyOfRange(values, from, from + length));
      }
    }
  }

  /** Rounds half up and clamps to 0..max; NaN becomes 0. */
  private static int toUnsigned(float value, int max) {
    return Math.max(0, Math.min(max, Math.round(value)));
  }
}
