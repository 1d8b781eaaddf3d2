package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/** An operator that picks elements of data, of any type, by indices; negative ones from the end. */
interface Gathering extends Op {

  /**
   * How the indices name places.
   *
   * @throws ShapeException if the shapes do not fit
   */
  Indexing indexing(Shape data, Shape indices);

  /** The shape of what is picked; only called if the shapes fit. */
  Shape picked(Shape data, Shape indices);

  @Override
  default Set<ElementType> accepts(int input) {
    return input == 0 ? ElementType.ANY : ElementType.INTEGERS;
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(0);
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 2, 2);
    indexing(in.get(0), in.get(1));
    return List.of(picked(in.get(0), in.get(1)));
  }

  @Override
  default void forward(Forward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape());
    r.kernels().gather(g, r.input(0), r.input(1), false, r.output(0));
  }

  @Override
  default void backward(Backward r) {
    Indexing g = indexing(r.input(0).shape(), r.input(1).shape());
    r.kernels().scatter(g, r.cotangent(0), r.input(1), true, r.gradient(0));
  }
}
