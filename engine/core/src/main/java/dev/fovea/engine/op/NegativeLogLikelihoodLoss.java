package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * The negative logarithm of the probability of the right class, from logarithms of probabilities
 * {@code [N, C, ...]}: see {@link ClassLoss} for inputs and output.
 *
 * @param reduction what becomes of the losses of all positions
 * @param ignored the class that counts nowhere; null for none
 */
public record NegativeLogLikelihoodLoss(LossReduction reduction, Integer ignored)
    implements ClassLoss {

  /** Specification. */
  public static final OpSpec<NegativeLogLikelihoodLoss> SPEC =
      OpSpec.of(
          "NegativeLogLikelihoodLoss",
          13,
          NegativeLogLikelihoodLoss.class,
          a -> new NegativeLogLikelihoodLoss(ClassLoss.readReduction(a), ClassLoss.readIgnored(a)),
          ClassLoss::write,
          of(new NegativeLogLikelihoodLoss(LossReduction.MEAN, null), Shape.of(3, 5), Shape.of(3))
              .with(1, OpSpec.Operand.integers(0, 4)),
          of(
                  new NegativeLogLikelihoodLoss(LossReduction.NONE, 1),
                  Shape.of(2, 3, 4),
                  Shape.of(2, 4),
                  Shape.of(3))
              .with(1, OpSpec.Operand.integers(0, 2)),
          of(
                  new NegativeLogLikelihoodLoss(LossReduction.MEAN, -1),
                  Shape.of(2, 3, 2, 2),
                  Shape.of(2, 2, 2),
                  Shape.of(3))
              .with(1, OpSpec.Operand.values(0, -1, 2, 1))
              .with(2, OpSpec.Operand.between(0.25f, 2)),
          of(new NegativeLogLikelihoodLoss(LossReduction.SUM, 99), Shape.of(3, 2), Shape.of(3))
              .with(1, OpSpec.Operand.values(1, 99, 0)));

  @Override
  public OpSpec<NegativeLogLikelihoodLoss> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    return List.of(loss(in));
  }

  @Override
  public List<Shape> scratch(List<Shape> in) {
    return room(in);
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return room(in);
  }

  @Override
  public void forward(Forward r) {
    Tensor weights = r.inputs() == 3 ? r.input(2) : null;
    new Targets(this, r.kernels(), r.input(0).shape(), r.input(1), weights, r::scratch)
        .forward(r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Tensor weights = r.inputs() == 3 ? r.input(2) : null;
    new Targets(this, r.kernels(), r.input(0).shape(), r.input(1), weights, r::saved)
        .backward(r.cotangent(0), r.gradient(0));
  }
}
