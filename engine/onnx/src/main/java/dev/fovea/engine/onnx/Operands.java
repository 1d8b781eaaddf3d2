package dev.fovea.engine.onnx;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The shapes a node works on: for the example extents of the graph's inputs, and for a second set
 * in which every free dimension has another extent. What is the same in both does not depend on the
 * free dimensions, so it may be relied on when a file's operator is brought into another form.
 *
 * @param example a shape for each input of the operator
 * @param probe the same for the second set; empty where that set does not fit the graph
 * @param types what each of them holds
 * @param outputs number of outputs that the node names
 */
record Operands(
    List<Shape> example, List<Optional<Shape>> probe, List<ElementType> types, int outputs) {

  /** The example shape of an input. */
  Shape shape(int input) {
    if (input >= example.size()) {
      throw new IllegalArgumentException(
          "expected an input at position " + input + ", found " + example.size() + " inputs");
    }
    return example.get(input);
  }

  /** The number of dimensions in space of an input that must be a sequence, image or volume. */
  int dimensions(int input) {
    Shape s = shape(input);
    if (s.rank() < 3 || s.rank() > 5) {
      throw new IllegalArgumentException(
          "expected [N, C, W], [N, C, H, W] or [N, C, D, H, W], found " + s);
    }
    return s.rank() - 2;
  }

  /** Whether an extent is the same for all inputs of the graph. */
  boolean fixed(int input, int dim) {
    Shape s = shape(input);
    return probe
        .get(input)
        .map(p -> p.rank() == s.rank() && p.dim(dim) == s.dim(dim))
        .orElse(false);
  }
}
