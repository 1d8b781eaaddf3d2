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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images with instance labels as training samples for a three-class net: patches cut at random
 * places, augmented together with their labels, with class targets and weights made from the labels
 * of the patch. Thread-safe.
 *
 * <p>All images are read and normalised once, as a whole, and held in memory (4 bytes a sample
 * value and 4 bytes a label). A large image gives several patches an epoch, at most {@link
 * #MAX_PATCHES}. Data sets of micrographs often hold many grey images and few stained ones, or the
 * reverse: the images of the rarer kind are drawn up to {@link #MAX_REPEATS} times as often, until
 * they are a {@link #LEAST_SHARE} of the epoch.
 */
public final class SegmentationTraining implements TrainingData {

  /** Most patches of one image in an epoch. */
  public static final int MAX_PATCHES = 4;

  /** Part of an epoch that the rarer of grey and coloured images should make. */
  public static final double LEAST_SHARE = 0.25;

  /** How many times as often as the others the images of the rarer kind are drawn at most. */
  public static final int MAX_REPEATS = 4;

  private final List<Prepared> images;
  private final int[] imageOf;
  private final int patch;
  private final int channels;
  private final Augmentation augmentation;
  private final double borderWeight;

  private record Prepared(Tensor image, int[] labels, boolean colored) {}

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
    int coloredRepeats = repeats(true);
    int greyRepeats = repeats(false);
    this.imageOf =
        IntStream.range(0, images.size())
            .flatMap(
                i -> {
                  Prepared p = images.get(i);
                  int repeats = p.colored() ? coloredRepeats : greyRepeats;
                  return IntStream.generate(() -> i).limit((long) repeats * patches(p));
                })
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
                  Tensor image = preprocessor.apply(s.image());
                  all[i] = new Prepared(image, s.labels(), isColored(image));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new ArrayList<>(List.of(all));
  }

  /** Whether any pixel's channels differ. */
  private static boolean isColored(Tensor image) {
    int channels = image.shape().dim(1);
    int pixels = image.shape().size() / channels;
    float[] a = image.array();
    for (int c = 1; c < channels; c++) {
      int at = image.offset() + c * pixels;
      if (!Arrays.equals(a, image.offset(), image.offset() + pixels, a, at, at + pixels)) {
        return true;
      }
    }
    return false;
  }

  private int repeats(boolean colored) {
    int of = images.stream().filter(p -> p.colored() == colored).mapToInt(this::patches).sum();
    int others = images.stream().filter(p -> p.colored() != colored).mapToInt(this::patches).sum();
    int repeats = 1;
    while (of > 0
        && repeats < MAX_REPEATS
        && repeats * of < LEAST_SHARE * (repeats * of + others)) {
      repeats++;
    }
    return repeats;
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
