package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Inverted dropout: a training run multiplies each element by 0 with probability {@code ratio} and
 * by {@code 1 / (1 - ratio)} otherwise; an inference run passes its input on. Srivastava et al.,
 * JMLR 2014.
 *
 * @param ratio probability to drop, {@code 0 <= ratio < 1}
 */
public record Dropout(float ratio) implements Op {

  /** Specification. */
  public static final OpSpec<Dropout> SPEC =
      OpSpec.of(
              "Dropout",
              12,
              Dropout.class,
              Dropout::read,
              op -> Attributes.none().withConstant(1, List.of(op.ratio)),
              of(new Dropout(0.5f), Shape.of(2, 3, 5, 7)),
              of(new Dropout(0.1f), Shape.of(4, 33)),
              of(new Dropout(0), Shape.of(3)))
          .withConstantInputs(1, 2);

  /** Checks the ratio. */
  public Dropout {
    if (!(ratio >= 0 && ratio < 1)) {
      throw new IllegalArgumentException("Dropout: ratio expected in [0, 1), found " + ratio);
    }
  }

  private static Dropout read(Attributes a) {
    // Up to opset 11 the ratio was an attribute.
    List<? extends Number> input = a.constant(1);
    return new Dropout(
        input == null || input.isEmpty() ? a.floatValue("ratio", 0.5f) : input.get(0).floatValue());
  }

  @Override
  public OpSpec<Dropout> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Dropout", in, 1, 1);
    return in;
  }

  @Override
  public boolean isView(boolean training) {
    return !training || ratio == 0;
  }

  /** The mask; afterwards, room for the masked cotangent. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    return List.of(in.get(0), in.get(0));
  }

  @Override
  public void forward(Forward r) {
    Tensor mask = r.saved(0);
    r.kernels().dropoutMask(r.seed(), ratio, mask);
    r.kernels().binary(Binary.MUL, r.input(0), mask, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels().binary(Binary.MUL, r.cotangent(0), r.saved(0), r.saved(1));
    r.kernels().axpby(1, r.saved(1), 1, r.gradient(0));
  }
}
