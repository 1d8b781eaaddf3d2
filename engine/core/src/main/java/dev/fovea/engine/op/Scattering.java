package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/** An operator that puts updates into a copy of data at places named by indices. */
interface Scattering extends Op {

  /**
   * How the indices name places.
   *
   * @throws ShapeException if the shapes do not fit
   */
  Indexing indexing(Shape data, Shape indices, Shape updates);

  /** Whether to add, else to replace. */
  boolean add();

  /** The attribute {@code reduction}. */
  static boolean readAdd(Attributes a) {
    String reduction = a.text("reduction", "none");
    if (!reduction.equals("none") && !reduction.equals("add")) {
      throw new IllegalArgumentException(
          "attribute 'reduction': expected none or add, found " + reduction);
    }
    return reduction.equals("add");
  }

  /** The attribute {@code reduction}. */
  static Attributes write(boolean add) {
    return Attributes.none().with("reduction", add ? "add" : "none");
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

  /** For replacement: room for the cotangent without what was replaced, and for zeros. */
  @Override
  default List<Shape> saved(List<Shape> in) {
    return add() ? List.of() : List.of(in.get(0), in.get(2));
  }

  @Override
  default void forward(Forward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape(), r.input(2).shape());
    r.kernels().axpby(1, r.input(0), 0, r.output(0));
    r.kernels().scatter(g, r.input(2), r.input(1), add(), r.output(0));
  }

  @Override
  default void backward(Backward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape(), r.input(2).shape());
    if (r.gradient(0) != null) {
      Tensor dy = r.cotangent(0);
      if (!add()) {
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
}
