package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.GanLoss;
import dev.fovea.engine.train.GaussianLatent;
import dev.fovea.engine.train.KlDivergence;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.MulticlassHinge;
import dev.fovea.engine.train.NtXent;
import dev.fovea.engine.train.OverlapLoss;
import dev.fovea.engine.train.Reduction;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.SoftmaxFocal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

/**
 * Every loss against numeric gradients and against numbers written down elsewhere: the assignments
 * of Stanford's CS231n, and closed forms.
 */
class LossesTest {

  private static final long SEED = 23;
  private static final float SMALL_STEP = 1f / 256;

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Many more than one block of elements, at an offset, with and without weights. */
  private void check(Loss loss, Tensor output, Tensor target, Tensor weights) {
    Tensor gradient = Tensor.zeros(output.shape()).fill(Float.NaN);
    double value = loss.evaluate(output, target, weights, gradient);
    assertEquals(value, loss.evaluate(output, target, weights, null), loss.describe());
    double scale = 0;
    for (float g : gradient.toArray()) {
      scale = Math.max(scale, Math.abs(g));
    }
    assertTrue(scale > 0, loss.describe());
    for (int n = 0; n < 6; n++) {
      float[] direction = new float[output.size()];
      double expected = 0;
      for (int i = 0; i < direction.length; i++) {
        direction[i] = (float) (random.nextDouble() * 2 - 1);
        expected += direction[i] * (double) gradient.get(i);
      }
      double numeric =
          NumericGradient.along(
              () -> loss.evaluate(output, target, weights, null), output, direction, SMALL_STEP);
      double bound = 1e-4 * scale * Math.sqrt(direction.length);
      assertEquals(numeric, expected, bound, loss.describe() + ", seed " + SEED);
    }
    threads(loss, output, target, weights, value, gradient);
  }

  private static void threads(
      Loss loss, Tensor output, Tensor target, Tensor weights, double value, Tensor gradient) {
    for (int threads : new int[] {2, 5}) {
      Tensor other = Tensor.zeros(output.shape());
      assertEquals(
          value,
          loss.evaluate(output, target, weights, other, new Parallel(threads)),
          loss.describe());
      assertArrayEquals(gradient.toArray(), other.toArray(), loss.describe());
    }
  }

  private Tensor labels(Shape shape, int classes) {
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = random.nextInt(classes);
    }
    return t;
  }

  private Tensor distribution(Shape shape) {
    Tensor t = InputSampler.uniform(shape, 0.1, 1, random);
    int classes = shape.dim(1);
    int inner = shape.size(2, shape.rank());
    for (int e = 0; e < t.size() / classes; e++) {
      int first = e / inner * classes * inner + e % inner;
      float sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += t.get(first + c * inner);
      }
      for (int c = 0; c < classes; c++) {
        t.array()[first + c * inner] /= sum;
      }
    }
    return t;
  }

  @Test
  void gradientsOfClassLosses() {
    Tensor logits = InputSampler.uniform(Shape.of(4, 3, 31, 41), -2, 2, random).slice(1, 4);
    Shape places = Shape.of(3, 31, 41);
    Tensor target = labels(places, 3);
    target.array()[5] = SoftmaxCrossEntropy.IGNORE;
    SoftmaxCrossEntropy entropy = new SoftmaxCrossEntropy();
    List<Loss> both =
        List.of(
            entropy,
            entropy.withLabelSmoothing(0.1),
            entropy.withClassWeights(1, 0.25, 3),
            entropy.withLabelSmoothing(0.3).withClassWeights(2, 0, 1),
            OverlapLoss.dice(),
            OverlapLoss.jaccard(),
            OverlapLoss.tversky(0.3, 0.7, 0.5));
    for (Tensor weights : new Tensor[] {null, InputSampler.uniform(places, 0, 2, random)}) {
      both.forEach(loss -> check(loss, logits, target, weights));
      check(new SoftmaxFocal(2), logits, target, weights);
      check(new SoftmaxFocal(0.5), logits, target, weights);
      Tensor soft = distribution(logits.shape());
      both.forEach(loss -> check(loss, logits, soft, weights));
      check(new KlDivergence(), logits, soft, weights);
    }
  }

  /** Where no margin is near 0: there the hinge has a kink. */
  @Test
  void gradientOfTheHinge() {
    Tensor scores = Tensor.zeros(40, 5);
    for (int i = 0; i < scores.size(); i++) {
      scores.array()[i] = i % 5 * 0.7f + 0.2f * (float) random.nextDouble();
    }
    check(new MulticlassHinge(), scores, labels(Shape.of(40), 5), null);
  }

  @Test
  void gradientsOfElementLosses() {
    Shape shape = Shape.of(3, 50, 40);
    Tensor binary = labels(shape, 2);
    Tensor logits = InputSampler.uniform(shape, -3, 3, random);
    Tensor target = Tensor.zeros(shape);
    for (int i = 0; i < target.size(); i++) {
      // Far from the kinks at 0 and 1 from the output.
      float[] distances = {0.25f, 0.6f, 1.7f, -0.3f, -1.4f};
      target.array()[i] = logits.get(i) + distances[i % 5];
    }
    for (Reduction reduction : Reduction.values()) {
      for (Tensor weights : new Tensor[] {null, InputSampler.uniform(shape, 0, 2, random)}) {
        check(ElementLoss.l1(reduction), logits, target, weights);
        check(ElementLoss.l2(reduction), logits, target, weights);
        check(ElementLoss.smoothL1(1, reduction), logits, target, weights);
        check(ElementLoss.huber(1, reduction), logits, target, weights);
        check(ElementLoss.binaryCrossEntropy(reduction), logits, binary, weights);
        check(ElementLoss.sigmoidFocal(0.25, 2, reduction), logits, binary, weights);
        check(ElementLoss.sigmoidFocal(-1, 0.5, reduction), logits, binary, weights);
      }
    }
  }

  @Test
  void gradientOfNtXent() {
    check(new NtXent(0.5), InputSampler.uniform(Shape.of(10, 7), -1, 1, random), null, null);
  }

  @Test
  void softTargetsThatAreSureAreClassIndices() {
    Tensor logits = InputSampler.uniform(Shape.of(6, 4), -2, 2, random);
    Tensor target = labels(Shape.of(6), 4);
    Tensor soft = Tensor.zeros(6, 4);
    for (int i = 0; i < 6; i++) {
      soft.array()[i * 4 + (int) target.get(i)] = 1;
    }
    for (Loss loss :
        List.of(
            new SoftmaxCrossEntropy().withLabelSmoothing(0.1).withClassWeights(1, 2, 3, 4),
            OverlapLoss.dice())) {
      Tensor a = Tensor.zeros(6, 4);
      Tensor b = Tensor.zeros(6, 4);
      assertEquals(
          loss.evaluate(logits, target, null, a), loss.evaluate(logits, soft, null, b), 1e-12);
      assertArrayEquals(a.toArray(), b.toArray());
    }
    // A divergence from what is sure is the cross-entropy.
    assertEquals(
        new SoftmaxCrossEntropy().evaluate(logits, target, null, null),
        new KlDivergence().evaluate(logits, soft, null, null),
        1e-12);
    assertEquals(
        new SoftmaxCrossEntropy().evaluate(logits, target, null, null),
        new SoftmaxFocal(0).evaluate(logits, target, null, null),
        1e-12);
  }

  /** Two logits, by hand: {@code -log softmax} is 0.313262 and 1.313262. */
  @Test
  void smoothingAndClassWeightsByHand() {
    Tensor logits = Tensor.of(Shape.of(2, 2), 1, 0, 1, 0);
    Tensor target = Tensor.of(Shape.of(2), 0, 1);
    double right = Math.log1p(Math.exp(-1));
    double wrong = right + 1;
    SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
    assertEquals(
        (0.9 * right + 0.1 * wrong + 0.1 * right + 0.9 * wrong) / 2,
        loss.withLabelSmoothing(0.2).evaluate(logits, target, null, null),
        1e-12);
    assertEquals(
        (3 * right + wrong) / 4,
        loss.withClassWeights(3, 1).evaluate(logits, target, null, null),
        1e-12);
    Tensor other = Tensor.of(Shape.of(2), 0, 255);
    assertEquals(right, loss.withIgnored(255).evaluate(logits, other, null, null), 1e-12);
  }

  /** Small scores cross all margins: the course's sanity check, 9 for ten classes. */
  @Test
  void hingeAtTheStart() {
    Tensor scores = InputSampler.uniform(Shape.of(50, 10), -1e-3, 1e-3, random);
    Tensor target = labels(Shape.of(50), 10);
    Tensor gradient = Tensor.zeros(scores.shape());
    assertEquals(9, new MulticlassHinge().evaluate(scores, target, null, gradient), 1e-2);
    for (int i = 0; i < gradient.size(); i++) {
      double expected = i % 10 == (int) target.get(i / 10) ? -0.18 : 0.02;
      assertEquals(expected, gradient.get(i), 1e-7);
    }
  }

  /** Rows of logit, label, cross-entropy and focal loss (alpha 0.25, gamma 2) in closed form. */
  @Test
  void sigmoidLosses() {
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
    for (double[] r : rows) {
      assertEquals(r[2], value(ElementLoss.binaryCrossEntropy(Reduction.SUM), r[0], r[1]), 1e-10);
      assertEquals(
          r[3], value(ElementLoss.sigmoidFocal(0.25, 2, Reduction.SUM), r[0], r[1]), 1e-10);
      assertEquals(r[2], value(ElementLoss.sigmoidFocal(-1, 0, Reduction.SUM), r[0], r[1]), 1e-10);
    }
    // Far out nothing overflows.
    assertEquals(1000, value(ElementLoss.binaryCrossEntropy(Reduction.SUM), 1000, 0));
    assertEquals(0, value(ElementLoss.binaryCrossEntropy(Reduction.SUM), 1000, 1));
  }

  private static double value(Loss loss, double output, double target) {
    return loss.evaluate(
        Tensor.of(Shape.of(1), (float) output), Tensor.of(Shape.of(1), (float) target), null, null);
  }

  @Test
  void distances() {
    double[] d = {-2, -0.5, 0, 0.05, 0.3, 1, 3};
    double[] smooth = {1.5, 0.125, 0, 0.00125, 0.045, 0.5, 2.5};
    double[] sharp = {
      1.944444444444, 0.444444444444, 0, 0.01125, 0.244444444444, 0.944444444444, 2.944444444444
    };
    for (int i = 0; i < d.length; i++) {
      // Some are not exact in single precision.
      double bound = (float) d[i] == d[i] ? 1e-10 : 1e-7;
      assertEquals(smooth[i], value(ElementLoss.smoothL1(1, Reduction.SUM), d[i], 0), bound);
      assertEquals(sharp[i], value(ElementLoss.smoothL1(1.0 / 9, Reduction.SUM), d[i], 0), bound);
      assertEquals(sharp[i] / 9, value(ElementLoss.huber(1.0 / 9, Reduction.SUM), d[i], 0), 1e-7);
      assertEquals(Math.abs(d[i]), value(ElementLoss.l1(Reduction.SUM), d[i], 0), 1e-7);
      assertEquals(d[i] * d[i], value(ElementLoss.l2(Reduction.SUM), d[i], 0), 1e-6);
    }
  }

  @Test
  void reductions() {
    Tensor x = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor zero = Tensor.zeros(2, 2);
    Tensor weights = Tensor.of(Shape.of(2, 2), 1, 1, 0, 2);
    assertEquals(2.5, ElementLoss.l1(Reduction.MEAN).evaluate(x, zero, null, null));
    assertEquals(5, ElementLoss.l1(Reduction.PER_SAMPLE).evaluate(x, zero, null, null));
    assertEquals(10, ElementLoss.l1(Reduction.SUM).evaluate(x, zero, null, null));
    assertEquals(11.0 / 4, ElementLoss.l1(Reduction.MEAN).evaluate(x, zero, weights, null));
    assertEquals(11.0 / 2, ElementLoss.l1(Reduction.PER_SAMPLE).evaluate(x, zero, weights, null));
    Tensor gradient = Tensor.zeros(2, 2).fill(5);
    assertEquals(0, ElementLoss.l1(Reduction.MEAN).evaluate(x, zero, zero, gradient));
    assertArrayEquals(new float[4], gradient.toArray());
  }

  /** A sure, perfect answer overlaps wholly; one that is sure and wrong not at all. */
  @Test
  void overlapByHand() {
    Tensor sure = Tensor.of(Shape.of(4, 2), 99, 0, 99, 0, 0, 99, 0, 99);
    Tensor right = Tensor.of(Shape.of(4), 0, 0, 1, 1);
    Tensor wrong = Tensor.of(Shape.of(4), 1, 1, 0, 0);
    Tensor half = Tensor.of(Shape.of(4), 0, 1, 1, 1);
    OverlapLoss dice = OverlapLoss.tversky(0.5, 0.5, 1e-9);
    OverlapLoss jaccard = OverlapLoss.tversky(1, 1, 1e-9);
    assertEquals(0, dice.evaluate(sure, right, null, null), 1e-7);
    assertEquals(1, dice.evaluate(sure, wrong, null, null), 1e-7);
    // Class 0: 1 hit, 1 false positive; class 1: 2 hits, 1 miss.
    assertEquals(1 - (2 / 3.0 + 4 / 5.0) / 2, dice.evaluate(sure, half, null, null), 1e-7);
    assertEquals(1 - (1 / 2.0 + 2 / 3.0) / 2, jaccard.evaluate(sure, half, null, null), 1e-7);
    assertEquals(
        1 - (2 / 2.5 + 3 / 3.5) / 2, OverlapLoss.dice().evaluate(sure, half, null, null), 1e-7);
  }

  /** CS231n, assignment 3, SimCLR: its example batch of two pairs. */
  @Test
  void simClrOfTheCourse() {
    Tensor z = Tensor.of(Shape.of(4, 3), 1, 2, 3, 4, 5, 6, 0, 8, 3, 10, 4, 9);
    assertEquals(1.0883454444075058, new NtXent(5).evaluate(z, null, null, null), 1e-6);
    assertEquals(1.053799549704031, new NtXent(1).evaluate(z, null, null, null), 1e-6);
  }

  /** CS231n, assignment 3, GANs: "gan_loss" and "lsgan_loss". */
  @Test
  void gansOfTheCourse() {
    Tensor real =
        Tensor.of(
            Shape.of(10, 1),
            0.9348731f,
            -1.0169891f,
            -0.57304769f,
            -0.88162704f,
            -1.4012939f,
            -1.4539569f,
            -1.5423976f,
            -0.57273325f,
            0.98584429f,
            0.13312152f);
    Tensor fake =
        Tensor.of(
            Shape.of(10, 1),
            -1.8086587f,
            0.090300554f,
            -0.4428902f,
            -0.078793675f,
            -0.37655044f,
            0.32084742f,
            -0.28590837f,
            1.0137628f,
            0.99241439f,
            0.39394346f);
    course(GanLoss.VANILLA, real, fake, 1.8423983904443109, 0.771286196423346);
    course(GanLoss.LEAST_SQUARES, real, fake, 1.8770293614440594, 0.816954786997558);
  }

  private void course(
      GanLoss loss, Tensor real, Tensor fake, double discriminator, double generator) {
    assertEquals(
        discriminator,
        loss.discriminator(real, true, null) + loss.discriminator(fake, false, null),
        1e-6);
    assertEquals(generator, loss.generator(fake, null), 1e-6);
    numeric(real, (x, g) -> loss.discriminator(x, true, g));
    numeric(fake, (x, g) -> loss.discriminator(x, false, g));
    numeric(fake, loss::generator);
  }

  private static void numeric(Tensor x, ToDoubleBiFunction<Tensor, Tensor> f) {
    Tensor gradient = Tensor.zeros(x.shape());
    assertEquals(f.applyAsDouble(x, null), f.applyAsDouble(x, gradient));
    double[] numeric = NumericGradient.all(() -> f.applyAsDouble(x, null), x, NumericGradient.STEP);
    for (int i = 0; i < numeric.length; i++) {
      assertEquals(numeric[i], gradient.get(i), 1e-5);
    }
  }

  /** The divergence in closed form, and gradients through divergence and draw. */
  @Test
  void gaussianLatent() {
    Shape shape = Shape.of(3, 4);
    assertEquals(
        0, GaussianLatent.divergence(Tensor.zeros(shape), Tensor.zeros(shape), null, null));
    Tensor one = Tensor.of(Shape.of(1, 1), 1);
    // m = 1, variance e: (e + 1 - 1 - 1) / 2.
    assertEquals((Math.E - 1) / 2, GaussianLatent.divergence(one, one, null, null), 1e-12);

    Tensor mean = InputSampler.uniform(shape, -1, 1, random);
    Tensor logVariance = InputSampler.uniform(shape, -1, 1, random);
    Tensor noise = InputSampler.uniform(shape, -2, 2, random);
    Tensor cotangent = InputSampler.uniform(shape, -1, 1, random);
    Tensor ofMean = Tensor.zeros(shape);
    Tensor ofLogVariance = Tensor.zeros(shape);
    GaussianLatent.divergence(mean, logVariance, ofMean, ofLogVariance);
    GaussianLatent.backward(logVariance, noise, cotangent, ofMean, ofLogVariance);
    ToDoubleBiFunction<Tensor, Tensor> whole =
        (m, v) -> {
          Tensor z = Tensor.zeros(shape);
          GaussianLatent.draw(m, v, noise, z);
          return GaussianLatent.divergence(m, v, null, null) + NumericGradient.dot(z, cotangent);
        };
    double[] byMean =
        NumericGradient.all(
            () -> whole.applyAsDouble(mean, logVariance), mean, NumericGradient.STEP);
    double[] byLogVariance =
        NumericGradient.all(
            () -> whole.applyAsDouble(mean, logVariance), logVariance, NumericGradient.STEP);
    for (int i = 0; i < byMean.length; i++) {
      assertEquals(byMean[i], ofMean.get(i), 1e-5);
      assertEquals(byLogVariance[i], ofLogVariance.get(i), 1e-5);
    }
  }

  @Test
  void refusals() {
    Tensor logits = Tensor.zeros(2, 3);
    Tensor soft = Tensor.zeros(2, 3);
    Tensor labels = Tensor.zeros(2);
    Loss entropy = new SoftmaxCrossEntropy().withClassWeights(1, 2);
    refused("expected 3", () -> entropy.evaluate(logits, labels, null, null));
    refused("class indices", () -> new MulticlassHinge().evaluate(logits, soft, null, null));
    refused("class indices", () -> new SoftmaxFocal(2).evaluate(logits, soft, null, null));
    assertThrows(
        ShapeException.class,
        () -> new SoftmaxCrossEntropy().evaluate(logits, labels, Tensor.zeros(3), null));
    assertThrows(
        ShapeException.class,
        () -> ElementLoss.l2(Reduction.MEAN).evaluate(logits, labels, null, null));
    assertThrows(
        ShapeException.class, () -> new NtXent(1).evaluate(Tensor.zeros(3, 2), null, null, null));
    assertThrows(ShapeException.class, () -> GaussianLatent.divergence(logits, labels, null, null));
    assertThrows(
        IllegalArgumentException.class, () -> new SoftmaxCrossEntropy().withLabelSmoothing(1));
    assertThrows(IllegalArgumentException.class, () -> new NtXent(0));
  }

  private static void refused(String part, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
