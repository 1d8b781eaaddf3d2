package dev.fovea.visualize.adversarial;

import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Tensor;

/**
 * The units of a network's inputs: {@code input = scale_c pixel + offset_c} for each channel, with
 * pixels from 0 to 1. Immutable.
 */
public final class ChannelUnits {
  private static final float MAXIMUM = 255;

  private final float[] scale;
  private final float[] offset;

  private ChannelUnits(float[] scale, float[] offset) {
    this.scale = scale;
    this.offset = offset;
  }

  /**
   * Those of inputs that a preprocessing makes.
   *
   * @throws IllegalArgumentException if it stretches each picture by itself
   */
  public static ChannelUnits of(Preprocessing preprocessing) {
    int channels = preprocessing.channels().count();
    float[] scale = new float[channels];
    float[] offset = new float[channels];
    for (int c = 0; c < channels; c++) {
      switch (preprocessing.normalisation()) {
        case UNIT -> scale[c] = 1;
        case MEAN_STD -> {
          scale[c] = MAXIMUM / preprocessing.std()[c];
          offset[c] = -preprocessing.mean()[c] / preprocessing.std()[c];
        }
        default ->
            throw new IllegalArgumentException(
                "attack: found inputs by percentiles of each picture, expected fixed units");
      }
    }
    return new ChannelUnits(scale, offset);
  }

  /** A network as a function of pixels. */
  DifferentiableModel of(DifferentiableModel network) {
    return new Model(this, network);
  }

  /** Inputs {@code [N, C, ...]} in pixels, in a new tensor; clamped, as rounding may leave it. */
  Tensor toPixels(Tensor inputs) {
    Tensor pixels = inputs.copy();
    each(pixels, (value, c) -> Math.max(0, Math.min(1, (value - offset[c]) / scale[c])));
    return pixels;
  }

  /** Pixels {@code [N, C, ...]} as inputs, in a new tensor. */
  Tensor toInputs(Tensor pixels) {
    Tensor inputs = pixels.copy();
    each(inputs, (value, c) -> scale[c] * value + offset[c]);
    return inputs;
  }

  private interface Change {
    float apply(float value, int channel);
  }

  private void each(Tensor t, Change change) {
    int channels = scale.length;
    int size = t.size() / t.shape().dim(0) / channels;
    for (int i = 0; i < t.size(); i++) {
      int at = t.offset() + i;
      t.array()[at] = change.apply(t.array()[at], i / size % channels);
    }
  }

  /** A network behind these units. */
  private record Model(ChannelUnits units, DifferentiableModel network)
      implements DifferentiableModel {
    @Override
    public Tensor scores(Tensor x) {
      return network.scores(units.toInputs(x));
    }

    @Override
    public Evaluation evaluate(Tensor x, Objective objective) {
      Evaluation e = network.evaluate(units.toInputs(x), objective);
      units.each(e.gradient(), (value, c) -> units.scale[c] * value);
      return e;
    }
  }
}
