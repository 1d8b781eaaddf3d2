package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What optimizers do where the user says nothing is what their papers say. */
class OptimizerDefaultsTest {

  @Test
  void hyperParametersOfThePapers() {
    assertSame(new Adam(0.9, 0.999, 1e-8), "adam", 1e-3);
    assertSame(new RmsProp(0.9, 1e-8), "rmsprop", 1e-3);
    assertSame(new Adagrad(1e-10), "adagrad", 0.01);
    assertSame(new Adadelta(0.95, 1e-6), "adadelta", 1);
    assertSame(new Sgd(0.9), "momentum", 0.01);
    assertSame(Sgd.nesterov(0.9), "nesterov", 0.01);
    assertSame(new Sgd(0), "sgd", 0.01);
  }

  /** The same steps, not only the same words. */
  private static void assertSame(Optimizer expected, String name, double rate) {
    Optimizer found = Optimizers.named(name, 0);
    assertEquals(expected.describe(), found.describe());
    assertEquals(rate, Optimizers.defaultRate(name));
    Tensor x = Tensor.of(Shape.of(2), 1, -3);
    Tensor y = x.copy();
    expected.attach(List.of(x));
    found.attach(List.of(y));
    for (int step = 0; step < 3; step++) {
      expected.step(List.of(Tensor.of(Shape.of(2), 0.1f, 2)), rate);
      found.step(List.of(Tensor.of(Shape.of(2), 0.1f, 2)), rate);
    }
    for (int i = 0; i < 2; i++) {
      assertEquals(x.get(i), y.get(i), name);
    }
  }
}
