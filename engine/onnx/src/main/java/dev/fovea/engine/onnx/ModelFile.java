package dev.fovea.engine.onnx;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.model.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A model as it is kept on disk: an ONNX file with the graph, its weights, and the model card among
 * its properties. Any program that reads ONNX can run it.
 *
 * @param graph the graph with its tensors
 * @param card what the model says of itself; null if the file has no card, as those of others
 */
public record ModelFile(Graph graph, ModelCard card) {

  /** Checks that there is a graph. */
  public ModelFile {
    Objects.requireNonNull(graph, "graph");
  }

  /**
   * Reads a file.
   *
   * @throws ModelFormatException if it cannot be read; one line with the file, what was found and
   *     what was expected
   */
  public static ModelFile read(Path file) throws ModelFormatException {
    return new OnnxReader().read(file);
  }

  /**
   * Reads a stream, such as a resource, to its end; does not close it.
   *
   * @param name for messages
   * @throws ModelFormatException as for files
   */
  public static ModelFile read(InputStream in, String name) throws ModelFormatException {
    return new OnnxReader().read(in, name);
  }

  /**
   * Writes a file as a whole or not at all, replacing one that is there.
   *
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the model cannot be stored, see {@link OnnxWriter}
   */
  public void write(Path file) throws IOException {
    byte[] bytes = toBytes();
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /** The content of the file; the same for the same model, byte by byte. */
  public byte[] toBytes() {
    return new OnnxWriter().write(graph, card);
  }

  /**
   * SHA-256 of {@link #toBytes}, in hexadecimal: for a model that Fovea has written, that of the
   * file it was read from.
   */
  public String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(toBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
