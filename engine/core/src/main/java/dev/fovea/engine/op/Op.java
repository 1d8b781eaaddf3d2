package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * An operator: an immutable record of attributes, named after the ONNX operator it is. It knows
 * shapes, forward and backward; where its tensors live is the business of a session.
 *
 * <p>To add one: write the record with a {@code SPEC} and name it in {@link Ops}. The contract
 * tests of the test kit then cover it on every backend.
 */
public interface Op {

  /** The operator's mapping to ONNX and its examples. */
  OpSpec<?> spec();

  /**
   * Shapes of the outputs for shapes of the inputs.
   *
   * @throws ShapeException if the inputs do not fit; names the input, what was found and expected
   */
  List<Shape> inferShapes(List<Shape> inputs);

  /** The element types that an input may have; real numbers unless an operator says otherwise. */
  default Set<ElementType> accepts(int input) {
    return Set.of(ElementType.FLOAT);
  }

  /**
   * The element type of an output; real numbers unless an operator says otherwise.
   *
   * @param inputs the types of the inputs, each of which is accepted
   * @throws ShapeException if they do not fit each other
   */
  default ElementType outputType(int output, List<ElementType> inputs) {
    return ElementType.FLOAT;
  }

  /**
   * Whether the extents of an output depend on data. Its inferred shape is then the largest that it
   * can have, no other node can read it, and what a session shows of it is {@link #cut}.
   */
  default boolean sizedByData(int output) {
    return false;
  }

  /**
   * What an output that is {@link #sizedByData} really is.
   *
   * @param whole a host tensor of the inferred shape, as the operator has left it
   * @return its part that counts, a view or a copy
   */
  default Tensor cut(int output, Tensor whole) {
    return whole;
  }

  /** Computes the outputs, overwriting them. */
  void forward(Forward run);

  /**
   * Adds the vector-Jacobian product to the gradient of each input that has one. Must not modify
   * inputs, outputs or cotangents. Only called if an input and an output of real numbers are
   * differentiated.
   */
  void backward(Backward run);

  /**
   * Whether {@link #backward} overwrites the gradient of an input where it is {@link
   * Backward#fresh}; if not, sessions fill it with zeros before.
   */
  default boolean startsGradient(int input) {
    return false;
  }

  /** Shapes of the tensors kept from a training forward run for the backward run; often none. */
  default List<Shape> saved(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Shapes of tensors that any forward run needs while it lasts; often none. What a backward run
   * needs is part of {@link #saved}.
   */
  default List<Shape> scratch(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Whether the output is the first input under another shape: sessions then run nothing and let
   * both share memory.
   *
   * @param training whether the run is a training run
   */
  default boolean isView(boolean training) {
    return false;
  }

  /** Whether a tensor of the model at this input position is learnt by gradient descent. */
  default boolean learns(int input) {
    return true;
  }

  /** The largest opset that knows all this operator does is at least this; at most the newest. */
  default int minimumOpset() {
    return spec().opset();
  }

  /** What an operator sees in a forward run. */
  interface Forward {
    /** The primitives. */
    Kernels kernels();

    /** Number of inputs, trailing optional ones left out. */
    int inputs();

    /** An input; not to be modified, except running statistics. */
    Tensor input(int i);

    /** An output to overwrite. */
    Tensor output(int i);

    /** A tensor kept for a backward run; null in a session that has none. */
    Tensor saved(int i);

    /** A tensor to work with, content undefined. */
    Tensor scratch(int i);

    /** Whether batch statistics and random masks are wanted. */
    boolean training();

    /** A number that differs for each node and step; the only source of randomness. */
    long seed();
  }

  /** What an operator sees in a backward run. */
  interface Backward {
    /** The primitives. */
    Kernels kernels();

    /** Number of inputs. */
    int inputs();

    /** An input of the forward run. */
    Tensor input(int i);

    /** An output of the forward run. */
    Tensor output(int i);

    /** A tensor kept by the forward run. */
    Tensor saved(int i);

    /** The gradient that flows into an output; null if that does not hold real numbers. */
    Tensor cotangent(int i);

    /** The gradient of an input, to be added to; null if nobody wants it. */
    Tensor gradient(int i);

    /**
     * Whether the gradient of an input holds nothing yet, not even zeros, and is to be overwritten;
     * only where the operator {@link Op#startsGradient starts it}.
     */
    default boolean fresh(int i) {
      return false;
    }

    /** Whether the forward run was a training run. */
    boolean training();
  }
}
