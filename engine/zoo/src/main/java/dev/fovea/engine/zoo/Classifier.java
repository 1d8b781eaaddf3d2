package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.augment.TenCrop;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says of what class an image is. Immutable and thread-safe; needs no closing.
 *
 * <pre>{@code
 * Classifier digits = Classifier.load(Path.of("digits.onnx"));
 * Prediction best = digits.classify(ImageReader.read(Path.of("seven.png"))).get(0);
 * }</pre>
 */
public final class Classifier {

  private final ModelCard card;
  private final Preprocessor preprocessor;
  private final Inference network;

  private Classifier(ModelCard card, Inference network) {
    this.card = card;
    this.preprocessor = new Preprocessor(card.preprocessing());
    this.network = network;
  }

  /**
   * A classifier from a model file, on the default backend.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the model is no classifier; says what it is
   */
  public static Classifier load(Path file) throws IOException {
    return of(ModelFile.read(file), SessionOptions.inference());
  }

  /**
   * A classifier from a model; later changes of its weights are not seen.
   *
   * @throws IllegalArgumentException if the model is no classifier, or card and graph do not fit
   */
  public static Classifier of(ModelFile model, SessionOptions options) {
    requireOutput(model);
    return of(model.card(), Passes.open(model.graph(), options));
  }

  /**
   * A classifier whose network runs anywhere, such as on another runtime.
   *
   * @param card says what goes in and what comes out
   * @param network with an output {@code [N, classes]}; not closed by the classifier
   * @throws IllegalArgumentException if the card is for another task
   */
  public static Classifier of(ModelCard card, Inference network) {
    requireTask(card);
    return new Classifier(card, network);
  }

  /**
   * Checks a model before it is opened.
   *
   * @throws IllegalArgumentException if the model is no classifier, or card and graph do not fit
   */
  public static void requireOutput(ModelFile model) {
    ModelCard card = model.card();
    if (card == null) {
      throw new IllegalArgumentException(
          "model '"
              + model.graph().name()
              + "': expected a model card with classes and preprocessing, found none");
    }
    requireTask(card);
    Value out = model.graph().outputs().get(0);
    if (!fits(card, out.shape())) {
      throw new IllegalArgumentException(
          "model '"
              + card.name()
              + "': expected an output [N, "
              + card.classes().size()
              + "] for its classes, found "
              + out.shape());
    }
  }

  /** {@code [N, classes]}, or with further dimensions of 1, as fully convolutional networks end. */
  private static boolean fits(ModelCard card, Shape out) {
    return out.rank() >= 2
        && out.dim(1) == card.classes().size()
        && out.size() == out.dim(0) * out.dim(1);
  }

  private static void requireTask(ModelCard card) {
    if (card.task() != ModelCard.Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          "model '" + card.name() + "': expected a classification model, found " + card.task());
    }
  }

  /** What the model says of itself. */
  public ModelCard card() {
    return card;
  }

  /**
   * All classes with their probabilities, most likely first; equal ones in index order.
   *
   * @throws IllegalArgumentException if the image has channels or a size the model does not take
   */
  public List<Prediction> classify(Image image) {
    return ranked(probabilities(prepare(image)).toArray());
  }

  /**
   * As {@link #classify}, with the mean of ten looks at the image: it is brought to a larger size
   * than the model takes, of which the corners and the centre are looked at, and their mirror
   * images. Better on photographs, at ten times the work; see {@link TenCrop}.
   *
   * @param enlargement of the sides, at least 1; 256 / 224 in the paper
   * @throws IllegalArgumentException also if the model takes images of any size
   */
  public List<Prediction> classifyTenCrops(Image image, double enlargement) {
    Preprocessing p = card.preprocessing();
    if (p.width() == 0 || !(enlargement >= 1)) {
      throw new IllegalArgumentException(
          "ten crops: found the input size "
              + p.width()
              + ", enlarged by "
              + enlargement
              + ", expected a model of a fixed size and 1 or more");
    }
    Tensor crops = new TenCrop(p.height(), p.width()).crops(enlarged(p, enlargement).apply(image));
    float[] mean = new float[card.classes().size()];
    for (int i = 0; i < TenCrop.COUNT; i++) {
      // One at a time: not every imported model takes a batch.
      Tensor one = probabilities(crops.slice(i, i + 1));
      for (int c = 0; c < mean.length; c++) {
        mean[c] += one.get(c) / TenCrop.COUNT;
      }
    }
    return ranked(mean);
  }

  private static Preprocessor enlarged(Preprocessing p, double factor) {
    Preprocessing.Resize resize =
        p.resize() == Preprocessing.Resize.NONE ? Preprocessing.Resize.STRETCH : p.resize();
    return new Preprocessor(
        new Preprocessing(
            p.channels(),
            (int) Math.round(p.width() * factor),
            (int) Math.round(p.height() * factor),
            resize,
            resize == p.resize() ? (int) Math.round(p.shorterSide() * factor) : 0,
            p.margin(),
            p.normalisation(),
            p.mean(),
            p.std(),
            p.low(),
            p.high()));
  }

  private List<Prediction> ranked(float[] p) {
    List<String> classes = card.classes();
    List<Prediction> all = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      all.add(new Prediction(i, classes.get(i), p[i]));
    }
    all.sort(Comparator.comparingDouble(Prediction::probability).reversed());
    return all;
  }

  /** The model's input for an image: {@code [1, C, H, W]}. */
  public Tensor prepare(Image image) {
    return preprocessor.apply(image);
  }

  /**
   * Probabilities for prepared inputs.
   *
   * @param inputs {@code [N, C, H, W]}
   * @return {@code [N, classes]}
   * @throws IllegalStateException if the network gives something else
   */
  public Tensor probabilities(Tensor inputs) {
    Tensor p = network.forward(inputs).get(0);
    if (!fits(card, p.shape())) {
      throw new IllegalStateException(
          "model '"
              + card.name()
              + "': expected an output [N, "
              + card.classes().size()
              + "] for its classes, found "
              + p.shape());
    }
    Tensor flat = p.reshape(p.shape().dim(0), p.shape().dim(1));
    if (ModelCard.LOGITS.equals(card.attributes().get(ModelCard.OUTPUT))) {
      for (int i = 0; i < flat.shape().dim(0); i++) {
        softmax(flat.array(), flat.offset() + i * flat.shape().dim(1), flat.shape().dim(1));
      }
    }
    return flat;
  }

  /** In place; the largest score is subtracted first, so that no exponential overflows. */
  private static void softmax(float[] v, int from, int n) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      max = Math.max(max, v[i]);
    }
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += Math.exp(v[i] - max);
    }
    for (int i = from; i < from + n; i++) {
      v[i] = (float) (Math.exp(v[i] - max) / sum);
    }
  }

  /**
   * The value that explanations differentiate: what goes into the softmax at the end, else the
   * output. A probability near 1 has a gradient near 0; the score before the softmax has not.
   */
  public static Value scores(Graph graph) {
    Value out = graph.outputs().get(0);
    return graph.nodes().stream()
        .filter(n -> n.outputs().contains(out) && n.op() instanceof Softmax)
        .findFirst()
        .map(n -> n.inputs().get(0))
        .orElse(out);
  }
}
