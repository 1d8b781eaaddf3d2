package dev.fovea.engine.bioimage;

import java.util.List;
import java.util.Optional;

/**
 * An input or output of a network.
 *
 * @param id its name
 * @param axes its axes, outermost first
 * @param elementType as NumPy calls it, {@code float32}
 * @param processing what is done before the network with an input, after it with an output
 * @param test file of a tensor to test with: raw input, or final output; empty for none
 * @param testSha256 of that file, in hexadecimal; empty if it is not given
 * @param tolerance by how much an output may differ from its test tensor
 */
public record TensorDescription(
    String id,
    List<Axis> axes,
    String elementType,
    List<Processing> processing,
    String test,
    String testSha256,
    Tolerance tolerance) {

  /** Copies the lists. */
  public TensorDescription {
    axes = List.copyOf(axes);
    processing = List.copyOf(processing);
  }

  /** The axis of an id, if there is one. */
  public Optional<Axis> axis(String axisId) {
    return axes.stream().filter(axis -> axis.id().equals(axisId)).findFirst();
  }

  /** The ids of the axes, outermost first. */
  public List<String> axisIds() {
    return axes.stream().map(Axis::id).toList();
  }

  /** Whether this is an image: at least rows and columns. */
  public boolean isImage() {
    return axis("y").isPresent() && axis("x").isPresent();
  }
}
