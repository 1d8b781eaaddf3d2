package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The nearest border between classes, as if the network were linear, again and again: of the
 * candidates {@code k} with {@code f_k = s_k - s_y} and {@code w_k = d f_k / dx} the nearest is
 * stepped onto, {@code r = |f_k| / |w_k|_2^2 w_k}; for {@link Norm#L_INF} {@code r = |f_k| /
 * |w_k|_1 sign(w_k)}. In the end the perturbation is taken a little further than the border.
 * Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool: a simple and accurate method to fool deep neural
 * networks", CVPR 2016. Untargeted; scores {@code [N, K]}.
 *
 * @param ball bound of the result; mostly unbounded
 * @param candidates how many classes are looked at, the best ones first; 10 in the paper
 * @param steps at most; 50 in the paper
 * @param overshoot how much further, as a share; 0.02 in the paper
 */
public record DeepFool(Ball ball, int candidates, int steps, double overshoot) implements Attack {

  /** Keeps a step from being infinite where there is no gradient. */
  private static final double TINY = 1e-12;

  /** With the figures of the paper. */
  public static DeepFool of(Ball ball) {
    return new DeepFool(ball, 10, 50, 0.02);
  }

  @Override
  public String name() {
    return "deepfool";
  }

  @Override
  public Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed) {
    if (goal.targeted()) {
      throw new IllegalArgumentException(
          "deepfool: found a class to be reached, expected none, as it takes the nearest");
    }
    Tensor result = x.copy();
    int samples = x.shape().dim(0);
    for (int n = 0; n < samples; n++) {
      Tensor one = x.slice(n, n + 1).copy();
      result.slice(n, n + 1).copyFrom(perturb(model, one, goal.of(n, samples)));
    }
    return result;
  }

  private Tensor perturb(DifferentiableModel model, Tensor x, Goal goal) {
    int label = goal.classes()[0];
    double[] total = new double[x.size()];
    Tensor scores = model.scores(x);
    int[] others = best(scores, label);
    Tensor at = x.copy();
    for (int t = 0; t < steps && !goal.isReached(scores); t++) {
      step(model, at, label, others, total);
      at = moved(x, total, 1 + overshoot);
      ball.project(at, x);
      scores = model.scores(at);
    }
    return at;
  }

  private Tensor moved(Tensor x, double[] by, double factor) {
    Tensor moved = x.copy();
    for (int i = 0; i < by.length; i++) {
      moved.array()[i] += (float) (factor * by[i]);
    }
    return moved;
  }

  /** Adds the step onto the nearest border. */
  private void step(DifferentiableModel model, Tensor at, int label, int[] others, double[] total) {
    double nearest = Double.POSITIVE_INFINITY;
    double gap = 0;
    Tensor normal = null;
    for (int k : others) {
      DifferentiableModel.Evaluation e = model.evaluate(at, difference(k, label));
      double f = Math.abs(e.values()[0]);
      double distance = f / (length(e.gradient()) + TINY);
      if (distance < nearest) {
        nearest = distance;
        gap = f;
        normal = e.gradient();
      }
    }
    if (normal == null) {
      return;
    }
    double length = length(normal);
    for (int i = 0; i < total.length; i++) {
      total[i] +=
          ball.norm() == Norm.L2
              ? gap / (length * length + TINY) * normal.get(i)
              : gap / (length + TINY) * Math.signum(normal.get(i));
    }
  }

  /** The dual norm, by which distances to borders are measured. */
  private double length(Tensor gradient) {
    double sum = 0;
    for (int i = 0; i < gradient.size(); i++) {
      double g = gradient.get(i);
      sum += ball.norm() == Norm.L2 ? g * g : Math.abs(g);
    }
    return ball.norm() == Norm.L2 ? Math.sqrt(sum) : sum;
  }

  /** {@code s_k - s_label} of one sample. */
  private static DifferentiableModel.Objective difference(int k, int label) {
    return (scores, cotangent) -> {
      cotangent.fill(0);
      cotangent.array()[cotangent.offset() + k] = 1;
      cotangent.array()[cotangent.offset() + label] = -1;
      return new double[] {(double) scores.get(k) - scores.get(label)};
    };
  }

  private int[] best(Tensor scores, int label) {
    Shape shape = scores.shape();
    if (shape.rank() != 2) {
      throw new IllegalArgumentException(
          "deepfool: found scores " + shape + ", expected those of a classifier, [N, K]");
    }
    return IntStream.range(0, shape.dim(1))
        .filter(k -> k != label)
        .boxed()
        .sorted((a, b) -> Float.compare(scores.get(b), scores.get(a)))
        .limit(candidates)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
