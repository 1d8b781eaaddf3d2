package dev.fovea.segmentation;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.data.SegmentationDataset;
import dev.fovea.engine.image.data.SegmentationDataset.Sample;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images with instance labels as training samples for a three-class net: patches cut at random
 * places, augmented together with their labels, with class targets and weights made from the labels
 * of the patch. Thread-safe.
 *
 * <p>All images are read and normalised once, as a whole, and held in memory (4 bytes a sample
 * value and 4 bytes a label). A large image gives several patches an epoch, at most {@link
 * #MAX_PATCHES}.
 */
public final class SegmentationTraining implements TrainingData {

  /** Most patches of one image in an epoch. */
  public static final int MAX_PATCHES = 4;

  private final List<Prepared> images;
  private final int[] imageOf;
  private final int patch;
  private final int channels;
  private final Augmentation augmentation;
  private final double borderWeight;

  private record Prepared(Tensor image, int[] labels) {}

  /**
   * Reads a data set.
   *
   * @param preprocessing that takes any size
   * @param patch side of the square patches in pixels
   * @param augmentation applied to each patch anew
   * @param borderWeight added loss weight in narrow gaps between objects, {@code w0} of {@link
   *     BorderWeights}
   * @param threads how many threads read
   * @throws IOException if an image cannot be read or its labels have another size
   */
  public SegmentationTraining(
      SegmentationDataset data,
      Preprocessing preprocessing,
      int patch,
      Augmentation augmentation,
      double borderWeight,
      int threads)
      throws IOException {
    if (patch < 1) {
      throw new IllegalArgumentException("patch: expected at least 1 pixel, found " + patch);
    }
    this.patch = patch;
    this.channels = preprocessing.channels().count();
    this.augmentation = augmentation;
    this.borderWeight = borderWeight;
    this.images = readAll(data, new Preprocessor(preprocessing), threads);
    this.imageOf =
        IntStream.range(0, images.size())
            .flatMap(i -> IntStream.generate(() -> i).limit(patches(images.get(i))))
            .toArray();
  }

  private static List<Prepared> readAll(
      SegmentationDataset data, Preprocessor preprocessor, int threads) throws IOException {
    Prepared[] all = new Prepared[data.size()];
    try {
      new Parallel(threads)
          .run(
              data.size(),
              i -> {
                try {
                  Sample s = data.sample(i);
                  all[i] = new Prepared(preprocessor.apply(s.image()), s.labels());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new ArrayList<>(List.of(all));
  }

  private int patches(Prepared p) {
    long covered = Math.round((double) p.labels().length / ((double) patch * patch));
    return (int) Math.min(Math.max(covered, 1), MAX_PATCHES);
  }

  @Override
  public int size() {
    return imageOf.length;
  }

  @Override
  public Shape inputShape() {
    return Shape.of(channels, patch, patch);
  }

  @Override
  public Shape targetShape() {
    return Shape.of(patch, patch);
  }

  @Override
  public boolean weighted() {
    return true;
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    Prepared p = images.get(imageOf[index]);
    Shape s = p.image().shape();
    Augmentation.Draw draw = augmentation.draw(seed);
    input.copyFrom(draw.image(p.image(), patch, patch));
    LabelMap labels =
        LabelMap.of(patch, patch, draw.labels(p.labels(), s.dim(2), s.dim(3), patch, patch));
    int[] classes = ClassMaps.classes(labels, ClassMaps.DEFAULT_RIM);
    float[] gaps = BorderWeights.of(labels, borderWeight, BorderWeights.DEFAULT_SIGMA);
    for (int i = 0; i < classes.length; i++) {
      target.array()[target.offset() + i] = classes[i];
      weight.array()[weight.offset() + i] = 1 + gaps[i];
    }
  }
}
