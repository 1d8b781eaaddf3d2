package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution, the addition of a residual branch and an activation in one: {@code Y = f(Conv(X,
 * W, B) + Z)}; bias, residual and activation are optional. What would be three sweeps over the
 * output is done while its rows are in the cache. Graphs for inference are brought into this form;
 * ONNX does not know it, files have the single operators.
 *
 * <p>Inputs {@code X}, {@code W}, {@code B} as those of {@link Conv}, and {@code Z} of the output's
 * shape.
 *
 * @param conv the convolution
 * @param bias whether there is {@code B}
 * @param residual whether there is {@code Z}
 * @param activation {@code f}; null for the identity
 */
public record FusedConv(Conv conv, boolean bias, boolean residual, Elementwise activation)
    implements Op {

  /** Specification. */
  public static final OpSpec<FusedConv> SPEC =
      OpSpec.of(
          "FusedConv",
          1,
          FusedConv.class,
          a -> {
            throw noFileForm();
          },
          op -> {
            throw noFileForm();
          },
          of(
              new FusedConv(Conv.square(3, 1, 1), true, true, new Sigmoid()),
              Shape.of(2, 3, 7, 5),
              Shape.of(4, 3, 3, 3),
              Shape.of(4),
              Shape.of(2, 4, 7, 5)),
          of(
              new FusedConv(Conv.square(3, 2, 1), true, false, new Swish(1)),
              Shape.of(1, 2, 9, 8),
              Shape.of(5, 2, 3, 3),
              Shape.of(5)),
          of(
              new FusedConv(new Conv(Window.square(3, 1, 1), 4), false, true, new Swish(1)),
              Shape.of(2, 4, 5, 6),
              Shape.of(4, 1, 3, 3),
              Shape.of(2, 4, 5, 6)),
          of(
              new FusedConv(Conv.square(1, 1, 0), false, true, null),
              Shape.of(2, 5, 4, 6),
              Shape.of(7, 5, 1, 1),
              Shape.of(2, 7, 4, 6)),
          of(
              new FusedConv(Conv.square(1, 2, 0), false, false, new Softplus()),
              Shape.of(1, 3, 5, 5),
              Shape.of(2, 3, 1, 1)),
          of(
              new FusedConv(new Conv(Window.cube(1, 3, 1, 1), 2), true, true, new Sigmoid()),
              Shape.of(1, 4, 8),
              Shape.of(6, 2, 3),
              Shape.of(6),
              Shape.of(1, 6, 8)),
          of(
              new FusedConv(new Conv(Window.cube(3, 3, 1, 1), 1), true, true, new Softplus()),
              Shape.of(2, 2, 4, 5, 3),
              Shape.of(3, 2, 3, 3, 3),
              Shape.of(3),
              Shape.of(2, 3, 4, 5, 3)));

  private static IllegalArgumentException noFileForm() {
    return new IllegalArgumentException(
        "FusedConv: found no form in ONNX, expected Conv, Add and an activation in files");
  }

  @Override
  public OpSpec<FusedConv> spec() {
    return SPEC;
  }

  /** Position of Z. */
  private int addend() {
    return bias ? 3 : 2;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    int count = addend() + (residual ? 1 : 0);
    Check.inputs("FusedConv", in, count, count);
    Shape y = conv.inferShapes(in.subList(0, addend())).get(0);
    Check.that(
        !residual || in.get(addend()).equals(y),
        "FusedConv",
        "residual expected " + y + ", found " + in.get(count - 1));
    return List.of(y);
  }

  /** The gradient of the sums, and these where the derivative is computed from them. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    List<Shape> all = new ArrayList<>();
    if (activation != null) {
      Shape y = inferShapes(in).get(0);
      all.add(y);
      if (!activation.function().derivativeFromValue()) {
        all.add(y);
      }
    }
    return all;
  }

  @Override
  public void forward(Forward r) {
    boolean plain = activation == null;
    r.kernels()
        .convActivated(
            conv.window(),
            conv.groups(),
            r.input(0),
            r.input(1),
            bias ? r.input(2) : null,
            residual ? r.input(addend()) : null,
            plain ? null : activation.function(),
            plain ? 0 : activation.alpha(),
            plain ? 0 : activation.beta(),
            r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Tensor sums = activation == null ? r.cotangent(0) : gradientOfSums(r);
    conv.backward(r, sums, bias);
    if (residual && r.gradient(addend()) != null) {
      r.kernels().axpby(1, sums, 1, r.gradient(addend()));
    }
  }

  /** The sums are not kept from the forward run: they are computed again. */
  private Tensor gradientOfSums(Backward r) {
    Kernels k = r.kernels();
    Unary f = activation.function();
    Tensor sums = null;
    if (!f.derivativeFromValue()) {
      sums = r.saved(1);
      k.convActivated(
          conv.window(),
          conv.groups(),
          r.input(0),
          r.input(1),
          bias ? r.input(2) : null,
          residual ? r.input(addend()) : null,
          null,
          0,
          0,
          sums);
    }
    Tensor gradient = r.saved(0);
    k.fill(0, gradient);
    k.unaryBackward(
        f, activation.alpha(), activation.beta(), sums, r.output(0), r.cotangent(0), gradient);
    return gradient;
  }
}
