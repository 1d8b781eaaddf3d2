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
    if (operand.type() == ElementType.FLOAT) {
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
      // The kink is at 0.
      case "Relu", "LeakyRelu" -> signed(shape, 0.125, 2, random);
      case "MaxPool", "GlobalMaxPool" -> separated(shape, random);
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

  /** Uniform in a range of magnitudes, with either sign. */
  static Tensor signed(Shape shape, double from, double to, SplittableRandom random) {
    Tensor t = uniform(shape, from, to, random);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] *= random.nextBoolean() ? 1 : -1;
    }
    return t;
  }

  /**
   * In each image or volume a permutation of values 1/4 apart: two elements that move by 1/16
   * against each other keep their order.
   */
  private static Tensor separated(Shape shape, SplittableRandom random) {
    Tensor t = Tensor.zeros(shape);
    int pixels = Math.max(1, shape.size(Math.min(2, shape.rank()), shape.rank()));
    for (int start = 0; start < t.size(); start += pixels) {
      for (int i = 0; i < pixels; i++) {
        int j = random.nextInt(i + 1);
        t.array()[start + i] = t.array()[start + j];
        t.array()[start + j] = (i - pixels / 2) / 4f;
      }
    }
    return t;
  }

  private static float onGrid(double x) {
    return (float) (Math.rint(x * GRID) / GRID);
  }
}
