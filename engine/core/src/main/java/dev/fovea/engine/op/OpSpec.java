package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What there is to know of a kind of operator besides computing it: its ONNX name, the attribute
 * mapping, and the examples by which the contract tests try it. Immutable.
 *
 * @param <T> the operator's record
 * @param name the ONNX operator name
 * @param opset first ONNX opset whose form of the operator is the one written and read here
 * @param type the record
 * @param constantInputs positions of the inputs that are part of the attributes (the shape of a
 *     Reshape); the others are inputs of the {@link Op}, in order
 * @param reader attributes to operator; throws {@link IllegalArgumentException} on values that are
 *     not supported
 * @param writer operator to attributes
 * @param examples operators with input shapes that cover its corners
 */
public record OpSpec<T extends Op>(
    String name,
    int opset,
    Class<T> type,
    Set<Integer> constantInputs,
    Function<Attributes, T> reader,
    Function<T, Attributes> writer,
    List<Example> examples) {

  /**
   * An operator with inputs to try it on.
   *
   * @param op the operator
   * @param inputs shapes of its inputs
   */
  public record Example(Op op, List<Shape> inputs) {
    /** An example of an operator on inputs of the given shapes. */
    public static Example of(Op op, Shape... inputs) {
      return new Example(op, List.of(inputs));
    }
  }

  /** A specification without constant inputs. */
  public static <T extends Op> OpSpec<T> of(
      String name,
      int opset,
      Class<T> type,
      Function<Attributes, T> reader,
      Function<T, Attributes> writer,
      Example... examples) {
    return new OpSpec<>(name, opset, type, Set.of(), reader, writer, List.of(examples));
  }

  /** A copy whose inputs at the given positions are part of the attributes. */
  public OpSpec<T> withConstantInputs(Integer... positions) {
    return new OpSpec<>(name, opset, type, Set.of(positions), reader, writer, examples);
  }

  /** The operator as ONNX spells it. */
  public Attributes write(Op op) {
    return writer.apply(type.cast(op));
  }
}
