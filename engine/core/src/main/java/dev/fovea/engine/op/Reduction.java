package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** An operator that makes one number of all elements along some dimensions. */
interface Reduction extends Op {

  /** The dimensions. */
  Axes over();

  /** What is computed of the elements. */
  Reduce function();

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 1, 1);
    Check.that(
        in.get(0).size() > 0, spec().name(), "expected an input with elements, found " + in.get(0));
    return List.of(over().result(spec().name(), in.get(0)));
  }

  @Override
  default void forward(Forward r) {
    r.kernels().reduce(function(), r.input(0), false, kept(r.output(0), r.input(0)));
  }

  /** A tensor of the output's shape as one that broadcasts to the input. */
  default Tensor kept(Tensor t, Tensor x) {
    return t.reshape(over().kept(spec().name(), x.shape()));
  }

  /** The output's shape with all dimensions. */
  default Shape kept(List<Shape> in) {
    return over().kept(spec().name(), in.get(0));
  }

  /** The specification. */
  static <T extends Reduction> OpSpec<T> spec(
      String name, int opset, Class<T> type, Function<Axes, T> make) {
    return OpSpec.of(
            name,
            opset,
            type,
            a -> make.apply(Axes.read(a)),
            op -> op.over().write(),
            of(make.apply(Axes.of(1, -1)), Shape.of(2, 3, 4, 5)),
            of(make.apply(Axes.of(0).dropped()), Shape.of(4, 7)),
            of(make.apply(Axes.of(2, 3).dropped()), Shape.of(2, 3, 3, 2)),
            of(make.apply(Axes.all()), Shape.of(2, 3, 2)),
            of(make.apply(Axes.all().dropped()), Shape.of(7)),
            of(make.apply(new Axes(List.of(), true, true)), Shape.of(2, 3)))
        .withConstantInputs(1);
  }
}
