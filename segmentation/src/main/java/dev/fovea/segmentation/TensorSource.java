package dev.fovea.segmentation;

import dev.fovea.engine.tensor.Tensor;

/** A tensor {@code [1, C, H, W]} read piece by piece. */
record TensorSource(Tensor tensor) implements Tiling.Source {
  @Override
  public int width() {
    return tensor.shape().dim(3);
  }

  @Override
  public int height() {
    return tensor.shape().dim(2);
  }

  @Override
  public int channels() {
    return tensor.shape().dim(1);
  }

  @Override
  public void read(int channel, int y, int x, int count, float[] into, int offset) {
    int from = tensor.offset() + (channel * height() + y) * width() + x;
    System.arraycopy(tensor.array(), from, into, offset, count);
  }
}
