package dev.fovea.visualize.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.NumericGradient;
import org.junit.jupiter.api.Test;

/** The figures are computed by hand in double precision, the gradients by central differences. */
class FeatureLossesTest {
  private static final Tensor F =
      Tensor.of(Shape.of(1, 3, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  private static final Tensor P =
      Tensor.of(Shape.of(1, 3, 2, 2), 1, -1, 0, 2, 0.5f, 1, -2, 1, 1, 1, 1, 0);

  @Test
  void gramMatrixIsTheMeanOfProducts() {
    assertArrayEquals(
        new float[] {3.5f, 9.5f, 15.5f, 9.5f, 31.5f, 53.5f, 15.5f, 53.5f, 91.5f},
        GramMatrix.of(F).toArray(),
        1e-5f);
    assertArrayEquals(
        new float[] {1.5f, 0.375f, 0, 0.375f, 1.5625f, -0.125f, 0, -0.125f, 0.75f},
        GramMatrix.of(P).toArray(),
        1e-6f);
  }

  @Test
  void gramMatrixForgetsWhere() {
    Tensor moved = Tensor.of(Shape.of(1, 3, 1, 4), 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8);
    assertArrayEquals(GramMatrix.of(F).toArray(), GramMatrix.of(moved).toArray(), 1e-5f);
  }

  @Test
  void styleLossOfGatys() {
    Tensor gradient = Tensor.zeros(F.shape());
    double loss = GramLoss.gatys(GramMatrix.of(P)).evaluate(F, gradient);
    assertEquals(431.503580729167, loss, 1e-3);
    assertArrayEquals(
        new float[] {
          4.458333333333f, 5.197916666667f, 5.9375f, 6.677083333333f,
          15.243055555556f, 17.817708333333f, 20.392361111111f, 22.967013888889f,
          26.125f, 30.565972222222f, 35.006944444444f, 39.447916666667f
        },
        gradient.toArray(),
        1e-4f);
  }

  @Test
  void styleLossOfJohnson() {
    Tensor gradient = Tensor.zeros(F.shape());
    double loss = GramLoss.johnson(GramMatrix.of(P)).evaluate(F, gradient);
    assertEquals(191.779369212963, loss, 1e-3);
  }

  @Test
  void contentLosses() {
    Tensor gradient = Tensor.zeros(F.shape());
    assertEquals(226.625, new SquaredDistance(P, 0.5).evaluate(F, gradient), 1e-9);
    assertEquals(3.5f, gradient.get(4), "F - P");
    assertEquals(37.770833333333, new SquaredDistance(P, 1 / 12.0).evaluate(F, gradient), 1e-9);
    assertEquals(1, SquaredDistance.relative(P).evaluate(Tensor.zeros(P.shape()), gradient), 1e-12);
  }

  @Test
  void totalVariation() {
    Tensor x = Tensor.of(Shape.of(1, 1, 3, 3), 1, 2, 4, 0, 3, 1, 2, 2, 5);
    assertEquals(59, new TotalVariation().evaluate(x, Tensor.zeros(x.shape())));
    Tensor two = Tensor.zeros(1, 2, 3, 3);
    System.arraycopy(x.array(), 0, two.array(), 9, 9);
    assertEquals(
        59,
        new TotalVariation().evaluate(two, Tensor.zeros(two.shape())),
        "nothing is added where one channel ends and the next begins");
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    Tensor x = Tensor.of(Shape.of(1, 2, 2, 3), 1, 2, -1, 0.5f, 3, 1, 2, 0, -2, 1, 0, 1.5f);
    Tensor gram = GramMatrix.of(P.reshape(1, 2, 2, 3));
    check(x, new GramLoss(gram, 0.3));
    check(x, new SquaredDistance(P.reshape(1, 2, 2, 3), 0.3));
    check(x, new TotalVariation()::evaluate);
    PictureObjective sum = new TotalVariation().plus(0.25, new GramLoss(gram, 1)::evaluate);
    check(x, sum::evaluate);
  }

  private static void check(Tensor x, FeatureLoss loss) {
    Tensor gradient = Tensor.zeros(x.shape());
    loss.evaluate(x, gradient);
    Tensor unused = Tensor.zeros(x.shape());
    double[] expected =
        NumericGradient.all(() -> loss.evaluate(x, unused), x, NumericGradient.STEP);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i], gradient.get(i), 1e-3 * (1 + Math.abs(expected[i])), "element " + i);
    }
  }

  @Test
  void otherShapesAreRefused() {
    Tensor gradient = Tensor.zeros(1, 2, 2, 3);
    Tensor x = Tensor.zeros(1, 2, 2, 3);
    assertThrows(
        IllegalArgumentException.class, () -> new SquaredDistance(P, 1).evaluate(x, gradient));
    assertThrows(
        IllegalArgumentException.class,
        () -> GramLoss.gatys(GramMatrix.of(P)).evaluate(x, gradient));
    assertThrows(IllegalArgumentException.class, () -> GramMatrix.of(Tensor.zeros(2, 3, 4, 5)));
    assertThrows(IllegalArgumentException.class, () -> new GramLoss(x, 1));
  }
}
