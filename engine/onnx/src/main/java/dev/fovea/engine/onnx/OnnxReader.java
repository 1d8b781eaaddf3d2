package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads ONNX models of any opset whose operators are among those of {@link
 * dev.fovea.engine.op.Ops}, or made up of them; {@code Identity} and {@code Constant} nodes are
 * folded away. Thread-safe.
 *
 * <ul>
 *   <li>Everything is computed in float32: float16 and bfloat16 weights are widened, double ones
 *       rounded.
 *   <li>Weights may be in other files (external data), in the model's own folder only.
 *   <li>A tensor is a parameter of the graph if the operator that first reads it learns it, else a
 *       buffer; the values of {@code Constant} nodes are always buffers.
 *   <li>A dimension with a name or with nothing in its place is free. Its example extent is 1 for
 *       batches, else 64 or the first usual image size that fits all nodes.
 *   <li>Node names that are missing or not unique are replaced.
 * </ul>
 *
 * <p>Files are taken to be hostile: sizes are checked against {@link Limits} and against the data
 * that are there before memory is reserved, and weights that are not finite are refused. Whatever
 * is wrong ends in a {@link ModelFormatException} of one line.
 */
public final class OnnxReader {

  private final Limits limits;

  /** Where the data of models are that keep them in other files; null if that is not known. */
  private final Path folder;

  /** A reader with the limits for this JVM. */
  public OnnxReader() {
    this(Limits.DEFAULT);
  }

  /** A reader with limits of one's own. */
  public OnnxReader(Limits limits) {
    this(limits, null);
  }

  private OnnxReader(Limits limits, Path folder) {
    this.limits = limits;
    this.folder = folder;
  }

  /**
   * A copy that reads streams and bytes as if they were files in a folder: tensors that a model
   * keeps in other files are read from there. {@link #read(Path)} does so by itself.
   *
   * @param modelFolder the only folder that is looked into, with those below it
   */
  public OnnxReader inFolder(Path modelFolder) {
    return new OnnxReader(limits, modelFolder);
  }

  /**
   * Reads a file.
   *
   * @throws ModelFormatException if it cannot be read, or is no model that this class reads
   */
  public ModelFile read(Path file) throws ModelFormatException {
    Place at = new Place(file.toString());
    if (Files.isDirectory(file)) {
      throw at.error("a folder", "an ONNX file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return inFolder(file.toAbsolutePath().getParent()).read(in, file.toString());
    } catch (ModelFormatException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw at.problem("found no such file, expected an ONNX file", e);
    } catch (IOException e) {
      throw at.problem("cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a stream to its end; does not close it.
   *
   * @param name for messages
   * @throws ModelFormatException if it cannot be read, or is no model that this class reads
   */
  public ModelFile read(InputStream in, String name) throws ModelFormatException {
    return read(bytes(in, name), name);
  }

  /**
   * Reads what a model says of itself, whatever its operators are: for models that another runtime
   * is to run. Reads a stream to its end; does not close it.
   *
   * @param name for messages
   * @throws ModelFormatException if this is no ONNX model, or its data are not where they may be
   */
  public OnnxOutline outline(InputStream in, String name) throws ModelFormatException {
    Place at = new Place(name);
    return OnnxOutline.of(at, parse(at, bytes(in, name), limits, folder));
  }

  private byte[] bytes(InputStream in, String name) throws ModelFormatException {
    try {
      return in.readNBytes(Math.toIntExact(limits.maxBytes() + 1));
    } catch (IOException e) {
      throw new Place(name).problem("cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a model from memory.
   *
   * @param bytes the whole file; not modified, and not kept
   * @param name for messages
   * @throws ModelFormatException if this is no model that this class reads
   */
  public ModelFile read(byte[] bytes, String name) throws ModelFormatException {
    Place at = new Place(name);
    ModelProto model = parse(at, bytes, limits, folder);
    ModelCard card = CardMetadata.read(at, model.getMetadataPropsList());
    int opset = opset(at, model);
    Graph graph = GraphReader.read(at, Functions.inlined(at, model, opset), opset, limits);
    return new ModelFile(graph, card);
  }

  /**
   * The content of a file, which has a graph.
   *
   * @param folder where its tensors may have their data; null for nowhere but in the file
   */
  static ModelProto parse(Place at, byte[] bytes, Limits limits, Path folder)
      throws ModelFormatException {
    if (bytes.length == 0) {
      throw at.error("an empty file", "an ONNX model");
    }
    if (bytes.length > limits.maxBytes()) {
      throw at.error(
          "more than " + limits.maxBytes() + " bytes",
          "a model within that limit (or a larger heap)");
    }
    try {
      FieldCount.check(at, bytes, ModelProto.getDescriptor(), limits.maxFields());
      // Weights stay views of the file's bytes until they are copied into tensors.
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(in);
      if (!model.hasGraph()) {
        throw at.error("no graph in " + bytes.length + " bytes", "an ONNX model");
      }
      return folder == null ? model : ExternalData.inlined(at, model, folder, limits);
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException e) {
      throw at.problem(
          "found "
              + bytes.length
              + " bytes that are no whole ONNX model, expected one ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** The version of ONNX's operators that a file uses. */
  static int opset(Place at, ModelProto model) throws ModelFormatException {
    long version = 0;
    for (OperatorSetIdProto o : model.getOpsetImportList()) {
      if (o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx")) {
        if (version != 0) {
          throw at.error("two opset versions", "one");
        }
        version = o.getVersion();
      }
    }
    if (version < 1 || version > Opsets.NEWEST_READ) {
      throw at.error(
          version == 0 ? "no opset version" : "opset " + version,
          "opset 1 to " + Opsets.NEWEST_READ);
    }
    return (int) version;
  }
}
