package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/** An operator that puts updates into a copy of data at places named by indices. */
interface Scattering extends Op {

  /** The opset since which extrema are known. */
  int EXTREMA_OPSET = 18;

  /**
   * How the indices name places.
   *
   * @throws ShapeException if the shapes do not fit
   */
  Indexing indexing(Shape data, Shape indices, Shape updates);

  /** What becomes of an element of the data and an update. */
  ScatterReduction reduction();

  /** The attribute {@code reduction}. */
  static ScatterReduction read(Attributes a) {
    return OnnxNames.constant(ScatterReduction.class, "reduction", a.text("reduction", "none"));
  }

  /** The attribute {@code reduction}. */
  default Attributes write() {
    return Attributes.none().with("reduction", OnnxNames.of(reduction()));
  }

  @Override
  default int minimumOpset() {
    boolean later = reduction() == ScatterReduction.MAX || reduction() == ScatterReduction.MIN;
    return later ? EXTREMA_OPSET : spec().opset();
  }

  @Override
  default Set<ElementType> accepts(int input) {
    return input == 1 ? Set.of(ElementType.INT64) : ElementType.ANY;
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
    if (inputs.get(2) != inputs.get(0)) {
      throw new ShapeException(
          spec().name() + ": expected updates of " + inputs.get(0) + ", found " + inputs.get(2));
    }
    return inputs.get(0);
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 3, 3);
    indexing(in.get(0), in.get(1), in.get(2));
    return List.of(in.get(0));
  }

  /**
   * For replacement: room for the cotangent without what was replaced, and for zeros. For products
   * and extrema: see their gradients.
   */
  @Override
  default List<Shape> saved(List<Shape> in) {
    Shape data = in.get(0);
    Shape updates = in.get(2);
    return switch (reduction()) {
      case ADD -> List.of();
      case NONE -> List.of(data, updates);
      case MUL, MIN, MAX -> List.of(data, data, updates, updates, data, updates, Shape.SCALAR);
    };
  }

  @Override
  default void forward(Forward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape(), r.input(2).shape());
    r.kernels().axpby(1, r.input(0), 0, r.output(0));
    if (reduction().combination() == null) {
      boolean add = reduction() == ScatterReduction.ADD;
      r.kernels().scatter(g, r.input(2), r.input(1), add, r.output(0));
    } else {
      r.kernels().scatterWith(reduction().combination(), g, r.input(2), r.input(1), r.output(0));
    }
  }

  @Override
  default void backward(Backward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape(), r.input(2).shape());
    switch (reduction()) {
      case NONE, ADD -> sumBackward(r, g);
      case MUL -> productBackward(r, g);
      case MIN, MAX -> extremumBackward(r, g);
    }
  }

  private void sumBackward(Backward r, Indexing g) {
    if (r.gradient(0) != null) {
      Tensor dy = r.cotangent(0);
      if (reduction() == ScatterReduction.NONE) {
        r.kernels().axpby(1, dy, 0, r.saved(0));
        r.kernels().fill(0, r.saved(1));
        r.kernels().scatter(g, r.saved(1), r.input(1), false, r.saved(0));
        dy = r.saved(0);
      }
      r.kernels().axpby(1, dy, 1, r.gradient(0));
    }
    if (r.gradient(2) != null) {
      r.kernels().gather(g, r.cotangent(0), r.input(1), true, r.gradient(2));
    }
  }

  /**
   * The derivative by a factor is the product of the others: with ones in place of zeros, the whole
   * product divided by it, if no other factor is zero.
   */
  private void productBackward(Backward r, Indexing g) {
    Kernels k = r.kernels();
    Tensor product = r.saved(0);
    Tensor zeros = r.saved(1);
    Tensor zeroUpdates = r.saved(2);
    Tensor updates = r.saved(3);
    Tensor zero = r.saved(6);
    k.fill(0, zero);
    k.binary(Binary.EQUAL, r.input(0), zero, zeros);
    k.binary(Binary.EQUAL, r.input(2), zero, zeroUpdates);
    k.binary(Binary.ADD, r.input(0), zeros, product);
    k.binary(Binary.ADD, r.input(2), zeroUpdates, updates);
    k.scatterWith(Binary.MUL, g, updates, r.input(1), product);
    k.scatter(g, zeroUpdates, r.input(1), true, zeros);
    k.binary(Binary.MUL, product, r.cotangent(0), product);
    if (r.gradient(2) != null) {
      Tensor others = r.saved(5);
      k.gather(g, zeros, r.input(1), false, others);
      k.binary(Binary.EQUAL, others, zeroUpdates, others);
      k.unary(Unary.RECIPROCAL, 0, 0, updates, updates);
      k.binary(Binary.MUL, others, updates, others);
      k.gather(g, product, r.input(1), false, updates);
      k.binary(Binary.MUL, others, updates, others);
      k.axpby(1, others, 1, r.gradient(2));
    }
    if (r.gradient(0) != null) {
      Tensor own = r.saved(4);
      k.binary(Binary.EQUAL, r.input(0), zero, own);
      k.binary(Binary.EQUAL, zeros, own, zeros);
      k.binary(Binary.ADD, r.input(0), own, own);
      k.binary(Binary.DIV, zeros, own, zeros);
      k.binary(Binary.MUL, zeros, product, zeros);
      k.axpby(1, zeros, 1, r.gradient(0));
    }
  }

  /** Equal extrema share the cotangent. */
  private void extremumBackward(Backward r, Indexing g) {
    Kernels k = r.kernels();
    Tensor own = r.saved(0);
    Tensor count = r.saved(1);
    Tensor winners = r.saved(2);
    Tensor share = r.saved(3);
    k.binary(Binary.EQUAL, r.input(0), r.output(0), own);
    k.gather(g, r.output(0), r.input(1), false, share);
    k.binary(Binary.EQUAL, r.input(2), share, winners);
    k.axpby(1, own, 0, count);
    k.scatter(g, winners, r.input(1), true, count);
    k.binary(Binary.DIV, r.cotangent(0), count, count);
    if (r.gradient(0) != null) {
      k.binary(Binary.MUL, own, count, own);
      k.axpby(1, own, 1, r.gradient(0));
    }
    if (r.gradient(2) != null) {
      k.gather(g, count, r.input(1), false, share);
      k.binary(Binary.MUL, winners, share, winners);
      k.axpby(1, winners, 1, r.gradient(2));
    }
  }
}
