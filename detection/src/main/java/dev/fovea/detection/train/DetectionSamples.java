package dev.fovea.detection.train;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.BoxAugmentation.Labelled;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pictures with boxes as training samples: augmented anew each time, brought to the size of the
 * input, with {@link ObjectRows} as targets. Thread-safe.
 *
 * <p>All pictures are read once and held in memory at the size of the input: one byte a sample
 * value, or two where pictures have more than 8 bits. Boxes without area are left out.
 */
public final class DetectionSamples implements TrainingData {

  /** Objects of a mosaic are those of parts of four pictures: about as many as in one. */
  private static final int ROOM = 2;

  private final List<Labelled> pictures;
  private final Preprocessing preprocessing;
  private final BoxAugmentation augmentation;
  private final int most;

  /**
   * Reads a data set.
   *
   * @param preprocessing to an input of one size, with values divided by the maximum or normalised
   *     by mean and deviation
   * @param augmentation applied to each sample
   * @param threads how many threads read
   * @throws IOException if a picture cannot be read
   */
  public DetectionSamples(
      PictureSet set, Preprocessing preprocessing, BoxAugmentation augmentation, int threads)
      throws IOException {
    if (preprocessing.width() == 0 || preprocessing.normalisation().usesPercentiles()) {
      throw new IllegalArgumentException(
          "training of detectors: found an input of size %d x %d with %s, expected one size and"
                  .formatted(
                      preprocessing.width(), preprocessing.height(), preprocessing.normalisation())
              + " no percentiles");
    }
    this.preprocessing = preprocessing;
    this.augmentation = augmentation;
    this.pictures = readAll(set, threads);
    int largest = pictures.stream().mapToInt(p -> p.objects().size()).max().orElse(0);
    this.most = Math.max(1, ROOM * largest);
  }

  private List<Labelled> readAll(PictureSet set, int threads) throws IOException {
    Labelled[] all = new Labelled[set.size()];
    try {
      new Parallel(threads)
          .run(
              all.length,
              i -> {
                try {
                  all[i] = fitted(set.image(i), set.objects(i));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return List.of(all);
  }

  /** As large as it fits into the input; the aspect is kept as the preprocessing keeps it. */
  private Labelled fitted(Image image, List<Annotation> objects) {
    double byX = (double) preprocessing.width() / image.width();
    double byY = (double) preprocessing.height() / image.height();
    if (preprocessing.resize() != Preprocessing.Resize.STRETCH) {
      byX = Math.min(byX, byY);
      byY = byX;
    }
    Image colored = channels() == 1 ? image.toGrey() : image.toRgb();
    Image resized =
        Transforms.resize(
            colored,
            (int) Math.max(1, Math.round(image.width() * byX)),
            (int) Math.max(1, Math.round(image.height() * byY)),
            Resampling.TRIANGLE);
    List<Annotation> scaled = new ArrayList<>();
    for (Annotation object : objects) {
      Box box =
          object
              .box()
              .scale(
                  (double) resized.width() / image.width(),
                  (double) resized.height() / image.height())
              .clip(resized.width(), resized.height());
      if (!box.isEmpty()) {
        boolean ignored = object.difficult() || object.crowd();
        scaled.add(Annotation.of(object.label(), box).withDifficult(ignored));
      }
    }
    return new Labelled(resized, scaled);
  }

  private int channels() {
    return preprocessing.channels().count();
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public Shape inputShape() {
    return Shape.of(channels(), preprocessing.height(), preprocessing.width());
  }

  @Override
  public Shape targetShape() {
    return ObjectRows.shape(most);
  }

  @Override
  public String describe() {
    return augmentation.describe();
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor canvas = Tensor.zeros(inputShape().under(1)).fill(preprocessing.margin() / 255);
    List<Annotation> objects =
        augmentation.sample(index, pictures.size(), pictures::get, canvas, random);
    normalize(canvas, input);
    ObjectRows.write(objects, target);
  }

  /** From values of 0 to 1 to those of the input. */
  private void normalize(Tensor canvas, Tensor input) {
    boolean reversed = preprocessing.channels() == Preprocessing.Channels.BGR;
    boolean plain = preprocessing.normalisation() == Preprocessing.Normalisation.UNIT;
    int pixels = canvas.size() / channels();
    for (int c = 0; c < channels(); c++) {
      int from = canvas.offset() + (reversed ? channels() - 1 - c : c) * pixels;
      int to = input.offset() + c * pixels;
      float mean = plain ? 0 : preprocessing.mean()[c] / 255;
      float std = plain ? 1 : preprocessing.std()[c] / 255;
      float[] values = canvas.array();
      for (int i = 0; i < pixels; i++) {
        input.array()[to + i] = (values[from + i] - mean) / std;
      }
    }
  }
}
