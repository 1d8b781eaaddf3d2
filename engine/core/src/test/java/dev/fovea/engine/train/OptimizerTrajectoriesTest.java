package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four steps of each optimizer on f(x) = x^2 from x = 1 with rate 0.1, in closed form. */
class OptimizerTrajectoriesTest {

  @Test
  void trajectories() {
    trajectory(new Sgd(0), 0.8, 0.64, 0.512, 0.4096);
    trajectory(new Sgd(0.9), 0.8, 0.46, 0.062, -0.3086);
    trajectory(new Adam(), 0.9000000005, 0.8004122287, 0.701586273, 0.6039390606);
  }

  private static void trajectory(Optimizer optimizer, double... expected) {
    Tensor x = Tensor.of(Shape.of(1), 1);
    optimizer.attach(List.of(x));
    for (double e : expected) {
      optimizer.step(List.of(Tensor.of(Shape.of(1), 2 * x.get(0))), 0.1);
      assertEquals(e, x.get(0), 2e-7, optimizer.describe());
    }
  }
}
