package dev.fovea.engine.graph;

import static java.util.stream.Collectors.joining;

import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * One use of an operator in a graph. Immutable.
 *
 * @param name unique in its graph
 * @param op the operator
 * @param inputs what it reads
 * @param outputs what it computes
 */
public record Node(String name, Op op, List<Value> inputs, List<Value> outputs) {

  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  @Override
  public String toString() {
    return "node '" + name + "' (" + op.spec().name() + ")";
  }

  static List<Shape> inferShapes(String name, Op op, List<Shape> inputs) {
    try {
      return op.inferShapes(inputs);
    } catch (ShapeException e) {
      throw new GraphException("node '" + name + "': " + e.getMessage(), e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new GraphException(
          "node '" + name + "' (" + op.spec().name() + ") on " + inputs + ": " + e.getMessage(), e);
    }
  }

  static ElementType inferType(String name, Op op, int output, List<ElementType> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      if (!op.accepts(i).contains(inputs.get(i))) {
        throw new GraphException(
            "node '"
                + name
                + "' ("
                + op.spec().name()
                + "): input "
                + i
                + " expected to hold "
                + op.accepts(i).stream().sorted().map(String::valueOf).collect(joining(" or "))
                + ", found "
                + inputs.get(i));
      }
    }
    try {
      return op.outputType(output, inputs);
    } catch (ShapeException e) {
      throw new GraphException("node '" + name + "': " + e.getMessage(), e);
    }
  }
}
