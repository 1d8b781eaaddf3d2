package dev.fovea.detection;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.runtime.Inference;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Finds objects in pictures with a trained network. Immutable and thread-safe; needs no closing.
 *
 * <pre>{@code
 * Detector detector = Detector.load(Path.of("cells.onnx"));
 * for (Detection found : detector.detect(Path.of("smear.png"))) {
 *   System.out.println(detector.className(found) + " " + found.score() + " " + found.box());
 * }
 * }</pre>
 */
public final class Detector {

  /** Attribute of a model card: name of the {@link DetectorFormat}. */
  public static final String FORMAT = "detector";

  private final ModelCard card;
  private final Preprocessor preprocessor;
  private final DetectionNetwork network;
  private final Thresholds thresholds;

  private Detector(ModelCard card, DetectionNetwork network, Thresholds thresholds) {
    this.card = card;
    this.preprocessor = new Preprocessor(card.preprocessing());
    this.network = network;
    this.thresholds = thresholds;
  }

  /**
   * Reads a detector from a model file, to run on the default backend. Files without a card are
   * taken for what their inputs and outputs look like, see {@link DetectorFormat}.
   *
   * @throws IOException if the file cannot be read as a model
   * @throws IllegalArgumentException if it is no detector that is known; names the file
   */
  public static Detector load(Path file) throws IOException {
    return load(file, null);
  }

  /**
   * Reads a detector of a kind that the caller knows.
   *
   * @param format name of the {@link DetectorFormat}; null for what the file says or looks like
   * @throws IOException if the file cannot be read as a model
   * @throws IllegalArgumentException if there is no such kind, or the file is of another; names the
   *     file
   */
  public static Detector load(Path file, String format) throws IOException {
    ModelFile model = ModelFile.read(file);
    try {
      return of(model.graph(), cardOf(model.graph(), model.card(), format));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a detector of a model, to run on the default backend.
   *
   * @throws IllegalArgumentException if it is no detector that is known
   */
  public static Detector of(ModelFile model) {
    return of(model.graph(), cardOf(model.graph(), model.card(), null));
  }

  /**
   * Makes a detector of a network, to run on the default backend; later changes of its weights are
   * not seen.
   *
   * @param card that names a format
   * @throws IllegalArgumentException if they do not fit each other
   */
  public static Detector of(Graph graph, ModelCard card) {
    return of(graph, card, g -> Passes.open(g, SessionOptions.inference()));
  }

  /**
   * Makes a detector of a network.
   *
   * @param card that names a format
   * @param runtime opens the graph, or parts of it, to run; what it opens is not closed by the
   *     detector
   * @throws IllegalArgumentException if they do not fit each other
   */
  public static Detector of(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
    if (card.task() != ModelCard.Task.DETECTION) {
      throw new IllegalArgumentException(
          "model '"
              + card.name()
              + "' is for "
              + card.task()
              + ", expected "
              + ModelCard.Task.DETECTION);
    }
    DetectionNetwork network = format(card.attributes().get(FORMAT)).open(graph, card, runtime);
    return new Detector(card, network, Thresholds.of(card));
  }

  /**
   * The card of a model with all that a detector needs to know.
   *
   * @param card what the file says; null for nothing
   * @param format the kind that the model is of; null for what it says or looks like
   * @throws IllegalArgumentException if that cannot be told
   */
  public static ModelCard cardOf(Graph graph, ModelCard card, String format) {
    String named = card == null ? null : card.attributes().get(FORMAT);
    if (named != null && (format == null || format.equals(named))) {
      return card;
    }
    List<DetectorFormat> candidates = format == null ? formats() : List.of(format(format));
    return candidates.stream()
        .map(f -> f.recognize(graph, card))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found inputs "
                        + graph.inputs().stream().map(Graph::describe).toList()
                        + " and outputs "
                        + graph.outputs().stream().map(Graph::describe).toList()
                        + ", expected those of a detector: "
                        + (format == null ? "one of " + names() : format)));
  }

  /** All kinds of detectors there are, in a fixed order. */
  public static List<DetectorFormat> formats() {
    return ServiceLoader.load(DetectorFormat.class, Detector.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static DetectorFormat format(String name) {
    return formats().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found " + FORMAT + " '" + name + "', expected one of " + names()));
  }

  private static List<String> names() {
    return formats().stream().map(DetectorFormat::name).toList();
  }

  /** A detector of the same network by which other finds count. */
  public Detector withThresholds(Thresholds other) {
    return new Detector(card, network, other);
  }

  /** Which finds count. */
  public Thresholds thresholds() {
    return thresholds;
  }

  /** What the model says of itself. */
  public ModelCard card() {
    return card;
  }

  /** Names of the classes, by label. */
  public List<String> classes() {
    return card.classes();
  }

  /** Name of the class of a find. */
  public String className(Detection found) {
    return card.classes().get(found.label());
  }

  /**
   * Finds the objects in a picture.
   *
   * @param image grey or colour, of any size; brought to the model's channels and size
   * @return finds in pixels of the picture, by falling score
   * @throws IllegalArgumentException if the picture has neither 1 nor 3 channels
   */
  public List<Detection> detect(Image image) {
    Preprocessor.Prepared prepared = preprocessor.prepare(image);
    return network.detect(
        prepared.tensor(),
        new Frame(prepared.geometry(), image.width(), image.height()),
        thresholds);
  }

  /** Finds the objects in a picture of AWT. */
  public List<Detection> detect(BufferedImage image) {
    return detect(BufferedImages.toImage(image));
  }

  /**
   * Finds the objects in a picture in a file.
   *
   * @throws IOException if it cannot be read
   */
  public List<Detection> detect(Path file) throws IOException {
    return detect(ImageReader.read(file));
  }
}
