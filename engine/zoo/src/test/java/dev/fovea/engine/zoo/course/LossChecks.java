package dev.fovea.engine.zoo.course;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Axes;
import dev.fovea.engine.op.Div;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.ReduceL2;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.GanLoss;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.MulticlassHinge;
import dev.fovea.engine.train.NtXent;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.zoo.caption.CaptionLoss;
import java.util.Map;
import java.util.SplittableRandom;

/** Losses, and what a loss is before anything is learnt. */
final class LossChecks {

  private LossChecks() {}

  static Map<String, CourseCheck> all() {
    return Map.of(
        "softmax_and_svm_loss", LossChecks::classes,
        "gan_loss", (e, backend, found) -> gan(e, found, GanLoss.VANILLA),
        "lsgan_loss", (e, backend, found) -> gan(e, found, GanLoss.LEAST_SQUARES),
        "simclr", LossChecks::pairs,
        "statistical_sanity_checks", LossChecks::atTheStart);
  }

  private static void classes(CourseEntry e, Backend backend, Found found) {
    Map<String, Loss> losses =
        Map.of("softmax", new SoftmaxCrossEntropy(), "svm", new MulticlassHinge(1));
    losses.forEach(
        (name, loss) -> {
          Tensor gradient = Tensor.zeros(50, 10);
          found.single(name + "_loss", loss.evaluate(e.in("x"), e.in("y"), null, gradient));
          found.single(name + "_dx", gradient);
        });
  }

  private static void gan(CourseEntry e, Found found, GanLoss loss) {
    Tensor made = e.in("logits_fake");
    double real = loss.discriminator(e.in("logits_real"), true, null);
    found.precise("d_loss", real + loss.discriminator(made, false, null));
    found.precise("g_loss", loss.generator(made, null));
  }

  /** Two pairs: rows 0 and 1 on the left belong to rows 2 and 3, those on the right. */
  private static void pairs(CourseEntry e, Backend backend, Found found) {
    Tensor rows = Tensor.zeros(4, 3);
    rows.slice(0, 2).copyFrom(e.in("left"));
    rows.slice(2, 4).copyFrom(e.in("right"));
    Tensor norms = OneOp.inference(backend, new ReduceL2(Axes.of(1)), rows).output(0);
    Tensor unit = OneOp.inference(backend, new Div(), rows, norms).output(0);
    Tensor cosines =
        OneOp.inference(backend, new Gemm(1, 1, false, true), unit, unit.copy()).output(0);
    found.single("sim_matrix", cosines);
    found.single("sim_positive_pairs", cosines.get(2), cosines.get(4 + 3));
    found.precise("loss_tau_5", new NtXent(5).evaluate(rows, null, null, null));
    found.precise("loss_tau_1", new NtXent(1).evaluate(rows, null, null, null));
  }

  /** Scores near 0: no class is preferred. */
  private static void atTheStart(CourseEntry e, Backend backend, Found found) {
    SplittableRandom random = new SplittableRandom(231);
    Tensor scores = scores(random, 100, 10);
    Tensor classes = words(random, 0, 100);
    Loss softmax = new SoftmaxCrossEntropy();
    found.precise("initial_softmax_loss_10_classes", softmax.evaluate(scores, classes, null, null));
    found.precise(
        "initial_svm_loss_10_classes",
        new MulticlassHinge(1).evaluate(scores, classes, null, null));
    Loss caption = new CaptionLoss(0);
    found.precise("temporal_softmax_N100_T1_V10_keep1", captions(caption, random, 100, 1, 1));
    found.precise("temporal_softmax_N100_T10_V10_keep1", captions(caption, random, 100, 10, 1));
    found.precise(
        "temporal_softmax_N5000_T10_V10_keep0.1", captions(caption, random, 5000, 10, 0.1));
  }

  private static double captions(Loss loss, SplittableRandom random, int n, int time, double keep) {
    Tensor target = words(random, 1, n, time);
    for (int i = 0; i < target.size(); i++) {
      if (random.nextDouble() >= keep) {
        target.array()[i] = 0;
      }
    }
    return loss.evaluate(scores(random, n, time, 10), target, null, null);
  }

  private static Tensor scores(SplittableRandom random, int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (1e-3 * random.nextDouble());
    }
    return t;
  }

  private static Tensor words(SplittableRandom random, int first, int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = random.nextInt(first, 10);
    }
    return t;
  }
}
