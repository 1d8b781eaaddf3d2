package dev.fovea.engine.op;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
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
   * @param operands what the inputs hold, in order; those beyond its end are {@link Operand#REAL}
   */
  public record Example(Op op, List<Shape> inputs, List<Operand> operands) {

    /** Copies the lists. */
    public Example {
      inputs = List.copyOf(inputs);
      operands = List.copyOf(operands);
    }

    /** An example of an operator on real numbers of the given shapes. */
    public static Example of(Op op, Shape... inputs) {
      return new Example(op, List.of(inputs), List.of());
    }

    /** The example with other contents of the input at a position. */
    public Example with(int position, Operand operand) {
      List<Operand> all = new ArrayList<>(operands);
      if (all.size() <= position) {
        all.addAll(Collections.nCopies(position + 1 - all.size(), Operand.REAL));
      }
      all.set(position, operand);
      return new Example(op, inputs, all);
    }

    /** The example on inputs of other shapes. */
    public Example withShapes(List<Shape> shapes) {
      return new Example(op, shapes, operands);
    }

    /** What an input holds. */
    public Operand operand(int position) {
      return position < operands.size() ? operands.get(position) : Operand.REAL;
    }

    /** The element types of the inputs. */
    public List<ElementType> types() {
      List<ElementType> all = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        all.add(operand(i).type());
      }
      return all;
    }
  }

  /**
   * What an input of an example may hold.
   *
   * @param type the element type
   * @param from smallest value
   * @param to largest value
   * @param values if not empty, the elements themselves, repeated as often as needed
   */
  public record Operand(ElementType type, float from, float to, List<Float> values) {

    /** Real numbers of whatever range the tests like. */
    public static final Operand REAL = new Operand(ElementType.FLOAT, -2, 2, List.of());

    /** Truth values. */
    public static final Operand TRUTH = new Operand(ElementType.BOOL, 0, 1, List.of());

    /** Copies the list. */
    public Operand {
      values = List.copyOf(values);
    }

    /** Integers from a range, both ends included. */
    public static Operand integers(int from, int to) {
      return new Operand(ElementType.INT64, from, to, List.of());
    }

    /** Real numbers from a range. */
    public static Operand between(float from, float to) {
      return new Operand(ElementType.FLOAT, from, to, List.of());
    }

    /** The given integers, in row-major order, from the beginning again where there are more. */
    public static Operand values(int... values) {
      List<Float> list = new ArrayList<>();
      for (int v : values) {
        list.add((float) v);
      }
      return new Operand(ElementType.INT64, Collections.min(list), Collections.max(list), list);
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
