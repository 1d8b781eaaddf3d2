package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Deformable convolution: each element of the window reads the image bilinearly at its place plus
 * an offset that is an input, optionally times a factor; outside of the image is 0. Dai et al.,
 * "Deformable convolutional networks", ICCV 2017; Zhu et al., "Deformable ConvNets v2", CVPR 2019.
 *
 * <p>Inputs: {@code X [N, C, H, W]}, {@code W [O, C / groups, kernelH, kernelW]}, offsets {@code
 * [N, offsetGroups kernelH kernelW 2, OH, OW]} of y and x for each element of the window, then, if
 * they are given, a bias {@code [O]} and factors {@code [N, offsetGroups kernelH kernelW, OH, OW]}.
 * Output: {@code [N, O, OH, OW]}.
 *
 * @param kernel rows and columns of the window
 * @param strides steps of the window
 * @param pads zeros before rows and columns, then after
 * @param dilations steps within the window
 * @param groups groups of channels with weights of their own
 * @param offsetGroups groups of channels with offsets of their own
 * @param bias whether there is a bias
 * @param factors whether there are factors
 */
public record DeformConv(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    int groups,
    int offsetGroups,
    boolean bias,
    boolean factors)
    implements Op {

  private static final String NAME = "DeformConv";
  private static final int BIAS = 3;
  private static final int FACTORS = 4;

  /** Specification. */
  public static final OpSpec<DeformConv> SPEC =
      OpSpec.of(
          NAME,
          19,
          DeformConv.class,
          DeformConv::read,
          DeformConv::write,
          example(
              new DeformConv(
                  List.of(2, 3),
                  List.of(1, 2),
                  List.of(1, 0, 0, 1),
                  List.of(1, 1),
                  1,
                  1,
                  false,
                  false),
              2,
              2,
              4,
              5),
          example(
              new DeformConv(
                  List.of(2, 2),
                  List.of(1, 1),
                  List.of(0, 0, 0, 0),
                  List.of(2, 1),
                  2,
                  2,
                  true,
                  true),
              1,
              4,
              4,
              3),
          example(
              new DeformConv(
                  List.of(1, 2),
                  List.of(1, 1),
                  List.of(0, 1, 0, 0),
                  List.of(1, 1),
                  1,
                  2,
                  false,
                  true),
              1,
              2,
              3,
              3));

  /** Copies the lists and checks them. */
  public DeformConv {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    boolean counts =
        kernel.size() == 2 && strides.size() == 2 && pads.size() == 4 && dilations.size() == 2;
    boolean positive =
        List.of(kernel, strides, dilations).stream()
            .allMatch(list -> list.stream().allMatch(v -> v > 0));
    if (!counts
        || !positive
        || groups < 1
        || offsetGroups < 1
        || pads.stream().anyMatch(p -> p < 0)) {
      throw new IllegalArgumentException(
          "DeformConv: expected a positive kernel, strides and dilations of rows and columns, four"
              + " pads and positive numbers of groups, found "
              + kernel
              + ", "
              + strides
              + ", "
              + dilations
              + ", "
              + pads
              + ", "
              + groups
              + " and "
              + offsetGroups);
    }
  }

  /** Offsets keep away from the grid of pixels, where the derivative jumps. */
  private static OpSpec.Example example(DeformConv op, int batch, int channels, int h, int w) {
    Shape y = Shape.of(batch, 2, op.extent(0, h), op.extent(1, w));
    int taps = op.offsetGroups * op.taps();
    List<Shape> in = new ArrayList<>();
    in.add(Shape.of(batch, channels, h, w));
    in.add(Shape.of(2, channels / op.groups, op.kernel.get(0), op.kernel.get(1)));
    in.add(Shape.of(batch, 2 * taps, y.dim(2), y.dim(3)));
    if (op.bias) {
      in.add(Shape.of(2));
    }
    if (op.factors) {
      in.add(Shape.of(batch, taps, y.dim(2), y.dim(3)));
    }
    List<Float> offsets = List.of(0.25f, -0.75f, 0.625f, -0.375f, 1.25f, 0.75f, -1.625f);
    return of(op, in.toArray(Shape[]::new))
        .with(2, new OpSpec.Operand(ElementType.FLOAT, -2, 2, offsets));
  }

  private static DeformConv read(Attributes a) {
    return new DeformConv(
        Attributes.list(a.requiredInts("kernel_shape")),
        Attributes.list(a.ints("strides", 1, 1)),
        Attributes.list(a.ints("pads", 0, 0, 0, 0)),
        Attributes.list(a.ints("dilations", 1, 1)),
        a.intValue("group", 1),
        a.intValue("offset_group", 1),
        a.hasInput(BIAS),
        a.hasInput(FACTORS));
  }

  private static Attributes write(DeformConv op) {
    Attributes a =
        Attributes.none()
            .withInts("kernel_shape", Attributes.array(op.kernel))
            .withInts("strides", Attributes.array(op.strides))
            .withInts("pads", Attributes.array(op.pads))
            .withInts("dilations", Attributes.array(op.dilations))
            .with("group", op.groups)
            .with("offset_group", op.offsetGroups)
            .withInputs(0, 1, 2);
    a = op.bias ? a.withInputs(BIAS) : a;
    return op.factors ? a.withInputs(FACTORS) : a;
  }

  @Override
  public OpSpec<DeformConv> spec() {
    return SPEC;
  }

  /** Elements of the window. */
  int taps() {
    return kernel.get(0) * kernel.get(1);
  }

  /** Position of the factors among the inputs. */
  int factorsInput() {
    return bias ? FACTORS : BIAS;
  }

  /** Positions of the window along rows (0) or columns (1). */
  private int extent(int d, int size) {
    long room = (long) size + pads.get(d) + pads.get(d + 2);
    long window = (kernel.get(d) - 1L) * dilations.get(d) + 1;
    return room < window ? 0 : Math.toIntExact((room - window) / strides.get(d) + 1);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    int inputs = 3 + (bias ? 1 : 0) + (factors ? 1 : 0);
    Check.inputs(NAME, in, inputs, inputs);
    Shape x = in.get(0);
    Shape w = in.get(1);
    Check.image(NAME, x);
    Check.that(
        x.size() > 0 && x.dim(1) % groups == 0 && x.dim(1) % offsetGroups == 0,
        NAME,
        "expected channels in " + groups + " and in " + offsetGroups + " groups, found " + x);
    Check.that(
        w.rank() == 4
            && w.dim(0) > 0
            && w.dim(0) % groups == 0
            && w.equals(Shape.of(w.dim(0), x.dim(1) / groups, kernel.get(0), kernel.get(1))),
        NAME,
        "expected weights for " + kernel + " and " + groups + " groups of " + x + ", found " + w);
    Shape y = Shape.of(x.dim(0), w.dim(0), extent(0, x.dim(2)), extent(1, x.dim(3)));
    Check.that(y.size() > 0, NAME, "expected an input of at least the window, found " + x);
    expect("offsets", in.get(2), y.with(1, 2 * offsetGroups * taps()));
    if (bias) {
      Check.vector(NAME, "bias", in.get(BIAS), w.dim(0));
    }
    if (factors) {
      expect("factors", in.get(factorsInput()), y.with(1, offsetGroups * taps()));
    }
    return List.of(y);
  }

  private static void expect(String name, Shape found, Shape expected) {
    Check.that(found.equals(expected), NAME, name + " expected " + expected + ", found " + found);
  }

  @Override
  public List<Shape> scratch(List<Shape> in) {
    return DeformConvRun.forwardRoom(this, in.get(0), inferShapes(in).get(0));
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return DeformConvRun.backwardRoom(this, in.get(0), inferShapes(in).get(0));
  }

  @Override
  public void forward(Forward r) {
    new DeformConvRun(this, r.kernels(), r::input, r.output(0).shape(), r::scratch)
        .forward(r.output(0));
  }

  @Override
  public void backward(Backward r) {
    new DeformConvRun(this, r.kernels(), r::input, r.cotangent(0).shape(), r::saved)
        .backward(r.cotangent(0), r::gradient);
  }
}
