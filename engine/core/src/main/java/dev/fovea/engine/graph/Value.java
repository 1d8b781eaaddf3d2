package dev.fovea.engine.graph;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** An edge of a graph: an input, a tensor of the model, or what a node computes. */
public final class Value {

  /** Where the elements come from. */
  public enum Kind {
    /** From the caller, at each run. */
    INPUT,
    /** From the model; learnt by gradient descent. */
    PARAMETER,
    /** From the model; not learnt by gradient descent: running statistics, constants. */
    BUFFER,
    /** From a node. */
    COMPUTED
  }

  private final String name;
  private final Kind kind;
  private final ElementType type;
  private final Shape shape;
  private final List<String> freeDims;
  private final Tensor tensor;

  Value(
      String name, Kind kind, ElementType type, Shape shape, List<String> freeDims, Tensor tensor) {
    this.name = name;
    this.kind = kind;
    this.type = type;
    this.shape = shape;
    this.freeDims = List.copyOf(freeDims);
    this.tensor = tensor;
  }

  /** The name, unique in its graph. */
  public String name() {
    return name;
  }

  /** Where the elements come from. */
  public Kind kind() {
    return kind;
  }

  /** What the elements mean. */
  public ElementType type() {
    return type;
  }

  /** Whether it holds real numbers: nothing else has a gradient. */
  boolean differentiable() {
    return type == ElementType.FLOAT;
  }

  /** Shape with the example extents in place of free dimensions. */
  public Shape shape() {
    return shape;
  }

  /**
   * For an input, a name for each dimension that may differ from run to run, {@code ""} for fixed
   * ones; inputs that share a name share the extent. Empty for all other values.
   */
  public List<String> freeDims() {
    return freeDims;
  }

  /** The elements of a parameter or buffer, not a copy; null for others. */
  public Tensor tensor() {
    return tensor;
  }

  @Override
  public String toString() {
    return name + shape;
  }
}
