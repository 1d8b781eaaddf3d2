package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizersTest {

  private static final double FLOAT = 2e-7;

  /**
   * Four steps each on f(x) = x^2 from x = 1 with rate 0.1, computed in double precision from the
   * definitions; here, in single precision. Adadelta finds its own rate.
   */
  @Test
  void trajectories() {
    trajectory(new Sgd(0), 0.1, 0.8, 0.64, 0.512, 0.4096);
    trajectory(new Sgd(0.9), 0.1, 0.8, 0.46, 0.062, -0.3086);
    trajectory(Sgd.nesterov(0.9), 0.1, 0.62, 0.2224, -0.108352, -0.32482304);
    trajectory(new Adagrad(), 0.1, 0.900000000005, 0.833103526845, 0.780456181357, 0.736223132661);
    trajectory(new RmsProp(), 0.1, 0.683772238983, 0.498870613507, 0.369180560292, 0.272824891809);
    trajectory(new Adadelta(), 1, 0.995527875225, 0.991008680275, 0.986464462341, 0.981906253964);
    trajectory(new Adam(), 0.1, 0.9000000005, 0.800412228692, 0.701586272946, 0.603939060574);
    trajectory(new AdamW(0.1), 0.1, 0.8900000005, 0.781571855937, 0.67510122164, 0.571047597118);
  }

  private static void trajectory(Optimizer optimizer, double rate, double... expected) {
    // Of rank 2: a weight, which decays.
    Tensor x = Tensor.of(Shape.of(1, 1), 1);
    optimizer.attach(List.of(x));
    for (double e : expected) {
      optimizer.step(List.of(Tensor.of(Shape.of(1, 1), 2 * x.get(0))), rate);
      assertEquals(e, x.get(0), FLOAT, optimizer.describe());
    }
    assertEquals(expected.length, optimizer.steps());
  }

  @Test
  void adamWithPenaltyInTheGradient() {
    Tensor x = Tensor.of(Shape.of(1, 1), 1);
    Optimizer adam = new Adam();
    adam.attach(List.of(x));
    for (double e : new double[] {0.900000000476, 0.800412228643, 0.701586272872, 0.603939060473}) {
      Tensor g = Tensor.of(Shape.of(1, 1), 2 * x.get(0));
      Regularizer.l2(0.1).addTo(x, g);
      adam.step(List.of(g), 0.1);
      assertEquals(e, x.get(0), FLOAT);
    }
  }

  /** The figures of the papers, and the base rates they start from. */
  @Test
  void defaults() {
    assertEquals("sgd momentum=0.9", Optimizers.named("momentum", 0).describe());
    assertEquals("nesterov momentum=0.9", Optimizers.named("nesterov", 0).describe());
    assertEquals("adagrad epsilon=1.0E-10", Optimizers.named("adagrad", 0).describe());
    assertEquals("rmsprop decay=0.9 epsilon=1.0E-8", Optimizers.named("rmsprop", 0).describe());
    assertEquals("adadelta decay=0.95 epsilon=1.0E-6", Optimizers.named("adadelta", 0).describe());
    String adam = "adam beta1=0.9 beta2=0.999 epsilon=1.0E-8";
    assertEquals(adam, Optimizers.named("adam", 0).describe());
    assertEquals("adamw decay=0.05 with " + adam, Optimizers.named("adamw", 0.05).describe());
    assertEquals(1e-3, Optimizers.defaultRate("adam"));
    assertEquals(1e-3, Optimizers.defaultRate("rmsprop"));
    assertEquals(0.01, Optimizers.defaultRate("adagrad"));
    assertEquals(1, Optimizers.defaultRate("adadelta"));
    assertTrue(Optimizers.decouplesDecay("adamw"));
    assertFalse(Optimizers.decouplesDecay("adam"));
    assertEquals(8, Optimizers.names().size());
    String message =
        assertThrows(IllegalArgumentException.class, () -> Optimizers.named("adm", 0)).getMessage();
    assertTrue(message.contains("adam") && message.contains("'adm'"), message);
  }

  @Test
  void everyParameterHasItsRate() {
    for (String name : Optimizers.names()) {
      Tensor slow = Tensor.of(Shape.of(1, 1), 1);
      Tensor fast = Tensor.of(Shape.of(1, 1), 1);
      Optimizer o = Optimizers.named(name, 0);
      o.attach(List.of(slow, fast), new double[] {0.1, 1});
      Tensor g = Tensor.of(Shape.of(1, 1), 0.5f);
      o.step(List.of(g, g), 0.1);
      assertEquals(0.1, (1 - slow.get(0)) / (1 - fast.get(0)), 1e-3, name);
    }
  }

  @Test
  void biasesDoNotDecay() {
    Tensor bias = Tensor.of(Shape.of(1), 1);
    Optimizer o = new AdamW(0.5);
    o.attach(List.of(bias));
    o.step(List.of(Tensor.zeros(1)), 0.1);
    assertEquals(1, bias.get(0));
  }

  @Test
  void refusesFiguresThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, () -> new Sgd(1));
    assertThrows(IllegalArgumentException.class, () -> new Adam(0.9, 1, 1e-8));
    assertThrows(IllegalArgumentException.class, () -> new RmsProp(0.9, 0));
    assertThrows(IllegalArgumentException.class, () -> new AdamW(-1));
    assertThrows(IllegalArgumentException.class, () -> Clipping.byValue(0));
    assertThrows(IllegalArgumentException.class, () -> new Averaging(Averaging.Kind.EMA, 1));
    assertThrows(IllegalArgumentException.class, () -> Regularizer.l2(-1));
    assertThrows(IllegalArgumentException.class, () -> new ParameterGroup("*", Double.NaN));
  }

  @Test
  void clipping() {
    Tensor a = Tensor.of(Shape.of(2), 3, -0.5f);
    Tensor b = Tensor.of(Shape.of(1), -4);
    Clipping.none().apply(List.of(a, b));
    assertEquals(3, a.get(0));
    Clipping.byValue(2).apply(List.of(a, b));
    assertEquals(List.of(2f, -0.5f, -2f), List.of(a.get(0), a.get(1), b.get(0)));
    Tensor c = Tensor.of(Shape.of(2), 3, 0);
    Tensor d = Tensor.of(Shape.of(1), -4);
    Clipping.byGlobalNorm(6).apply(List.of(c, d));
    assertEquals(3, c.get(0));
    Clipping.byGlobalNorm(1).apply(List.of(c, d));
    assertEquals(0.6, c.get(0), FLOAT);
    assertEquals(-0.8, d.get(0), FLOAT);
    assertEquals(1, Clipping.globalNorm(List.of(c, d)), FLOAT);
  }

  @Test
  void maxNormScalesRowsThatAreTooLong() {
    Tensor w = Tensor.of(Shape.of(2, 2), 3, 4, 0.3f, 0.4f);
    Tensor bias = Tensor.of(Shape.of(1), 9);
    Regularizer limit = Regularizer.maxNorm(2);
    limit.project(w);
    limit.project(bias);
    float[] expected = {1.2f, 1.6f, 0.3f, 0.4f};
    for (int i = 0; i < 4; i++) {
      assertEquals(expected[i], w.get(i), FLOAT);
    }
    assertEquals(9, bias.get(0));
  }

  @Test
  void penaltiesAndTheirDerivatives() {
    Tensor w = Tensor.of(Shape.of(2, 2), 0.5f, -2, 0, 1);
    assertEquals(0.1 * 3.5, Regularizer.l1(0.1).penalty(w), FLOAT);
    assertEquals(0.1 * 5.25 / 2, Regularizer.l2(0.1).penalty(w), FLOAT);
    Tensor g = Tensor.zeros(2, 2).fill(1);
    Regularizer.elasticNet(0.1, 0.2).addTo(w, g);
    float[] expected = {1.2f, 0.5f, 1, 1.3f};
    for (int i = 0; i < 4; i++) {
      assertEquals(expected[i], g.get(i), FLOAT);
    }
    Tensor bias = Tensor.of(Shape.of(2), 1, 2);
    assertEquals(0, Regularizer.elasticNet(1, 1).penalty(bias));
  }
}
