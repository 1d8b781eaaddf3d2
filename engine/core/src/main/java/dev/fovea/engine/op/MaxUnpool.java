package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.OpSpec.Operand;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * Undoes a {@link MaxPool}: each element goes to where the maximum was, all others become 0. Inputs
 * {@code X [N, C, H, W]} and, of the same shape, the pooling's indices into all of the output.
 * Where an index stands twice, the last element is kept. Differentiable by X. Zeiler et al.,
 * "Adaptive Deconvolutional Networks", 2011; Noh et al., "Learning Deconvolution Network", 2015.
 *
 * @param window the pooling's; an extent is {@code (H - 1) stride + kernel - padding}
 * @param size of the output, N, C and space, for extents that the pooling rounded; empty if the
 *     above is meant
 */
public record MaxUnpool(Window window, List<Integer> size) implements Op {

  private static final int SIZE = 2;

  /** Specification. */
  public static final OpSpec<MaxUnpool> SPEC =
      OpSpec.of(
              "MaxUnpool",
              11,
              MaxUnpool.class,
              MaxUnpool::read,
              MaxUnpool::write,
              of(
                      new MaxUnpool(Window.square(2, 2, 0), List.of()),
                      Shape.of(1, 2, 2, 3),
                      Shape.of(1, 2, 2, 3))
                  .with(1, Operand.values(1, 3, 8, 14, 12, 23, 24, 26, 35, 36, 46, 47)),
              of(
                      new MaxUnpool(Window.square(2, 2, 0), List.of(1, 1, 5, 7)),
                      Shape.of(1, 1, 2, 3),
                      Shape.of(1, 1, 2, 3))
                  .with(1, Operand.values(1, 9, 4, 14, 24, 26)),
              of(
                      new MaxUnpool(Window.cube(1, 3, 2, 1), List.of()),
                      Shape.of(2, 1, 3),
                      Shape.of(2, 1, 3))
                  .with(1, Operand.values(1, 2, 4)),
              of(
                      new MaxUnpool(Window.cube(3, 2, 2, 0), List.of()),
                      Shape.of(1, 1, 2, 1, 2),
                      Shape.of(1, 1, 2, 1, 2))
                  .with(1, Operand.values(5, 2, 17, 30)))
          .withConstantInputs(SIZE);

  /** Checks the window. */
  public MaxUnpool {
    size = List.copyOf(size);
    if (window.dilated()) {
      throw new IllegalArgumentException("MaxUnpool: expected a dense window, found " + window);
    }
    if (!size.isEmpty() && size.size() != window.dimensions() + 2) {
      throw new IllegalArgumentException(
          "MaxUnpool: output_shape expected "
              + (window.dimensions() + 2)
              + " extents, found "
              + size);
    }
  }

  private static MaxUnpool read(Attributes a) {
    List<? extends Number> size = a.constant(SIZE) == null ? List.of() : a.constant(SIZE);
    return new MaxUnpool(
        WindowAttributes.read(a), size.stream().map(n -> Math.toIntExact(n.longValue())).toList());
  }

  private static Attributes write(MaxUnpool op) {
    Attributes a = WindowAttributes.write(op.window).without("dilations");
    return op.size.isEmpty()
        ? a
        : a.withConstant(SIZE, op.size.stream().map(Long::valueOf).toList());
  }

  @Override
  public OpSpec<MaxUnpool> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return Set.of(input == 1 ? ElementType.INT64 : ElementType.FLOAT);
  }

  @Override
  public boolean learns(int input) {
    return input == 0;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("MaxUnpool", in, 2, 2);
    Shape x = in.get(0);
    Check.image("MaxUnpool", x, window.dimensions());
    Check.that(in.get(1).equals(x), "MaxUnpool", "indices expected " + x + ", found " + in.get(1));
    Shape y = size.isEmpty() ? x : Shape.of(size.stream().mapToInt(i -> i).toArray());
    Check.that(
        y.dim(0) == x.dim(0) && y.dim(1) == x.dim(1),
        "MaxUnpool",
        "output_shape expected for batch and channels of the input " + x + ", found " + y);
    for (int d = 0; d < window.dimensions() && size.isEmpty(); d++) {
      Window.Axis a = window.axes().get(d);
      long extent = (x.dim(2 + d) - 1L) * a.stride() + a.kernel() - a.padBefore() - a.padAfter();
      Check.that(
          x.dim(2 + d) > 0 && extent > 0,
          "MaxUnpool",
          "expected an output of at least one pixel, found " + extent + " from the input " + x);
      y = y.with(2 + d, Math.toIntExact(extent));
    }
    Check.indexable("MaxUnpool", y);
    return List.of(y);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().maxUnpool(r.input(0), r.input(1), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    if (r.gradient(0) != null) {
      r.kernels().maxUnpoolBackward(r.cotangent(0), r.input(1), r.gradient(0));
    }
  }
}
