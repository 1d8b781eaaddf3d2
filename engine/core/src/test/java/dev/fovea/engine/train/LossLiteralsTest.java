package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Losses against values computed in double precision from the definitions of the papers. */
class LossLiteralsTest {

  private static final double TOLERANCE = 1e-10;

  private static double loss(Loss loss, double output, double target) {
    Tensor x = Tensor.of(Shape.of(1), (float) output);
    return loss.evaluate(x, Tensor.of(Shape.of(1), (float) target), null, null);
  }

  /** Rows of logit, label, cross-entropy, focal loss with alpha = 0.25 and gamma = 2. */
  @Test
  void focalLoss() {
    double[][] rows = {
      {-3, 0, 0.048587351574, 8.19624933727e-05},
      {-3, 1, 3.048587351574, 0.691570110256},
      {-1, 0, 0.313261687518, 0.016993543131},
      {-1, 1, 1.313261687518, 0.175467075853},
      {0, 0, 0.69314718056, 0.129965096355},
      {0, 1, 0.69314718056, 0.043321698785},
      {0.5, 0, 0.97407698418, 0.283058700645},
      {0.5, 1, 0.47407698418, 0.016893372629},
      {2, 0, 2.126928011043, 1.237558634566},
      {2, 1, 0.126928011043, 0.00045089070881},
      {4, 0, 4.018149927918, 2.906180428468},
      {4, 1, 0.018149927918, 1.46789243047e-06}
    };
    Loss entropy = ElementLoss.binaryCrossEntropy(Reduction.SUM);
    Loss focal = ElementLoss.sigmoidFocal(0.25, 2, Reduction.SUM);
    Loss plain = ElementLoss.sigmoidFocal(-1, 0, Reduction.SUM);
    for (double[] r : rows) {
      String what = "logit " + r[0] + ", label " + r[1];
      assertEquals(r[2], loss(entropy, r[0], r[1]), TOLERANCE, what);
      assertEquals(r[3], loss(focal, r[0], r[1]), TOLERANCE, what);
      assertEquals(r[2], loss(plain, r[0], r[1]), TOLERANCE, what);
    }
  }

  @Test
  void smoothL1() {
    double[] differences = {-2, -0.5, 0, 1, 3};
    double[] one = {1.5, 0.125, 0, 0.5, 2.5};
    double[] ninth = {1.944444444444, 0.444444444444, 0, 0.944444444444, 2.944444444444};
    for (int i = 0; i < differences.length; i++) {
      assertEquals(one[i], smoothL1(1, differences[i]), TOLERANCE);
      assertEquals(ninth[i], smoothL1(1 / 9.0, differences[i]), TOLERANCE);
    }
    // Not exact in single precision.
    double single = 1e-7;
    assertEquals(0.00125, smoothL1(1, 0.05), single);
    assertEquals(0.01125, smoothL1(1 / 9.0, 0.05), single);
    assertEquals(0.045, smoothL1(1, 0.3), single);
    assertEquals(0.244444444444, smoothL1(1 / 9.0, 0.3), single);
  }

  private static double smoothL1(double beta, double difference) {
    return loss(ElementLoss.smoothL1(beta, Reduction.SUM), difference, 0);
  }
}
