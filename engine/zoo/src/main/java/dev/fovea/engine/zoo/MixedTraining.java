package dev.fovea.engine.zoo;

import dev.fovea.engine.image.augment.Mixing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.util.SplittableRandom;

/**
 * Training samples of which each is mixed with another one; the target {@code [classes]} holds the
 * part of each class and sums to 1, for a cross-entropy with soft targets. The partner, like
 * everything, is decided by the sample's seed: batches play no part. Thread-safe.
 */
public final class MixedTraining implements TrainingData {
  private final TrainingData data;
  private final Mixing mixing;
  private final int classes;

  /**
   * Mixes samples.
   *
   * @param data samples with a class index as target and without weights
   * @param classes number of classes
   */
  public MixedTraining(TrainingData data, Mixing mixing, int classes) {
    if (data.targetShape().rank() != 0 || data.weighted()) {
      throw new IllegalArgumentException(
          "mixing: expected samples of one class and no weights, found targets "
              + data.targetShape()
              + (data.weighted() ? " with weights" : ""));
    }
    this.data = data;
    this.mixing = mixing;
    this.classes = classes;
  }

  @Override
  public int size() {
    return data.size();
  }

  @Override
  public Shape inputShape() {
    return data.inputShape();
  }

  @Override
  public Shape targetShape() {
    return Shape.of(classes);
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    SplittableRandom random = new SplittableRandom(seed);
    int partner = random.nextInt(data.size());
    int label = draw(index, random.nextLong(), input);
    Tensor other = Tensor.zeros(data.inputShape());
    int otherLabel = draw(partner, random.nextLong(), other);
    double part = mixing.mix(input, other, random);
    target.fill(0);
    target.array()[target.offset() + label] += (float) part;
    target.array()[target.offset() + otherLabel] += (float) (1 - part);
  }

  private int draw(int index, long seed, Tensor input) {
    Tensor label = Tensor.zeros(Shape.SCALAR);
    data.sample(index, seed, input, label, null);
    return (int) label.get(0);
  }
}
