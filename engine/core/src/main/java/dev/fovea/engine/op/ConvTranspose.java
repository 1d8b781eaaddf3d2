package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Transposed convolution ("deconvolution"): the adjoint of {@link Conv} by its data, used to
 * enlarge.
 *
 * <p>Inputs {@code X [N, C, H, W]}, {@code W [C, O / groups, kH, kW]}, optional {@code B [O]};
 * output {@code [N, O, OH, OW]} with {@code OH = stride (H - 1) + outputPadding + (kH - 1) dilation
 * + 1 - padTop - padBottom}. Dumoulin and Visin, "A guide to convolution arithmetic for deep
 * learning", 2016. Sequences {@code [N, C, W]} and volumes {@code [N, C, D, H, W]} alike, by the
 * dimensions of the window.
 *
 * @param window geometry of the convolution this is the adjoint of
 * @param groups number of groups
 * @param outputPadding elements added at the end of each dimension, outermost first; smaller than
 *     its stride or its dilation
 */
public record ConvTranspose(Window window, int groups, List<Integer> outputPadding) implements Op {

  /** Specification. */
  public static final OpSpec<ConvTranspose> SPEC =
      OpSpec.of(
          "ConvTranspose",
          11,
          ConvTranspose.class,
          ConvTranspose::read,
          op ->
              WindowAttributes.write(op.window)
                  .with("group", op.groups)
                  .withValue(
                      "output_padding", op.outputPadding.stream().map(Long::valueOf).toList()),
          of(square(2, 2, 0), Shape.of(2, 3, 4, 5), Shape.of(3, 4, 2, 2), Shape.of(4)),
          of(square(3, 1, 1), Shape.of(1, 2, 5, 4), Shape.of(2, 3, 3, 3)),
          of(
              new ConvTranspose(Window.square(3, 2, 1), 1, 1, 1),
              Shape.of(2, 2, 3, 4),
              Shape.of(2, 5, 3, 3),
              Shape.of(5)),
          of(square(4, 2, 1), Shape.of(1, 17, 3, 3), Shape.of(17, 2, 4, 4)),
          of(
              new ConvTranspose(new Window(2, 3, 1, 3, 1, 0, 0, 2, 2, 1), 2, 0, 2),
              Shape.of(2, 4, 5, 3),
              Shape.of(4, 3, 2, 3),
              Shape.of(6)),
          of(
              new ConvTranspose(Window.cube(1, 3, 2, 1), 1, List.of(1)),
              Shape.of(2, 3, 5),
              Shape.of(3, 4, 3),
              Shape.of(4)),
          of(
              new ConvTranspose(Window.square(3, 2, 1), 3, 0, 1),
              Shape.of(1, 3, 3, 4),
              Shape.of(3, 1, 3, 3)),
          of(
              new ConvTranspose(
                  Window.of(
                      List.of(
                          new Window.Axis(2, 2, 0, 1, 1),
                          new Window.Axis(3, 1, 1, 1, 1),
                          new Window.Axis(2, 3, 0, 0, 2))),
                  2,
                  List.of(1, 0, 2)),
              Shape.of(1, 4, 3, 2, 3),
              Shape.of(4, 3, 2, 3, 2),
              Shape.of(6)));

  /** Checks the ranges. */
  public ConvTranspose {
    if (groups < 1) {
      throw new IllegalArgumentException("ConvTranspose: group expected >= 1, found " + groups);
    }
    outputPadding = List.copyOf(outputPadding);
    if (outputPadding.size() != window.dimensions()) {
      throw new IllegalArgumentException(
          "ConvTranspose: output_padding expected for "
              + window.dimensions()
              + " dimensions, found "
              + outputPadding);
    }
    for (int d = 0; d < window.dimensions(); d++) {
      Window.Axis axis = window.axes().get(d);
      int added = outputPadding.get(d);
      if (added < 0 || added >= Math.max(axis.stride(), axis.dilation())) {
        throw new IllegalArgumentException(
            "ConvTranspose: output_padding expected >= 0 and below stride or dilation, found "
                + outputPadding);
      }
    }
  }

  /** A transposed convolution of images. */
  public ConvTranspose(Window window, int groups, int outputPadH, int outputPadW) {
    this(window, groups, List.of(outputPadH, outputPadW));
  }

  /** A square one in one group, without output padding. */
  public static ConvTranspose square(int kernel, int stride, int pad) {
    return new ConvTranspose(Window.square(kernel, stride, pad), 1, 0, 0);
  }

  private static ConvTranspose read(Attributes a) {
    if (a.values().containsKey("output_shape")) {
      throw new IllegalArgumentException(
          "attribute 'output_shape': expected explicit pads and output_padding");
    }
    Window window = WindowAttributes.read(a);
    int[] added = a.ints("output_padding", WindowAttributes.all(window.dimensions(), 0));
    return new ConvTranspose(window, a.intValue("group", 1), Arrays.stream(added).boxed().toList());
  }

  @Override
  public OpSpec<ConvTranspose> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("ConvTranspose", in, 2, 3);
    Shape x = in.get(0);
    Shape w = in.get(1);
    Check.image("ConvTranspose", x, window.dimensions());
    Check.rank(
        "ConvTranspose",
        "weights",
        w,
        x.rank(),
        "[C, O/groups, " + Check.space(window.dimensions(), "k") + "]");
    Check.groups("ConvTranspose", groups, x.dim(1), x);
    Shape expected = Shape.of(WindowAttributes.weights(x.dim(1), w.dim(1), window));
    Check.that(
        w.equals(expected), "ConvTranspose", "weights expected " + expected + ", found " + w);
    int channels = Math.multiplyExact(w.dim(1), groups);
    if (in.size() == 3) {
      Check.vector("ConvTranspose", "bias", in.get(2), channels);
    }
    Shape y = x.with(1, channels);
    for (int d = 0; d < window.dimensions(); d++) {
      y = y.with(2 + d, outputSize(d, x));
    }
    return List.of(y);
  }

  private int outputSize(int d, Shape x) {
    Window.Axis axis = window.axes().get(d);
    long size =
        (long) axis.stride() * (x.dim(2 + d) - 1)
            + outputPadding.get(d)
            + axis.extent()
            - axis.padBefore()
            - axis.padAfter();
    Check.that(
        x.dim(2 + d) > 0 && size > 0,
        "ConvTranspose",
        "expected an output of at least one pixel after padding, found an extent of "
            + size
            + " from the input "
            + x);
    return Math.toIntExact(size);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().fill(0, r.output(0));
    if (r.inputs() == 3) {
      ChannelBias.forward(r);
    }
    r.kernels().convByData(window, groups, r.input(0), r.input(1), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    if (r.gradient(0) != null) {
      r.kernels()
          .convForward(window, groups, r.cotangent(0), r.input(1), null, true, r.gradient(0));
    }
    if (r.gradient(1) != null) {
      r.kernels().convByWeights(window, groups, r.cotangent(0), r.input(0), r.gradient(1));
    }
    if (r.inputs() == 3 && r.gradient(2) != null) {
      ChannelBias.backward(r, r.cotangent(0));
    }
  }
}
