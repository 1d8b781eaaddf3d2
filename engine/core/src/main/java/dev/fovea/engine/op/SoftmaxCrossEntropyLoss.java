package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The negative logarithm of the probability of the right class, from scores {@code [N, C, ...]}
 * whose softmax over the classes are the probabilities: see {@link ClassLoss} for inputs and
 * output.
 *
 * @param reduction what becomes of the losses of all positions
 * @param ignored the class that counts nowhere; null for none
 * @param logarithms whether the logarithms of the probabilities are a second output
 */
public record SoftmaxCrossEntropyLoss(LossReduction reduction, Integer ignored, boolean logarithms)
    implements ClassLoss {

  private static final int ROOM = 5;

  /** Specification. */
  public static final OpSpec<SoftmaxCrossEntropyLoss> SPEC =
      OpSpec.of(
          "SoftmaxCrossEntropyLoss",
          13,
          SoftmaxCrossEntropyLoss.class,
          a ->
              new SoftmaxCrossEntropyLoss(
                  ClassLoss.readReduction(a), ClassLoss.readIgnored(a), false),
          ClassLoss::write,
          of(
                  new SoftmaxCrossEntropyLoss(LossReduction.MEAN, null, false),
                  Shape.of(3, 5),
                  Shape.of(3))
              .with(1, OpSpec.Operand.integers(0, 4)),
          of(
                  new SoftmaxCrossEntropyLoss(LossReduction.NONE, 1, true),
                  Shape.of(2, 3, 4),
                  Shape.of(2, 4),
                  Shape.of(3))
              .with(1, OpSpec.Operand.integers(0, 2)),
          of(
                  new SoftmaxCrossEntropyLoss(LossReduction.MEAN, -1, true),
                  Shape.of(2, 3, 2, 2),
                  Shape.of(2, 2, 2),
                  Shape.of(3))
              .with(1, OpSpec.Operand.values(0, -1, 2, 1))
              .with(2, OpSpec.Operand.between(0.25f, 2)),
          of(
                  new SoftmaxCrossEntropyLoss(LossReduction.SUM, null, false),
                  Shape.of(3, 2),
                  Shape.of(3))
              .with(1, OpSpec.Operand.integers(0, 1)));

  /** A copy with the logarithms of the probabilities as a second output. */
  public SoftmaxCrossEntropyLoss withLogarithms() {
    return new SoftmaxCrossEntropyLoss(reduction, ignored, true);
  }

  @Override
  public OpSpec<SoftmaxCrossEntropyLoss> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Shape loss = loss(in);
    return logarithms ? List.of(loss, in.get(0)) : List.of(loss);
  }

  /** Room of the targets; the logarithms of the sums; the logarithms of the probabilities. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    List<Shape> all = new ArrayList<>(room(in));
    all.add(in.get(0).with(1, 1));
    all.add(in.get(0));
    return all;
  }

  /** The same, and room for the gradient of these logarithms. */
  @Override
  public List<Shape> saved(List<Shape> in) {
    List<Shape> all = new ArrayList<>(scratch(in));
    all.add(in.get(0));
    return all;
  }

  @Override
  public void forward(Forward r) {
    Kernels k = r.kernels();
    Tensor log = r.saved(ROOM + 1) != null ? r.saved(ROOM + 1) : r.scratch(ROOM + 1);
    k.reduce(Reduce.LOG_SUM_EXP, r.input(0), false, r.scratch(ROOM));
    k.binary(Binary.SUB, r.input(0), r.scratch(ROOM), log);
    if (logarithms) {
      k.axpby(1, log, 0, r.output(1));
    }
    Tensor weights = r.inputs() == 3 ? r.input(2) : null;
    new Targets(this, k, log.shape(), r.input(1), weights, r::scratch).forward(log, r.output(0));
  }

  /** With g the gradient of the logarithms: {@code dX = g - softmax sum(g)}. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor sum = r.saved(ROOM);
    Tensor log = r.saved(ROOM + 1);
    Tensor g = r.saved(ROOM + 2);
    k.fill(0, g);
    if (logarithms) {
      k.axpby(1, r.cotangent(1), 0, g);
    }
    Tensor weights = r.inputs() == 3 ? r.input(2) : null;
    new Targets(this, k, log.shape(), r.input(1), weights, r::saved).backward(r.cotangent(0), g);
    k.reduce(Reduce.SUM, g, false, sum);
    k.axpby(1, g, 1, r.gradient(0));
    k.unary(Unary.EXP, 0, 0, log, g);
    k.binary(Binary.MUL, g, sum, g);
    k.axpby(-1, g, 1, r.gradient(0));
  }
}
