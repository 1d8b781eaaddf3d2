package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;

/**
 * Images as rows of numbers, each with its class. Arrays and tensor are not copied and not to be
 * modified.
 *
 * @param x {@code [N, D]}
 * @param labels the class of each row
 * @param classes number of classes
 */
public record LabelledVectors(Tensor x, int[] labels, int classes) {

  /** Checks that rows and labels belong together. */
  public LabelledVectors {
    if (x.shape().rank() != 2 || x.shape().dim(0) != labels.length || labels.length == 0) {
      throw new IllegalArgumentException(
          "labelled vectors: found "
              + x.shape()
              + " and "
              + labels.length
              + " labels, expected [N, D] and N labels, N >= 1");
    }
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "labelled vectors: found the label " + label + ", expected 0 to " + (classes - 1));
      }
    }
  }

  /**
   * The features of the images of a data set, which must all be of one size.
   *
   * @throws IOException if an image cannot be read
   * @throws IllegalArgumentException if the data set is empty or an image has another size
   */
  public static LabelledVectors of(
      ClassificationDataset data, FeatureExtractor extractor, int threads) throws IOException {
    float[][] rows = new float[data.size()][];
    int[] labels = new int[data.size()];
    try {
      new Parallel(threads)
          .run(
              data.size(),
              i -> {
                try {
                  rows[i] = extractor.features(data.image(i));
                  labels[i] = data.label(i);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new LabelledVectors(stack(rows, data), labels, data.classes().size());
  }

  private static Tensor stack(float[][] rows, ClassificationDataset data) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    if (width == 0) {
      throw new IllegalArgumentException("features: found no image, expected at least one");
    }
    Tensor x = Tensor.zeros(rows.length, width);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            data.name(i)
                + ": found "
                + rows[i].length
                + " features, expected "
                + width
                + " as of the first image; images must be of one size");
      }
      System.arraycopy(rows[i], 0, x.array(), i * width, width);
    }
    return x;
  }

  /** Number of rows. */
  public int size() {
    return labels.length;
  }

  /** Numbers in a row. */
  public int width() {
    return x.shape().dim(1);
  }

  /** The rows at {@code indices}, copied. */
  public LabelledVectors rows(int[] indices) {
    Tensor chosen = Tensor.zeros(indices.length, width());
    int[] theirs = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen.slice(i, i + 1).copyFrom(x.slice(indices[i], indices[i] + 1));
      theirs[i] = labels[indices[i]];
    }
    return new LabelledVectors(chosen, theirs, classes);
  }

  /** Other numbers with the same labels. */
  public LabelledVectors with(Tensor other) {
    return new LabelledVectors(other, labels, classes);
  }

  /**
   * The part of the rows that is classified correctly, 0 to 1.
   *
   * @param predicted a class for each row
   */
  public double accuracy(int[] predicted) {
    if (predicted.length != size()) {
      throw new IllegalArgumentException(
          "accuracy: found " + predicted.length + " predictions for " + size() + " rows");
    }
    long right = IntStream.range(0, size()).filter(i -> predicted[i] == labels[i]).count();
    return (double) right / size();
  }
}
