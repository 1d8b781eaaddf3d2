package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Transposed convolution ("deconvolution"): the adjoint of {@link Conv} by its data, used to
 * enlarge.
 *
 * <p>Inputs {@code X [N, C, H, W]}, {@code W [C, O / groups, kH, kW]}, optional {@code B [O]};
 * output {@code [N, O, OH, OW]} with {@code OH = stride (H - 1) + outputPadding + (kH - 1) dilation
 * + 1 - padTop - padBottom}. Dumoulin and Visin, "A guide to convolution arithmetic for deep
 * learning", 2016.
 *
 * @param window geometry of the convolution this is the adjoint of
 * @param groups number of groups
 * @param outputPadH rows added below, smaller than the stride or the dilation
 * @param outputPadW columns added at the right
 */
public record ConvTranspose(Window window, int groups, int outputPadH, int outputPadW)
    implements Op {

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
                  .withInts("output_padding", op.outputPadH, op.outputPadW),
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
              Shape.of(6)));

  /** Checks the ranges. */
  public ConvTranspose {
    if (groups < 1) {
      throw new IllegalArgumentException("ConvTranspose: group expected >= 1, found " + groups);
    }
    if (outputPadH < 0
        || outputPadW < 0
        || outputPadH >= Math.max(window.strideH(), window.dilationH())
        || outputPadW >= Math.max(window.strideW(), window.dilationW())) {
      throw new IllegalArgumentException(
          "ConvTranspose: output_padding expected >= 0 and below stride or dilation, found "
              + outputPadH
              + ","
              + outputPadW);
    }
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
    int[] p = a.ints("output_padding", 0, 0);
    return new ConvTranspose(WindowAttributes.read(a), a.intValue("group", 1), p[0], p[1]);
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
    Check.image("ConvTranspose", x);
    Check.rank("ConvTranspose", "weights", w, 4, "[C, O/groups, kH, kW]");
    Check.groups("ConvTranspose", groups, x.dim(1), x);
    Shape expected = Shape.of(x.dim(1), w.dim(1), window.kernelH(), window.kernelW());
    Check.that(
        w.equals(expected), "ConvTranspose", "weights expected " + expected + ", found " + w);
    int channels = Math.multiplyExact(w.dim(1), groups);
    if (in.size() == 3) {
      Check.vector("ConvTranspose", "bias", in.get(2), channels);
    }
    long oh =
        (long) window.strideH() * (x.dim(2) - 1)
            + outputPadH
            + window.extentH()
            - window.padTop()
            - window.padBottom();
    long ow =
        (long) window.strideW() * (x.dim(3) - 1)
            + outputPadW
            + window.extentW()
            - window.padLeft()
            - window.padRight();
    Check.that(
        x.dim(2) > 0 && x.dim(3) > 0 && oh > 0 && ow > 0,
        "ConvTranspose",
        "expected an output of at least 1x1 after padding, found "
            + oh
            + "x"
            + ow
            + " from the input "
            + x);
    return List.of(Shape.of(x.dim(0), channels, Math.toIntExact(oh), Math.toIntExact(ow)));
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
      ChannelBias.backward(r);
    }
  }
}
