package dev.fovea.engine.bioimage;

import java.util.List;

/**
 * What a package says of its model. Immutable.
 *
 * @param name of the model
 * @param formatVersion of the description, {@code 0.5.3}
 * @param version of the model; empty if it is not given
 * @param summary a sentence or more; may be empty
 * @param authors their names
 * @param license as the authors give it, mostly an SPDX identifier; may be empty
 * @param citations texts with a DOI or an address
 * @param tags words to find it by
 * @param inputs in the order of the network
 * @param outputs in the order of the network
 * @param weights the network
 * @param notes what a user should know, a line each
 */
public record ModelDescription(
    String name,
    String formatVersion,
    String version,
    String summary,
    List<String> authors,
    String license,
    List<String> citations,
    List<String> tags,
    List<TensorDescription> inputs,
    List<TensorDescription> outputs,
    Weights weights,
    List<String> notes) {

  /**
   * The ONNX file of a package.
   *
   * @param path in the package
   * @param sha256 in hexadecimal; empty if it is not given
   * @param opset version of ONNX's operators; 0 if it is not given
   */
  public record Weights(String path, String sha256, int opset) {}

  /** Copies the lists. */
  public ModelDescription {
    authors = List.copyOf(authors);
    citations = List.copyOf(citations);
    tags = List.copyOf(tags);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    notes = List.copyOf(notes);
  }
}
