package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Four steps of each optimizer on {@code f(x) = x^2} from {@code x = 1} with rate 0.1, computed in
 * double precision from the definitions; here, in single precision.
 */
class OptimizerTrajectoriesTest {

  private static final double DECAY = 0.1;

  @Test
  void fourSteps() {
    trajectory(new Sgd(0), 0.8, 0.64, 0.512, 0.4096);
    trajectory(new Sgd(0.9), 0.8, 0.46, 0.062, -0.3086);
    trajectory(Sgd.nesterov(0.9), 0.62, 0.2224, -0.108352, -0.32482304);
    trajectory(new Adagrad(1e-10), 0.900000000005, 0.833103526845, 0.780456181357, 0.736223132661);
    trajectory(
        new RmsProp(0.9, 1e-8), 0.683772238983, 0.498870613507, 0.369180560292, 0.272824891809);
    trajectory(new Adam(), 0.9000000005, 0.800412228692, 0.701586272946, 0.603939060574);
    trajectory(new AdamW(DECAY), 0.8900000005, 0.781571855937, 0.67510122164, 0.571047597118);
  }

  /** Adadelta finds its own rate. */
  @Test
  void adadelta() {
    trajectory(
        new Adadelta(0.95, 1e-6),
        1,
        x -> 2 * x,
        0.995527875225,
        0.991008680275,
        0.986464462341,
        0.981906253964);
  }

  /** A penalty {@code 0.1 / 2 x^2} in the gradient is not AdamW's decay. */
  @Test
  void adamWithPenalty() {
    trajectory(
        new Adam(),
        0.1,
        x -> 2 * x + DECAY * x,
        0.900000000476,
        0.800412228643,
        0.701586272872,
        0.603939060473);
  }

  private static void trajectory(Optimizer optimizer, double... expected) {
    trajectory(optimizer, 0.1, x -> 2 * x, expected);
  }

  private static void trajectory(
      Optimizer optimizer, double rate, DoubleUnaryOperator slope, double... expected) {
    // Of rank 2, as a weight: decay leaves biases alone.
    Tensor x = Tensor.of(Shape.of(1, 1), 1);
    optimizer.attach(List.of(x));
    for (double e : expected) {
      float g = (float) slope.applyAsDouble(x.get(0));
      optimizer.step(List.of(Tensor.of(x.shape(), g)), rate);
      assertEquals(e, x.get(0), 2e-7, optimizer.describe());
    }
  }
}
