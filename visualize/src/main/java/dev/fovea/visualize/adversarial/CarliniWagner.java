package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import java.util.List;

/**
 * The smallest perturbation by descent: {@code min |x' - x|_2^2 + c f(x')} with {@code x' =
 * (tanh(w) + 1) / 2} in the range of pixels and the margin {@code f = max(s_y - max_{k != y} s_k,
 * -kappa)}, for a chosen class {@code t} {@code max(max_{k != t} s_k - s_t, -kappa)}; the smallest
 * {@code c} that succeeds is found by bisection. Carlini and Wagner, "Towards evaluating the
 * robustness of neural networks", IEEE S&amp;P 2017. Scores {@code [N, K]}.
 *
 * @param ball of {@link Norm#L2}; bound of the result, mostly unbounded
 * @param searches values of c that are tried
 * @param steps of the descent for each of them
 * @param rate learning rate of {@link Adam}
 * @param start the first c
 * @param confidence the margin kappa
 */
public record CarliniWagner(
    Ball ball, int searches, int steps, double rate, double start, double confidence)
    implements Attack {

  /** Keeps the arctanh finite at the ends of the range. */
  private static final double INSIDE = 1 - 1e-6;

  private static final double GROWTH = 10;

  /** Checks the norm. */
  public CarliniWagner {
    if (ball.norm() != Norm.L2) {
      throw new IllegalArgumentException("cw: found the norm L-infinity, expected L2");
    }
  }

  /** Fewer steps than the paper's 9 times 10,000, which change little. */
  public static CarliniWagner of(Ball ball) {
    return new CarliniWagner(ball, 5, 100, 0.01, 1, 0);
  }

  @Override
  public String name() {
    return "cw";
  }

  @Override
  public Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed) {
    Tensor result = x.copy();
    int samples = x.shape().dim(0);
    for (int n = 0; n < samples; n++) {
      Tensor one = x.slice(n, n + 1).copy();
      result.slice(n, n + 1).copyFrom(new Search(model, one, goal.of(n, samples)).run());
    }
    ball.project(result, x);
    return result;
  }

  /** The search for one sample. */
  private final class Search {
    private final DifferentiableModel model;
    private final Tensor x;
    private final Goal goal;
    private Tensor best;
    private double shortest = Double.POSITIVE_INFINITY;

    Search(DifferentiableModel model, Tensor x, Goal goal) {
      this.model = model;
      this.x = x;
      this.goal = goal;
      this.best = x.copy();
    }

    Tensor run() {
      double low = 0;
      double high = Double.POSITIVE_INFINITY;
      double c = start;
      for (int s = 0; s < searches; s++) {
        if (descend(c)) {
          high = c;
        } else {
          low = c;
        }
        c = high == Double.POSITIVE_INFINITY ? c * GROWTH : (low + high) / 2;
      }
      return best;
    }

    /** Whether the goal was reached on the way. */
    private boolean descend(double c) {
      Tensor w = Tensor.zeros(x.shape());
      double middle = ((double) ball.lower() + ball.upper()) / 2;
      double half = ((double) ball.upper() - ball.lower()) / 2;
      for (int i = 0; i < w.size(); i++) {
        double t = Math.max(-INSIDE, Math.min(INSIDE, (x.get(i) - middle) / half));
        w.array()[i] = (float) (0.5 * Math.log((1 + t) / (1 - t)));
      }
      Adam adam = new Adam();
      adam.attach(List.of(w));
      Tensor gradient = Tensor.zeros(x.shape());
      boolean reached = false;
      for (int t = 0; t < steps; t++) {
        Tensor at = Tensor.zeros(x.shape());
        for (int i = 0; i < w.size(); i++) {
          at.array()[i] = (float) (middle + half * Math.tanh(w.get(i)));
        }
        DifferentiableModel.Evaluation e = model.evaluate(at, this::margin);
        double length = Norm.L2.of(Ball.difference(at, x));
        if (e.values()[0] <= -confidence && goal.isReached(e.scores())) {
          reached = true;
          keep(at, length);
        }
        for (int i = 0; i < w.size(); i++) {
          double tanh = (at.get(i) - middle) / half;
          double byPixel = 2 * ((double) at.get(i) - x.get(i)) + c * e.gradient().get(i);
          gradient.array()[i] = (float) (byPixel * half * (1 - tanh * tanh));
        }
        adam.step(List.of(gradient), rate);
      }
      return reached;
    }

    private void keep(Tensor at, double length) {
      if (length < shortest) {
        shortest = length;
        best = at;
      }
    }

    private double[] margin(Tensor scores, Tensor cotangent) {
      requireClasses(scores.shape());
      int own = goal.classes()[0];
      int other = own == 0 ? 1 : 0;
      for (int k = 0; k < scores.shape().dim(1); k++) {
        if (k != own && scores.get(k) > scores.get(other)) {
          other = k;
        }
      }
      double sign = goal.targeted() ? -1 : 1;
      double margin = sign * ((double) scores.get(own) - scores.get(other));
      cotangent.fill(0);
      if (margin > -confidence) {
        cotangent.array()[cotangent.offset() + own] = (float) sign;
        cotangent.array()[cotangent.offset() + other] = (float) -sign;
      }
      return new double[] {Math.max(margin, -confidence)};
    }

    private static void requireClasses(Shape shape) {
      if (shape.rank() != 2 || shape.dim(1) < 2) {
        throw new IllegalArgumentException(
            "cw: found scores " + shape + ", expected those of a classifier, [N, K]");
      }
    }
  }
}
