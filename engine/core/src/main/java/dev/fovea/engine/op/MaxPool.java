package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Maximum over a sliding window: {@code X [N, C, H, W]} to {@code [N, C, OH, OW]}; sequences and
 * volumes alike, by the dimensions of the window. Padding never wins; among equal values the first
 * in row-major order takes the gradient.
 *
 * <p>The optional second output holds for each maximum its index in all of X, in row-major order:
 * the switches of {@link MaxUnpool}. For it X may have at most 2^24 elements.
 *
 * @param window window size, stride, padding, dilation
 * @param ceilMode whether the output size is rounded up instead of down
 * @param indices whether there is the second output
 */
public record MaxPool(Window window, boolean ceilMode, boolean indices) implements Pooling {

  /** Specification. */
  public static final OpSpec<MaxPool> SPEC =
      OpSpec.of(
          "MaxPool",
          12,
          MaxPool.class,
          MaxPool::read,
          Pooling::poolingAttributes,
          of(square(2, 2, 0), Shape.of(2, 3, 6, 8)),
          of(square(2, 2, 0), Shape.of(1, 2, 7, 5)),
          of(square(3, 2, 1), Shape.of(2, 17, 9, 7)),
          of(square(3, 1, 1), Shape.of(1, 1, 5, 5)),
          of(new MaxPool(Window.square(3, 2, 0), true), Shape.of(1, 2, 8, 6)),
          of(new MaxPool(new Window(2, 3, 1, 2, 0, 1, 1, 0, 2, 1), false), Shape.of(2, 2, 7, 9)),
          of(new MaxPool(Window.cube(1, 3, 2, 1), true), Shape.of(2, 3, 9)),
          of(new MaxPool(Window.cube(3, 2, 2, 0), false), Shape.of(1, 2, 4, 5, 6)),
          of(
              new MaxPool(
                  Window.of(
                      List.of(
                          new Window.Axis(3, 2, 1, 0, 1),
                          new Window.Axis(2, 1, 0, 1, 2),
                          new Window.Axis(2, 3, 1, 1, 1))),
                  true),
              Shape.of(2, 1, 4, 5, 6)),
          of(square(2, 2, 0).withIndices(), Shape.of(2, 3, 5, 6)),
          of(new MaxPool(Window.square(3, 1, 1), true).withIndices(), Shape.of(1, 2, 5, 6)),
          of(new MaxPool(Window.cube(1, 3, 2, 1), false).withIndices(), Shape.of(2, 3, 9)),
          of(new MaxPool(Window.cube(3, 2, 2, 0), false).withIndices(), Shape.of(1, 2, 4, 5, 6)));

  /** A pooling without indices. */
  public MaxPool(Window window, boolean ceilMode) {
    this(window, ceilMode, false);
  }

  /** The same pooling with the indices of the maxima as a second output. */
  public MaxPool withIndices() {
    return new MaxPool(window, ceilMode, true);
  }

  /** A square pooling, sizes rounded down. */
  public static MaxPool square(int kernel, int stride, int pad) {
    return new MaxPool(Window.square(kernel, stride, pad), false);
  }

  private static MaxPool read(Attributes a) {
    if (a.intValue("storage_order", 0) != 0) {
      throw new IllegalArgumentException("attribute 'storage_order': expected 0 (row major)");
    }
    return new MaxPool(WindowAttributes.read(a), a.intValue("ceil_mode", 0) != 0);
  }

  @Override
  public OpSpec<MaxPool> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    List<Shape> out = Pooling.super.inferShapes(in);
    if (!indices) {
      return out;
    }
    Check.indexable("MaxPool", in.get(0));
    return List.of(out.get(0), out.get(0));
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return output == 0 ? ElementType.FLOAT : ElementType.INT64;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().maxPool(window, r.input(0), r.output(0));
    if (indices) {
      r.kernels().maxPoolIndices(window, r.input(0), r.output(1));
    }
  }

  @Override
  public void backward(Backward r) {
    r.kernels().maxPoolBackward(window, r.input(0), r.cotangent(0), r.gradient(0));
  }
}
