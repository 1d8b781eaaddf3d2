package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LbfgsTest {

  /** {@code sum of 100 (x_i+1 - x_i^2)^2 + (1 - x_i)^2}. */
  private static double rosenbrock(double[] x, double[] g) {
    Arrays.fill(g, 0);
    double f = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double a = x[i + 1] - x[i] * x[i];
      double b = 1 - x[i];
      f += 100 * a * a + b * b;
      g[i] += -400 * a * x[i] - 2 * b;
      g[i + 1] += 200 * a;
    }
    return f;
  }

  @Test
  void rosenbrockItself() {
    double[] g = new double[2];
    assertEquals(24.2, rosenbrock(new double[] {-1.2, 1}, g), 1e-12);
    assertArrayEquals(new double[] {-215.6, -88}, g, 1e-12);
  }

  @Test
  void findsTheMinimumOfRosenbrock() {
    Lbfgs lbfgs = new Lbfgs(10, 1000, 1e-8);
    double[] two = {-1.2, 1};
    Lbfgs.Result r = lbfgs.minimize(LbfgsTest::rosenbrock, two);
    assertArrayEquals(new double[] {1, 1}, r.x(), 1e-5);
    assertTrue(r.converged() && r.evaluations() < 100, "" + r.evaluations());
    assertArrayEquals(new double[] {-1.2, 1}, two);
    double[] ten = {-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1};
    r = lbfgs.minimize(LbfgsTest::rosenbrock, ten);
    assertTrue(r.converged() && r.evaluations() < 300, "" + r.evaluations());
    // The second minimum, near -1 in the first place, has the value 3.99.
    if (r.value() < 1) {
      for (double x : r.x()) {
        assertEquals(1, x, 1e-5);
      }
    } else {
      assertEquals(3.99, r.value(), 0.01);
    }
    assertFalse(new Lbfgs(10, 3, 1e-8).minimize(LbfgsTest::rosenbrock, two).converged());
  }

  /** Equals the product with the explicit BFGS matrix. */
  @Test
  void twoLoopRecursion() {
    LbfgsHistory h = new LbfgsHistory(3);
    h.add(new double[] {9, 9, 9}, new double[] {1, 2, 3});
    h.add(new double[] {1, 0, 0.5}, new double[] {2, 0.5, 1});
    h.add(new double[] {-0.25, 0.5, 1}, new double[] {-0.5, 2, 1.5});
    h.add(new double[] {0.1, 0.2, -0.3}, new double[] {0.3, 0.9, -0.4});
    // Curved downward: not remembered.
    h.add(new double[] {1, 0, 0}, new double[] {-1, 0, 0});
    assertArrayEquals(
        new double[] {-0.631011188889, 0.532764536416, -2.274538184732},
        h.direction(new double[] {1, -2, 3}),
        1e-10);
  }

  /** Where the function is not defined a shorter step is taken: {@code x - log x}. */
  @Test
  void comesBackFromWhereTheFunctionIsNotDefined() {
    Lbfgs.Result r =
        new Lbfgs(5, 100, 1e-9)
            .minimize(
                (x, g) -> {
                  g[0] = 1 - 1 / x[0];
                  return x[0] - Math.log(x[0]);
                },
                new double[] {0.01});
    assertEquals(1, r.x()[0], 1e-6);
  }

  /** A linear layer with an L2 penalty: its normal equations hold at the end. */
  @Test
  void fitsAGraphToAllOfItsData() {
    SplittableRandom random = new SplittableRandom(5);
    Tensor x = Tensor.zeros(30, 3);
    Tensor y = Tensor.zeros(30, 1);
    for (int i = 0; i < x.size(); i++) {
      x.array()[i] = (float) (random.nextDouble() * 2 - 1);
    }
    for (int i = 0; i < 30; i++) {
      y.array()[i] = 2 * x.get(3 * i) - x.get(3 * i + 1) + 0.5f * x.get(3 * i + 2) + 3;
    }
    Graph.Builder b = new Graph.Builder("linear");
    Value in = b.input("x", x.shape());
    Graph g = b.build(new Layers(b, 1).dense("y", in, 1, Initializer.xavier()));
    Session session = new Session(g, SessionOptions.training(0), Shape.of(30, 3));
    Loss loss = ElementLoss.l2(Reduction.MEAN);
    GraphObjective f =
        new GraphObjective(
            session,
            Regularizer.none(),
            s -> loss.evaluate(s.forward(x), y, null, s.cotangent("y")));
    Lbfgs.Result r = new Lbfgs(10, 100, 1e-6).minimize(f, f.parameters());
    assertEquals(0, r.value(), 1e-9);
    f.evaluate(r.x(), new double[4]);
    assertArrayEquals(new float[] {2, -1, 0.5f}, g.value("y.weight").tensor().toArray(), 1e-4f);
    assertArrayEquals(new float[] {3}, g.value("y.bias").tensor().toArray(), 1e-4f);
    GraphObjective penalised =
        new GraphObjective(
            session,
            Regularizer.l2(1),
            s -> loss.evaluate(s.forward(x), y, null, s.cotangent("y")));
    double[] numeric = new double[4];
    double[] ignored = new double[4];
    double[] at = {0.3, 0.2, -0.5, 0.1};
    for (int i = 0; i < 4; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += 1e-2;
      down[i] -= 1e-2;
      numeric[i] = (penalised.evaluate(up, ignored) - penalised.evaluate(down, ignored)) / 2e-2;
    }
    double[] gradient = new double[4];
    penalised.evaluate(at, gradient);
    assertArrayEquals(numeric, gradient, 1e-3);
  }

  @Test
  void refusesFiguresThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, () -> new Lbfgs(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Lbfgs(1, 1, -1));
  }
}
