package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** The scores of a class, of all pixels where there are such, or of those of a mask. */
record ClassTarget(String value, int index, boolean[] mask) implements Target {

  @Override
  public List<String> values() {
    return List.of(value);
  }

  @Override
  public List<Tensor> cotangents(List<Tensor> values) {
    Shape scores = values.get(0).shape();
    if (scores.rank() < 2 || scores.dim(0) != 1 || index < 0 || index >= scores.dim(1)) {
      throw new IllegalArgumentException(
          "class "
              + index
              + " of '"
              + value
              + "' "
              + scores
              + ": expected [1, K, ...] and 0 to K-1");
    }
    int pixels = scores.size(2, scores.rank());
    if (mask != null && mask.length != pixels) {
      throw new IllegalArgumentException(
          "segment of '"
              + value
              + "' "
              + scores
              + ": found a mask of "
              + mask.length
              + " pixels, expected "
              + pixels);
    }
    Tensor seed = Tensor.zeros(scores);
    for (int i = 0; i < pixels; i++) {
      seed.array()[index * pixels + i] = mask == null || mask[i] ? 1 : 0;
    }
    return List.of(seed);
  }
}
