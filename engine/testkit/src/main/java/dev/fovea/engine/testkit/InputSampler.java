package dev.fovea.engine.testkit;

import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random inputs of the kind that an example asks for; on real numbers the operator is smooth:
 * moving any element by {@code 2 NumericGradient.STEP} = 1/16 crosses no kink.
 *
 * <p>All real numbers are multiples of 1/1024 below 16, so that {@code x + h} is exact in float32.
 */
public final class InputSampler {

  private static final int GRID = 1024;

  private InputSampler() {}

  /** A tensor for each input of an example. */
  public static List<Tensor> inputs(OpSpec.Example example, SplittableRandom random) {
    List<Tensor> list = new ArrayList<>();
    for (int i = 0; i < example.inputs().size(); i++) {
      OpSpec.Operand operand = example.operand(i);
      Shape shape = example.inputs().get(i);
      list.add(
          operand.equals(OpSpec.Operand.REAL)
              ? input(example.op().spec().name(), i, shape, random)
              : input(operand, shape, random));
    }
    return list;
  }

  private static Tensor input(OpSpec.Operand operand, Shape shape, SplittableRandom random) {
    if (operand.type() == ElementType.FLOAT && operand.values().isEmpty()) {
      return uniform(shape, operand.from(), operand.to(), random);
    }
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] =
          operand.values().isEmpty()
              ? random.nextInt((int) operand.from(), (int) operand.to() + 1)
              : operand.values().get(i % operand.values().size());
    }
    return t;
  }

  private static Tensor input(String op, int index, Shape shape, SplittableRandom random) {
    return switch (op) {
      // Kinks and jumps are at multiples of 1/2.
      case "Relu",
          "LeakyRelu",
          "ThresholdedRelu",
          "Elu",
          "Celu",
          "Selu",
          "HardSigmoid",
          "HardSwish",
          "Softsign",
          "Clip",
          "Abs",
          "ReduceL1",
          "Floor",
          "Ceil",
          "Round",
          "Sign",
          "Shrink" ->
          betweenHalves(shape, random);
      case "PRelu" -> index == 0 ? betweenHalves(shape, random) : uniform(shape, -1, 1, random);
      case "Sqrt", "Log" -> uniform(shape, 0.75, 3, random);
      case "Pow" -> index == 0 ? uniform(shape, 0.75, 2, random) : uniform(shape, -2, 2, random);
      case "ReduceLogSum" -> uniform(shape, 0.75, 3, random);
      case "ReduceProd" -> signed(shape, 0.5, 1.5, random);
      case "ReduceL2", "LpNormalization" -> signed(shape, 0.75, 2, random);
      case "ReduceMax", "ReduceMin" -> separated(shape, shape.size(), random);
      // Weights and states that do not drive the functions into saturation.
      case "RNN", "LSTM", "GRU", "FusedConv" -> uniform(shape, -0.5, 0.5, random);
      case "Reciprocal" -> signed(shape, 0.75, 3, random);
      case "Div" -> index == 0 ? uniform(shape, -2, 2, random) : signed(shape, 0.75, 3, random);
      case "Min", "Max" -> apart(index, shape, random);
      case "MaxPool", "GlobalMaxPool", "MaxRoiPool" -> separated(shape, pixels(shape), random);
      case "TopK", "Hardmax" -> separated(shape, shape.size(), random);
      // A norm of one number has a kink at 0, and a strong curvature near it.
      case "LpPool", "GlobalLpPool" -> signed(shape, 0.5, 2, random);
      // A variance; below 0 there is nothing to differentiate.
      case "BatchNormalization" ->
          index == 4 ? uniform(shape, 0.5, 1.5, random) : uniform(shape, -2, 2, random);
      default -> uniform(shape, -2, 2, random);
    };
  }

  /** Uniform in a range. */
  static Tensor uniform(Shape shape, double from, double to, SplittableRandom random) {
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = onGrid(random.nextDouble(from, to));
    }
    return t;
  }

  /** In -4..4, at least 1/8 away from all multiples of 1/2. */
  private static Tensor betweenHalves(Shape shape, SplittableRandom random) {
    Tensor t = uniform(shape, 0.125, 0.375, random);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] += random.nextInt(-8, 8) / 2f;
    }
    return t;
  }

  /** In -2..2, elements of different inputs at least 1/4 apart. */
  private static Tensor apart(int index, Shape shape, SplittableRandom random) {
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = random.nextInt(-2, 2) + index % 4 / 4f;
    }
    return t;
  }

  /** Uniform in a range of magnitudes, with either sign. */
  static Tensor signed(Shape shape, double from, double to, SplittableRandom random) {
    Tensor t = uniform(shape, from, to, random);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] *= random.nextBoolean() ? 1 : -1;
    }
    return t;
  }

  /** Elements of one image or volume. */
  private static int pixels(Shape shape) {
    return Math.max(1, shape.size(Math.min(2, shape.rank()), shape.rank()));
  }

  /**
   * In each group of elements a permutation of values 1/4 apart: two elements that move by 1/16
   * against each other keep their order.
   */
  private static Tensor separated(Shape shape, int group, SplittableRandom random) {
    Tensor t = Tensor.zeros(shape);
    for (int start = 0; start < t.size(); start += group) {
      for (int i = 0; i < group; i++) {
        int j = random.nextInt(i + 1);
        t.array()[start + i] = t.array()[start + j];
        t.array()[start + j] = (i - group / 2) / 4f;
      }
    }
    return t;
  }

  private static float onGrid(double x) {
    return (float) (Math.rint(x * GRID) / GRID);
  }
}
