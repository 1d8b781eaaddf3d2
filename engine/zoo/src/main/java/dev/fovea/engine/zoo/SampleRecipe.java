package dev.fovea.engine.zoo;

import dev.fovea.engine.image.augment.Change;
import dev.fovea.engine.image.augment.CutMix;
import dev.fovea.engine.image.augment.Cutout;
import dev.fovea.engine.image.augment.Mixing;
import dev.fovea.engine.image.augment.Mixup;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;

/**
 * What a training makes of the images of a data set. Immutable.
 *
 * @param augmentation how each one is changed by chance
 * @param mixup alpha of {@link Mixup}; 0 for none
 * @param cutmix alpha of {@link CutMix}; 0 for none. With both, each sample is mixed by one of
 *     them, either with the same probability
 * @param cutout whether a grey square of half the side hides a part of each, see {@link Cutout}
 */
public record SampleRecipe(
    AugmentationPreset augmentation, double mixup, double cutmix, boolean cutout) {

  /** Images as they are. */
  public static final SampleRecipe PLAIN = of(AugmentationPreset.NONE);

  private static final float GREY = 0.5f;

  /** Checks the ranges. */
  public SampleRecipe {
    if (!(mixup >= 0 && cutmix >= 0)) {
      throw new IllegalArgumentException(
          "mixing: found alpha " + mixup + " and " + cutmix + ", expected 0 for none, or more");
    }
  }

  /** Random changes, nothing else. */
  public static SampleRecipe of(AugmentationPreset augmentation) {
    return new SampleRecipe(augmentation, 0, 0, false);
  }

  /** Whether the targets are shares of the classes in place of class indices. */
  public boolean mixes() {
    return mixup > 0 || cutmix > 0;
  }

  /** The samples to train on. */
  public TrainingData samples(ClassificationDataset data, Preprocessing preprocessing) {
    TrainingData pictures = pictures(data, preprocessing);
    return new Described(
        mixes() ? new MixedTraining(pictures, mixing(), data.classes().size()) : pictures,
        toString());
  }

  /** Samples that say how they are made, so that no training goes on with others. */
  private record Described(TrainingData data, String describe) implements TrainingData {
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
      return data.targetShape();
    }

    @Override
    public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
      data.sample(index, seed, input, target, weight);
    }
  }

  private TrainingData pictures(ClassificationDataset data, Preprocessing preprocessing) {
    if (!cutout && augmentation.geometry().isPresent()) {
      return new ClassificationTraining(data, preprocessing, augmentation.geometry().get());
    }
    int side = Math.min(preprocessing.width(), preprocessing.height());
    Change change = augmentation.change(preprocessing.channels().count(), side);
    return new ClassificationTraining(
        data,
        preprocessing,
        cutout ? Change.all(change, new Cutout(Math.max(1, side / 2), GREY)) : change);
  }

  private Mixing mixing() {
    if (mixup == 0) {
      return new CutMix(cutmix);
    }
    if (cutmix == 0) {
      return new Mixup(mixup);
    }
    Mixing blended = new Mixup(mixup);
    Mixing pasted = new CutMix(cutmix);
    return (picture, other, random) ->
        (random.nextBoolean() ? blended : pasted).mix(picture, other, random);
  }
}
