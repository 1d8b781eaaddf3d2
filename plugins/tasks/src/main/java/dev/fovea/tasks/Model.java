package dev.fovea.tasks;

import dev.fovea.engine.bioimage.BioimagePackage;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.onnx.ModelFormatException;
import dev.fovea.engine.onnx.OnnxOutline;
import dev.fovea.engine.onnx.OnnxReader;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.runtime.InferenceRuntime;
import dev.fovea.engine.runtime.InferenceRuntimes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/** A model as it was loaded. Immutable. */
public final class Model {

  /** What a model was loaded from. */
  interface Origin {
    /** Opens it on another runtime. */
    Inference open(InferenceRuntime runtime, int threads) throws IOException;

    /** What it says of itself. */
    OnnxOutline outline() throws IOException;

    /** The package that it came in; none for most. */
    default Optional<BioimagePackage> bioimagePackage() {
      return Optional.empty();
    }
  }

  /** A model that was made in memory and would be written so. */
  private record Written(String name, ModelFile file) implements Origin {
    @Override
    public Inference open(InferenceRuntime runtime, int threads) throws IOException {
      return runtime.open(file.toBytes(), name, threads);
    }

    @Override
    public OnnxOutline outline() throws IOException {
      return new OnnxReader().outline(new ByteArrayInputStream(file.toBytes()), name);
    }
  }

  private final String name;
  private final String sha256;
  private final long bytes;
  private final ModelCard card;
  private final Graph graph;
  private final ModelFormatException refusal;
  private final Origin origin;

  /**
   * A model.
   *
   * @param card null for none
   * @param graph null if Fovea's engine cannot run it
   * @param refusal why it cannot; null if it can
   */
  Model(
      String name,
      String sha256,
      long bytes,
      ModelCard card,
      Graph graph,
      ModelFormatException refusal,
      Origin origin) {
    this.name = name;
    this.sha256 = sha256;
    this.bytes = bytes;
    this.card = card;
    this.graph = graph;
    this.refusal = refusal;
    this.origin = origin;
  }

  /**
   * A model from memory.
   *
   * @param name for messages
   * @param sha256 of the file's bytes, in hexadecimal
   * @param bytes length of the file
   */
  public static Model of(String name, String sha256, long bytes, ModelFile file) {
    return new Model(name, sha256, bytes, file.card(), file.graph(), null, new Written(name, file));
  }

  /** The name as the user gave it: built-in name or file. */
  public String name() {
    return name;
  }

  /**
   * SHA-256 of the file's bytes, in hexadecimal; data that it keeps in other files not included.
   */
  public String sha256() {
    return sha256;
  }

  /** Length of the file. */
  public long bytes() {
    return bytes;
  }

  /**
   * The network.
   *
   * @throws IllegalArgumentException if Fovea's engine cannot run it, which only a model that was
   *     loaded for another runtime, or to be looked at, can tell so late
   */
  public Graph graph() {
    if (graph == null) {
      throw new IllegalArgumentException(refusal.getMessage(), refusal);
    }
    return graph;
  }

  /** Why Fovea's engine cannot run it; nothing if it can. */
  Optional<ModelFormatException> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** The network with its weights, and its card. */
  public ModelFile file() {
    return new ModelFile(graph(), card);
  }

  /**
   * Opens the network where the options say; to be closed.
   *
   * @throws IOException if another runtime cannot read it; one line
   * @throws IllegalArgumentException if there is no such runtime, or Fovea's engine cannot run it
   */
  public Inference open(RunOptions options) throws IOException {
    return options.onOwnEngine()
        ? Passes.open(graph(), options.inference())
        : origin.open(InferenceRuntimes.named(options.runtime()), options.threads());
  }

  /**
   * What the file says besides its weights.
   *
   * @throws IOException if it cannot be read again
   */
  public OnnxOutline outline() throws IOException {
    return origin.outline();
  }

  /** The package of bioimage.io that the model came in, if it did. */
  public Optional<BioimagePackage> bioimagePackage() {
    return origin.bioimagePackage();
  }

  /**
   * The package that the model must have come in.
   *
   * @throws IllegalArgumentException if it did not
   */
  public BioimagePackage requirePackage() {
    return bioimagePackage()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model '"
                        + name
                        + "': found no package, expected one of bioimage.io, a zip file or a"
                        + " folder with rdf.yaml"));
  }

  /** A copy with another card. */
  public Model withCard(ModelCard other) {
    return new Model(name, sha256, bytes, other, graph, refusal, origin);
  }

  /** The card in the file or beside it; nothing if there is neither. */
  public Optional<ModelCard> card() {
    return Optional.ofNullable(card);
  }

  /**
   * The card, which must be there.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ModelCard requireCard() {
    if (card == null && bioimagePackage().isPresent()) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': found a bioimage.io package, which 'fovea predict' runs, expected a model with"
              + " a card");
    }
    return card()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model '"
                        + name
                        + "': found no model card, expected one in the file or beside it (see:"
                        + " fovea card --help)"));
  }

  /**
   * The card, which must be there and be for a task.
   *
   * @throws IllegalArgumentException if there is none or it is for another task
   */
  public ModelCard requireCard(ModelCard.Task task) {
    ModelCard found = requireCard();
    if (found.task() != task) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': found a model for "
              + describe(found.task())
              + ", expected one for "
              + describe(task));
    }
    return found;
  }

  /** A task of a model in the words of messages. */
  public static String describe(ModelCard.Task task) {
    return switch (task) {
      case CLASSIFICATION -> "classification";
      case SEGMENTATION -> "segmentation";
      case DETECTION -> "detection";
      case STYLE -> "style transfer";
    };
  }
}
