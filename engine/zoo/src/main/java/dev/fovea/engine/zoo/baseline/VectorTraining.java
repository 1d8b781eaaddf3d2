package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;

/**
 * Labelled vectors as training samples, unchanged. Immutable and thread-safe.
 *
 * @param vectors the rows
 */
record VectorTraining(LabelledVectors vectors) implements TrainingData {

  @Override
  public int size() {
    return vectors.size();
  }

  @Override
  public Shape inputShape() {
    return Shape.of(vectors.width());
  }

  @Override
  public Shape targetShape() {
    return Shape.SCALAR;
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    input.copyFrom(vectors.x().slice(index, index + 1));
    target.fill(vectors.labels()[index]);
  }
}
