package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.augment.Change;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A classification data set as training samples: images preprocessed, augmented, with their class
 * index. Thread-safe.
 *
 * <p>Prepared inputs are kept in memory if all of them together stay below {@link #CACHE_BYTES};
 * else each is read again when asked for.
 */
public final class ClassificationTraining implements TrainingData {

  /** Bound of the memory for prepared inputs. */
  public static final long CACHE_BYTES = 1L << 30;

  private static final int VALIDATION_BATCH = 100;

  private final ClassificationDataset data;
  private final Preprocessor preprocessor;
  private final Augmenter augmenter;
  private final float[] mean;
  private final float[] std;
  private final Shape inputShape;
  private final AtomicReferenceArray<Tensor> cache;

  /** Changes a prepared picture by a seed. */
  private interface Augmenter {
    Tensor apply(Tensor picture, long seed);
  }

  /**
   * Samples of a data set.
   *
   * @param preprocessing with a fixed size
   * @param augmentation applied to each sample anew; {@link Augmentation#NONE} for none
   */
  public ClassificationTraining(
      ClassificationDataset data, Preprocessing preprocessing, Augmentation augmentation) {
    this(
        data,
        preprocessing,
        augmentation.equals(Augmentation.NONE)
            ? (picture, seed) -> picture
            : (picture, seed) ->
                augmentation
                    .draw(seed)
                    .image(picture, picture.shape().dim(2), picture.shape().dim(3)),
        false);
  }

  /**
   * Samples of a data set.
   *
   * @param preprocessing with a fixed size
   * @param change applied to each sample anew, to values of 0 to 1: means and standard deviations
   *     of the preprocessing come afterwards
   */
  public ClassificationTraining(
      ClassificationDataset data, Preprocessing preprocessing, Change change) {
    this(
        data,
        preprocessing,
        (picture, seed) -> change.apply(picture, new SplittableRandom(seed)),
        preprocessing.normalisation() == Preprocessing.Normalisation.MEAN_STD);
  }

  private ClassificationTraining(
      ClassificationDataset data,
      Preprocessing preprocessing,
      Augmenter augmenter,
      boolean standardizeLast) {
    if (preprocessing.width() == 0) {
      throw new IllegalArgumentException(
          "training a classifier: expected preprocessing to a fixed size, found any size");
    }
    this.data = data;
    this.preprocessor =
        new Preprocessor(
            standardizeLast
                ? Preprocessing.unit(
                    preprocessing.channels(),
                    preprocessing.width(),
                    preprocessing.height(),
                    preprocessing.resize())
                : preprocessing);
    this.augmenter = augmenter;
    this.mean = standardizeLast ? preprocessing.mean() : null;
    this.std = standardizeLast ? preprocessing.std() : null;
    this.inputShape =
        Shape.of(preprocessing.channels().count(), preprocessing.height(), preprocessing.width());
    boolean fits = (long) data.size() * inputShape.size() * Float.BYTES <= CACHE_BYTES;
    this.cache = new AtomicReferenceArray<>(fits ? data.size() : 0);
  }

  @Override
  public int size() {
    return data.size();
  }

  @Override
  public Shape inputShape() {
    return inputShape;
  }

  @Override
  public Shape targetShape() {
    return Shape.SCALAR;
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    input.copyFrom(augmenter.apply(prepared(index), seed));
    standardize(input);
    target.fill(data.label(index));
  }

  /** Applies in place what the preprocessing has left for after the augmentation. */
  private void standardize(Tensor input) {
    if (mean == null) {
      return;
    }
    int pixels = inputShape.dim(1) * inputShape.dim(2);
    for (int i = 0; i < inputShape.size(); i++) {
      int c = i / pixels;
      int at = input.offset() + i;
      input.array()[at] = (255 * input.array()[at] - mean[c]) / std[c];
    }
  }

  private Tensor prepared(int index) {
    Tensor x = index < cache.length() ? cache.get(index) : null;
    if (x == null) {
      x = preprocessor.apply(read(index));
      if (index < cache.length()) {
        cache.set(index, x);
      }
    }
    return x;
  }

  private Image read(int index) {
    try {
      return data.image(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Measures {@code accuracy} and {@code top5}, both in 0..1, on these samples without
   * augmentation.
   *
   * @param threads how many threads to use
   */
  public Validator validator(Backend backend, int threads) {
    SessionOptions options = SessionOptions.inference().on(backend).withThreads(threads);
    return graph -> measure(new SessionPool(graph, options), VALIDATION_BATCH);
  }

  /**
   * Measures the same of a network that runs anywhere.
   *
   * @param network with an output {@code [N, classes]}
   * @param batch how many samples it is given at once, at most
   */
  public Map<String, Double> measure(Inference network, int batch) {
    ClassificationCount count = new ClassificationCount();
    for (int first = 0; first < size(); first += batch) {
      int n = Math.min(batch, size() - first);
      Tensor inputs =
          Tensor.zeros(Shape.of(n, inputShape.dim(0), inputShape.dim(1), inputShape.dim(2)));
      for (int i = 0; i < n; i++) {
        standardize(inputs.slice(i, i + 1).copyFrom(prepared(first + i)));
      }
      Tensor scores = network.forward(inputs).get(0);
      for (int i = 0; i < n; i++) {
        count.add(scores.slice(i, i + 1), data.label(first + i));
      }
    }
    return count.figures();
  }
}
