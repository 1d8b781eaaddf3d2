package dev.fovea.engine.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static final long SEED = 3;

  @Test
  void everyElementIsInTheBucketThatHoldsIt() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 2000; i++) {
      float v = (float) Math.scalb(random.nextDouble(1, 2), random.nextInt(-39, 39));
      v = random.nextBoolean() ? v : -v;
      Histogram h = Histogram.of(Tensor.of(Shape.of(1), v));
      Histogram.Bucket b = h.buckets().get(0);
      String what = v + " in " + b + ", seed " + SEED;
      assertTrue(b.left() <= v && v <= b.right(), what);
      assertTrue(Math.abs(b.right() - b.left()) <= 0.26 * Math.abs(v), what);
    }
  }

  @Test
  void figuresAreThoseOfTheElements() {
    Tensor t = Tensor.of(Shape.of(7), 0, 0, 1, -2, 4, Float.NaN, Float.POSITIVE_INFINITY);
    Histogram h = Histogram.of(t);
    assertEquals(5, h.count());
    assertEquals(2, h.zeros());
    assertEquals(2, h.notFinite());
    assertEquals(-2, h.min());
    assertEquals(4, h.max());
    assertEquals(0.6, h.mean(), 1e-12);
    assertEquals(Math.sqrt(21 / 5.0 - 0.36), h.deviation(), 1e-12);
    assertEquals(0.4, h.zeroShare());
    assertEquals(5, h.buckets().stream().mapToLong(Histogram.Bucket::count).sum());
  }

  @Test
  void extremeValuesAreInTheOutermostBuckets() {
    Histogram h = Histogram.of(Tensor.of(Shape.of(4), Float.MAX_VALUE, -1e38f, 1e-38f, -0f));
    assertEquals(4, h.buckets().stream().mapToLong(Histogram.Bucket::count).sum());
    assertEquals(3, h.buckets().size(), h.toString());
    assertEquals(Float.MAX_VALUE, h.max());
  }

  @Test
  void quantilesOfAUniformDistribution() {
    Tensor t = Tensor.zeros(10_000);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i / 5000f - 1;
    }
    Histogram h = Histogram.of(t);
    for (double q : new double[] {0.01, 0.25, 0.6, 0.99}) {
      assertEquals(2 * q - 1, h.quantile(q), 1e-2);
    }
    assertEquals(-1, h.quantile(0));
    assertEquals(h.max(), h.quantile(1), 1e-12);
  }

  /** Each column holds its own value: a stride of a power of 2 would see one of them only. */
  @Test
  void aSampleIsSpreadOverAllColumns() {
    Tensor t = Tensor.zeros(64, 3, 32, 32);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i % 32 + 1;
    }
    Histogram all = Histogram.of(t);
    Histogram some = Histogram.of(t, 4096);
    assertTrue(some.count() <= 4096 && some.count() > 2048, some.count() + " elements");
    assertEquals(all.mean(), some.mean(), 0.1);
    assertEquals(all.deviation(), some.deviation(), 0.1);
    assertEquals(1, some.min());
    assertEquals(32, some.max());
    assertEquals(all, Histogram.of(t, t.size()));
  }

  @Test
  void aCurveStaysBoundedAndKeepsItsMean() {
    Curve curve = new Curve();
    int steps = 100_000;
    for (int i = 0; i < steps; i++) {
      curve.add(i, i);
    }
    List<Curve.Point> points = curve.points();
    assertTrue(points.size() < Curve.MOST, points.size() + " points");
    long width = points.get(1).step();
    for (int i = 0; i < points.size(); i++) {
      assertEquals(i * width, points.get(i).step());
      assertEquals(i * width + (width - 1) / 2.0, points.get(i).value(), 1e-6);
    }
  }

  @Test
  void aRestoredCurveGoesOnWhereItWas() {
    Curve whole = new Curve();
    Curve first = new Curve();
    Curve second = new Curve();
    for (int i = 0; i < 3000; i++) {
      whole.add(i, Math.sin(i));
      first.add(i, Math.sin(i));
    }
    // Back to a multiple of the width, as checkpoints are of the steps in an epoch.
    second.restore(first.points(), 2800);
    for (int i = 2800; i < 3000; i++) {
      second.add(i, Math.sin(i));
    }
    assertEquals(whole.points(), second.points());
  }
}
