package dev.fovea.engine.image.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  /** Rows with correlated columns, far from 0. */
  private static Tensor correlated(int rows, int columns, long seed) {
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(rows, columns);
    for (int n = 0; n < rows; n++) {
      double common = random.nextGaussian();
      for (int i = 0; i < columns; i++) {
        x.array()[n * columns + i] =
            (float) (100 + 3 * common + (i + 1) * 0.5 * random.nextGaussian());
      }
    }
    return x;
  }

  private static Covariance of(Tensor x) {
    Covariance c = new Covariance(x.shape().dim(1));
    c.addRows(x);
    return c;
  }

  @Test
  void eigenvectorsRebuildTheMatrix() {
    Random random = new Random(2);
    int n = 12;
    double[][] m = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        m[i][j] = random.nextGaussian();
        m[j][i] = m[i][j];
      }
    }
    SymmetricEigen e = SymmetricEigen.of(m);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double rebuilt = 0;
        double product = 0;
        for (int k = 0; k < n; k++) {
          rebuilt += e.values()[k] * e.vectors()[k][i] * e.vectors()[k][j];
          product += e.vectors()[i][k] * e.vectors()[j][k];
        }
        assertEquals(m[i][j], rebuilt, 1e-12);
        assertEquals(i == j ? 1 : 0, product, 1e-12);
      }
      assertTrue(i == 0 || e.values()[i - 1] >= e.values()[i]);
    }
  }

  @Test
  void eigenvaluesOfAMatrixWithAKnownAnswer() {
    // (2, 1; 1, 2) has 3 along (1, 1) and 1 along (1, -1).
    SymmetricEigen e = SymmetricEigen.of(new double[][] {{2, 1}, {1, 2}});
    double r = Math.sqrt(0.5);
    assertArrayEquals(new double[] {3, 1}, e.values(), 1e-14);
    assertArrayEquals(new double[] {r, r}, e.vectors()[0], 1e-14);
    assertThrows(
        IllegalArgumentException.class, () -> SymmetricEigen.of(new double[][] {{Double.NaN}}));
  }

  @Test
  void covarianceOfAFewNumbers() {
    Covariance c = new Covariance(2);
    assertThrows(IllegalStateException.class, c::mean);
    c.add(1e8 + 1, 2);
    c.add(1e8 + 3, 6);
    c.add(1e8 + 5, 4);
    assertArrayEquals(new double[] {1e8 + 3, 4}, c.mean());
    assertArrayEquals(new double[] {8 / 3.0, 4 / 3.0}, c.matrix()[0], 1e-12);
    assertArrayEquals(new double[] {4 / 3.0, 8 / 3.0}, c.matrix()[1], 1e-12);
    assertArrayEquals(new double[] {Math.sqrt(8 / 3.0), Math.sqrt(8 / 3.0)}, c.deviations(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> c.add(1));
  }

  @Test
  void pixelsAreVectorsOfChannels() {
    Covariance c = new Covariance(2);
    c.addPixels(Tensor.of(Shape.of(1, 2, 1, 3), 1, 3, 5, 2, 6, 4));
    assertArrayEquals(new double[] {3, 4}, c.mean());
    assertEquals(4 / 3.0, c.matrix()[0][1], 1e-12);
  }

  @Test
  void whitenedDataAreUncorrelatedOfVarianceOne() {
    Tensor x = correlated(500, 6, 3);
    for (Whitening w : new Whitening[] {Whitening.pca(of(x), 6, 0), Whitening.zca(of(x), 0)}) {
      Covariance white = of(w.apply(x));
      for (int i = 0; i < 6; i++) {
        assertEquals(0, white.mean()[i], 1e-4);
        for (int j = 0; j < 6; j++) {
          assertEquals(i == j ? 1 : 0, white.matrix()[i][j], 1e-3);
        }
      }
    }
  }

  @Test
  void fewerComponentsAreTheFirstOnes() {
    Tensor x = correlated(200, 5, 4);
    Tensor all = Whitening.pca(of(x), 5, 0.1).apply(x);
    Tensor two = Whitening.pca(of(x), 2, 0.1).apply(x);
    assertEquals(Shape.of(200, 2), two.shape());
    for (int n = 0; n < 200; n++) {
      assertEquals(all.get(5 * n + 1), two.get(2 * n + 1));
    }
  }

  @Test
  void zcaChangesUncorrelatedDataOnlyInScale() {
    Covariance c = new Covariance(2);
    for (int sign : new int[] {-1, 1}) {
      c.add(2.0 * sign, 0);
      c.add(0, 4.0 * sign);
    }
    Whitening w = Whitening.zca(c, 0);
    assertArrayEquals(
        new float[] {(float) (1 / Math.sqrt(2)), 0, 0, (float) (1 / Math.sqrt(8))},
        w.matrix().toArray(),
        1e-6f);
  }

  @Test
  void aConstantColumnIsNotBlownUp() {
    Tensor x = Tensor.of(Shape.of(3, 2), 1, 7, 2, 7, 3, 7);
    for (float v : Whitening.zca(of(x), 0).apply(x).toArray()) {
      assertTrue(Math.abs(v) < 2, "found " + v);
    }
    assertThrows(IllegalArgumentException.class, () -> Whitening.pca(of(x), 3, 0));
    assertThrows(IllegalArgumentException.class, () -> Whitening.zca(of(x), -1));
    assertThrows(
        IllegalArgumentException.class, () -> Whitening.zca(of(x), 0).apply(Tensor.zeros(1, 3)));
  }
}
