package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Convolution (cross-correlation, as the whole field calls it) of sequences, images and volumes.
 *
 * <p>{@code Y[n, o] = sum_i W[o, i] * X[n, i] + B[o]}. Inputs {@code X [N, C, H, W]}, {@code W [O,
 * C / groups, kH, kW]}, optional {@code B [O]}; output {@code [N, O, OH, OW]} with {@code OH =
 * floor((H + padTop + padBottom - ((kH - 1) dilation + 1)) / stride) + 1}. Sequences {@code [N, C,
 * W]} and volumes {@code [N, C, D, H, W]} alike, by the dimensions of the window.
 *
 * @param window kernel size, stride, padding, dilation
 * @param groups number of groups into which input and output channels are cut; C for depthwise
 */
public record Conv(Window window, int groups) implements Op {

  /** Specification. */
  public static final OpSpec<Conv> SPEC =
      OpSpec.of(
          "Conv",
          11,
          Conv.class,
          a -> new Conv(WindowAttributes.read(a), a.intValue("group", 1)),
          op -> WindowAttributes.write(op.window).with("group", op.groups),
          of(square(3, 1, 1), Shape.of(2, 3, 7, 5), Shape.of(4, 3, 3, 3), Shape.of(4)),
          of(square(3, 1, 1), Shape.of(1, 17, 8, 9), Shape.of(9, 17, 3, 3)),
          of(square(3, 2, 1), Shape.of(3, 2, 9, 8), Shape.of(5, 2, 3, 3), Shape.of(5)),
          of(square(1, 1, 0), Shape.of(2, 5, 4, 6), Shape.of(7, 5, 1, 1), Shape.of(7)),
          of(square(1, 2, 0), Shape.of(1, 3, 5, 5), Shape.of(2, 3, 1, 1)),
          of(square(5, 1, 2), Shape.of(1, 1, 6, 6), Shape.of(6, 1, 5, 5), Shape.of(6)),
          of(square(7, 2, 3), Shape.of(1, 3, 15, 13), Shape.of(4, 3, 7, 7)),
          of(
              new Conv(new Window(3, 2, 2, 1, 0, 1, 2, 0, 2, 3), 1),
              Shape.of(2, 2, 11, 9),
              Shape.of(3, 2, 3, 2),
              Shape.of(3)),
          of(new Conv(Window.square(3, 1, 1), 2), Shape.of(2, 4, 5, 6), Shape.of(6, 2, 3, 3)),
          of(
              new Conv(Window.square(3, 1, 1), 5),
              Shape.of(2, 5, 7, 7),
              Shape.of(5, 1, 3, 3),
              Shape.of(5)),
          of(new Conv(Window.square(3, 2, 1), 3), Shape.of(1, 3, 8, 7), Shape.of(6, 1, 3, 3)),
          of(
              new Conv(new Window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2), 4),
              Shape.of(1, 4, 7, 6),
              Shape.of(4, 1, 3, 3)),
          of(
              new Conv(Window.of(List.of(new Window.Axis(3, 2, 2, 1, 2))), 1),
              Shape.of(2, 3, 11),
              Shape.of(5, 3, 3),
              Shape.of(5)),
          of(new Conv(Window.cube(1, 3, 1, 1), 4), Shape.of(1, 4, 8), Shape.of(8, 1, 3)),
          of(
              new Conv(Window.cube(3, 3, 1, 1), 1),
              Shape.of(2, 2, 4, 5, 3),
              Shape.of(3, 2, 3, 3, 3),
              Shape.of(3)),
          of(
              new Conv(
                  Window.of(
                      List.of(
                          new Window.Axis(2, 2, 1, 0, 2),
                          new Window.Axis(3, 1, 0, 2, 1),
                          new Window.Axis(2, 2, 1, 1, 1))),
                  2),
              Shape.of(1, 4, 6, 5, 4),
              Shape.of(4, 2, 2, 3, 2)));

  /** Checks the number of groups. */
  public Conv {
    if (groups < 1) {
      throw new IllegalArgumentException("Conv: group expected >= 1, found " + groups);
    }
  }

  /** A dense square convolution in one group. */
  public static Conv square(int kernel, int stride, int pad) {
    return new Conv(Window.square(kernel, stride, pad), 1);
  }

  @Override
  public OpSpec<Conv> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Conv", in, 2, 3);
    Shape x = in.get(0);
    Shape w = in.get(1);
    Check.image("Conv", x, window.dimensions());
    Check.rank(
        "Conv",
        "weights",
        w,
        x.rank(),
        "[O, C/groups, " + Check.space(window.dimensions(), "k") + "]");
    Check.groups("Conv", groups, x.dim(1), x);
    Check.groups("Conv", groups, w.dim(0), w);
    Shape expected = Shape.of(WindowAttributes.weights(w.dim(0), x.dim(1) / groups, window));
    Check.that(w.equals(expected), "Conv", "weights expected " + expected + ", found " + w);
    if (in.size() == 3) {
      Check.vector("Conv", "bias", in.get(2), w.dim(0));
    }
    Shape y = x.with(1, w.dim(0));
    for (int d = 0; d < window.dimensions(); d++) {
      int size = window.axes().get(d).output(x.dim(2 + d));
      Check.windowFits("Conv", window, x, size);
      y = y.with(2 + d, size);
    }
    return List.of(y);
  }

  @Override
  public void forward(Forward r) {
    r.kernels()
        .convForward(
            window,
            groups,
            r.input(0),
            r.input(1),
            r.inputs() == 3 ? r.input(2) : null,
            false,
            r.output(0));
  }

  @Override
  public void backward(Backward r) {
    backward(r, r.cotangent(0), r.inputs() == 3);
  }

  /** Adds to the gradients of the first inputs, given that of the sums. */
  void backward(Backward r, Tensor dy, boolean bias) {
    if (r.gradient(0) != null) {
      r.kernels().convByData(window, groups, dy, r.input(1), r.gradient(0));
    }
    if (r.gradient(1) != null) {
      r.kernels().convByWeights(window, groups, r.input(0), dy, r.gradient(1));
    }
    if (bias && r.gradient(2) != null) {
      ChannelBias.backward(r, dy);
    }
  }
}
