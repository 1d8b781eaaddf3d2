package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.MulticlassHinge;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The classic classifiers that a network has to beat, each with how it sees an image and how it is
 * trained unless somebody says otherwise. The rates suit small colour pictures such as CIFAR-10's.
 */
public enum Baseline {
  /** The nearest neighbour among raw pixels. */
  KNN("knn", Input.PIXELS, null),
  /** A linear support vector machine on pixels. */
  SVM("svm", Input.PIXELS, new VectorNet(0, new MulticlassHinge(), 15, 200, 1e-3, 0.3)),
  /** Softmax regression on pixels. */
  SOFTMAX("softmax", Input.PIXELS, new VectorNet(0, new SoftmaxCrossEntropy(), 15, 200, 3e-3, 0.1)),
  /** A net of one hidden layer on pixels. */
  TWO_LAYER(
      "two-layer",
      Input.PIXELS,
      new VectorNet(200, new SoftmaxCrossEntropy(), 20, 100, 1e-2, 2e-2)),
  /** A linear support vector machine on oriented gradients and hues. */
  HOG_SVM(
      "hog-svm", Input.HOG_AND_HUE, new VectorNet(0, new MulticlassHinge(), 20, 100, 1e-3, 0.1)),
  /** A net of one hidden layer on oriented gradients and hues. */
  HOG_NET(
      "hog-net",
      Input.HOG_AND_HUE,
      new VectorNet(500, new SoftmaxCrossEntropy(), 30, 100, 3e-2, 3e-3));

  /** What a classifier sees of an image. */
  private enum Input {
    PIXELS,
    HOG_AND_HUE
  }

  /** Centred pixels lie within about -2 and 2: rates are then those of standardised features. */
  private static final double PIXEL_FACTOR = 1 / 64.0;

  private final String text;
  private final Input input;

  // A record of numbers and a loss without state.
  @SuppressWarnings("ImmutableEnumChecker")
  private final VectorNet recipe;

  Baseline(String text, Input input, VectorNet recipe) {
    this.text = text;
    this.input = input;
    this.recipe = recipe;
  }

  /** Name as users type it. */
  public String text() {
    return text;
  }

  /**
   * The classifier of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Baseline named(String text) {
    for (Baseline b : values()) {
      if (b.text.equals(text)) {
        return b;
      }
    }
    throw new IllegalArgumentException(
        "method: expected one of "
            + Arrays.stream(values()).map(Baseline::text).collect(Collectors.joining(", "))
            + ", found '"
            + text
            + "'");
  }

  /** How it sees an image, before standardization. */
  public FeatureExtractor extractor() {
    return input == Input.PIXELS
        ? FeatureExtractor.pixels()
        : HogFeatures.DEFAULT.and(HueHistogram.DEFAULT);
  }

  /**
   * Shift and scale of its features: pixels lose their mean image, hand-made features are brought
   * to mean 0 and standard deviation 1.
   *
   * @param training features of training images, {@code [N, D]}
   */
  public Standardization standardization(Tensor training) {
    return input == Input.PIXELS
        ? Standardization.centering(training, PIXEL_FACTOR)
        : Standardization.fit(training);
  }

  /** How it is trained. */
  public VectorNet recipe() {
    if (recipe == null) {
      throw new IllegalStateException(text + " is not trained");
    }
    return recipe;
  }

  /** Whether it is trained; else it only remembers. */
  public boolean trained() {
    return recipe != null;
  }

  /** Whether it can be a network that takes images: trained on their pixels. */
  public boolean isNetwork() {
    return trained() && input == Input.PIXELS;
  }
}
