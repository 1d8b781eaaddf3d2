package dev.fovea.segmentation;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the objects of an image with a network that tells background, interior and border apart.
 * Immutable and thread-safe; needs no closing.
 *
 * <p>The image is normalised as the model card says, with statistics of the whole image, goes
 * through the network tile by tile (see {@link Tiling}), and the class probabilities become
 * instances (see {@link Instances}) with the parameters of the card. Beyond the network's own
 * memory for one tile it takes about 50 bytes for each pixel of the image; images of C input
 * channels may have up to 2^31 / C pixels.
 */
public final class Segmenter {
  /** Side of a tile in pixels unless another is asked for; smaller images are one tile. */
  public static final int DEFAULT_TILE = 512;

  /** Pixels that neighbouring tiles share unless another number is asked for. */
  public static final int DEFAULT_OVERLAP = 64;

  private static final int MAX_MULTIPLE = 256;

  private final ModelCard card;
  private final Inference network;
  private final Preprocessor preprocessor;
  private final Instances.Parameters parameters;
  private final Tiling tiling;

  private Segmenter(
      ModelCard card, Inference network, Instances.Parameters parameters, Tiling tiling) {
    this.card = card;
    this.network = network;
    this.preprocessor = new Preprocessor(card.preprocessing());
    this.parameters = parameters;
    this.tiling = tiling;
  }

  /**
   * Reads a segmenter from a model file, to run on the default backend.
   *
   * @param file an ONNX file with a model card
   * @return the segmenter
   * @throws IOException if the file cannot be read as a model
   * @throws IllegalArgumentException if it is a model of another kind; names the file
   */
  public static Segmenter load(Path file) throws IOException {
    ModelFile model = ModelFile.read(file);
    try {
      return of(model);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a segmenter of a model, to run on the default backend.
   *
   * @param model graph and card
   * @return the segmenter
   * @throws IllegalArgumentException if it has no card or is of another kind
   */
  public static Segmenter of(ModelFile model) {
    if (model.card() == null) {
      throw new IllegalArgumentException(
          "model has no card, expected one for " + ModelCard.Task.SEGMENTATION);
    }
    return of(model.graph(), model.card(), SessionOptions.inference());
  }

  /**
   * Makes a segmenter of a trained network, with instance parameters from the card's attributes;
   * later changes of its weights are not seen.
   *
   * @param graph from one input {@code [N, C, H, W]} to the class probabilities {@code [N, 3, H,
   *     W]}
   * @param card a card for segmentation with the classes of {@link ClassMaps#NAMES}
   * @param options backend and threads to run on
   * @throws IllegalArgumentException if graph and card do not fit each other or this use
   */
  public static Segmenter of(Graph graph, ModelCard card, SessionOptions options) {
    requireCard(card);
    int multiple = multipleOf(graph, card);
    int tile = (DEFAULT_TILE + multiple - 1) / multiple * multiple;
    return new Segmenter(
        card,
        Passes.open(graph, options),
        Instances.Parameters.fromAttributes(card.attributes()),
        new Tiling(tile, DEFAULT_OVERLAP, multiple));
  }

  private static void requireCard(ModelCard card) {
    if (card.task() != ModelCard.Task.SEGMENTATION) {
      throw new IllegalArgumentException(
          "model '"
              + card.name()
              + "' is for "
              + card.task()
              + ", expected "
              + ModelCard.Task.SEGMENTATION);
    }
    if (!card.classes().equals(ClassMaps.NAMES)) {
      throw new IllegalArgumentException(
          "model '"
              + card.name()
              + "' has the classes "
              + card.classes()
              + ", expected "
              + ClassMaps.NAMES);
    }
    if (card.preprocessing().resize() != Preprocessing.Resize.NONE
        || card.preprocessing().width() != 0) {
      throw new IllegalArgumentException(
          "model '" + card.name() + "' resizes its input, expected one that takes any size");
    }
  }

  /** The smallest power of two whose multiples the network takes as height and width. */
  private static int multipleOf(Graph graph, ModelCard card) {
    int channels = card.preprocessing().channels().count();
    for (int multiple = 1; multiple <= MAX_MULTIPLE; multiple *= 2) {
      // Odd factors, so that no larger power of two fits by chance.
      Shape input = Shape.of(1, channels, 3 * multiple, 5 * multiple);
      if (keepsSize(graph, input)) {
        return multiple;
      }
    }
    throw new IllegalArgumentException(
        "model '"
            + card.name()
            + "' with an input of "
            + graph.inputs().stream().map(Graph::describe).toList()
            + ": expected [N, "
            + channels
            + ", H, W] for any H and W, and an output [N, "
            + ClassMaps.NAMES.size()
            + ", H, W]");
  }

  private static boolean keepsSize(Graph graph, Shape input) {
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      return false;
    }
    try {
      Shape output = graph.inferShapes(List.of(input)).get(graph.outputs().get(0));
      return output.equals(input.with(1, ClassMaps.NAMES.size()));
    } catch (GraphException e) {
      // The network does not take this size: the answer, not a failure.
      return false;
    }
  }

  /**
   * Returns a segmenter that makes instances in another way.
   *
   * @param other thresholds and sizes
   * @return a new segmenter that shares the network
   */
  public Segmenter withParameters(Instances.Parameters other) {
    return new Segmenter(card, network, other, tiling);
  }

  /**
   * Returns a segmenter whose network runs elsewhere, such as on another runtime.
   *
   * @param other the same network, opened; not closed by the segmenter
   * @return a new segmenter
   */
  public Segmenter on(Inference other) {
    return new Segmenter(card, other, parameters, tiling);
  }

  /**
   * Returns a segmenter with other tiles.
   *
   * @param tile side in pixels; a multiple of {@link Tiling#multiple()} of {@link #tiling()}
   * @param overlap pixels that neighbours share
   * @return a new segmenter that shares the network
   * @throws IllegalArgumentException if the numbers do not fit
   */
  public Segmenter withTiles(int tile, int overlap) {
    return new Segmenter(card, network, parameters, new Tiling(tile, overlap, tiling.multiple()));
  }

  /**
   * Returns what the model says of itself.
   *
   * @return the model card
   */
  public ModelCard card() {
    return card;
  }

  /**
   * Returns the way instances are made.
   *
   * @return thresholds and sizes
   */
  public Instances.Parameters parameters() {
    return parameters;
  }

  /**
   * Returns how large images are cut.
   *
   * @return the tiling
   */
  public Tiling tiling() {
    return tiling;
  }

  /**
   * Finds the objects of an image.
   *
   * @param image grey or colour, of any size; brought to the model's channels
   * @return the objects
   * @throws IllegalArgumentException if the image has neither 1 nor 3 channels
   */
  public Segmentation segment(Image image) {
    return segment(image, Progress.NONE);
  }

  /**
   * Finds the objects of an image.
   *
   * @param image grey or colour, of any size; brought to the model's channels
   * @param progress told after every tile; may cancel
   * @return the objects
   * @throws IllegalArgumentException if the image has neither 1 nor 3 channels
   */
  public Segmentation segment(Image image, Progress progress) {
    ClassProbabilities probabilities = probabilities(image, progress);
    return new Segmentation(Instances.extract(probabilities, parameters), probabilities);
  }

  /**
   * Computes the class probabilities of an image only.
   *
   * @param image grey or colour, of any size; brought to the model's channels
   * @param progress told after every tile; may cancel
   * @return planes of background, interior and border
   * @throws IllegalArgumentException if the image has neither 1 nor 3 channels
   */
  public ClassProbabilities probabilities(Image image, Progress progress) {
    Tensor input = preprocessor.apply(image);
    return tiling.run(
        new TensorSource(input),
        ClassMaps.NAMES.size(),
        tile -> network.forward(tile).get(0),
        progress);
  }
}
