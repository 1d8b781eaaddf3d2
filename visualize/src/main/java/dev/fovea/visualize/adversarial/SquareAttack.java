package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * An attack that only asks for scores: squares of random place and colour, each at the border of
 * the ball, are kept if the objective grows; they become smaller with time. Starts from stripes.
 * Andriushchenko, Croce, Flammarion and Hein, "Square attack: a query-efficient black-box
 * adversarial attack via random search", ECCV 2020, for the norm L-infinity. Pictures {@code [N, C,
 * H, W]}.
 *
 * @param ball of {@link Norm#L_INF}
 * @param queries runs of the network for one picture, at most
 * @param share of the picture that the first squares cover; 0.8 in the paper
 */
public record SquareAttack(Ball ball, int queries, double share) implements Attack {

  /** When the squares get smaller by half, of 10,000 queries: the schedule of the paper. */
  private static final int[] HALVINGS = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  private static final double SCHEDULED = 10_000;

  /** Checks the norm. */
  public SquareAttack {
    if (ball.norm() != Norm.L_INF || queries < 1 || !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "square: found %s, %d queries, a share of %s; expected L_INF, 1 or more, up to 1"
              .formatted(ball.norm(), queries, share));
    }
  }

  @Override
  public String name() {
    return "square";
  }

  @Override
  public Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed) {
    if (x.shape().rank() != 4) {
      throw new IllegalArgumentException(
          "square: found inputs " + x.shape() + ", expected pictures [N, C, H, W]");
    }
    SplittableRandom random = new SplittableRandom(seed);
    Tensor result = x.copy();
    int samples = x.shape().dim(0);
    for (int n = 0; n < samples; n++) {
      Tensor one = x.slice(n, n + 1).copy();
      result.slice(n, n + 1).copyFrom(search(model, one, goal.of(n, samples), random.split()));
    }
    return result;
  }

  private Tensor search(DifferentiableModel model, Tensor x, Goal goal, SplittableRandom random) {
    Tensor best = stripes(x, random);
    double value = Double.NEGATIVE_INFINITY;
    Tensor tried = best;
    for (int q = 0; q < queries; q++) {
      Tensor scores = model.scores(tried);
      double now = goal.evaluate(scores, Tensor.zeros(scores.shape()))[0];
      if (now > value || q == 0) {
        value = now;
        best = tried;
        if (goal.isReached(scores)) {
          return best;
        }
      }
      tried = best.copy();
      paint(tried, x, side(q + 1, x.shape()), random);
    }
    return best;
  }

  private Tensor stripes(Tensor x, SplittableRandom random) {
    Tensor striped = x.copy();
    int width = x.shape().dim(3);
    float[] sign = new float[width * x.shape().dim(1)];
    for (int i = 0; i < sign.length; i++) {
      sign[i] = random.nextBoolean() ? 1 : -1;
    }
    int plane = x.shape().size(2, 4);
    for (int i = 0; i < striped.size(); i++) {
      striped.array()[i] += (float) (ball.radius() * sign[i / plane * width + i % width]);
    }
    ball.project(striped, x);
    return striped;
  }

  /** Side of the squares of a query. */
  private int side(int query, Shape shape) {
    double p = share;
    for (int halving : HALVINGS) {
      p = query > halving / SCHEDULED * queries ? p / 2 : p;
    }
    int height = shape.dim(2);
    int width = shape.dim(3);
    int side = (int) Math.round(Math.sqrt(p * height * width));
    return Math.max(1, Math.min(side, Math.min(height, width)));
  }

  private void paint(Tensor tried, Tensor x, int side, SplittableRandom random) {
    int height = x.shape().dim(2);
    int width = x.shape().dim(3);
    int top = random.nextInt(height - side + 1);
    int left = random.nextInt(width - side + 1);
    for (int c = 0; c < x.shape().dim(1); c++) {
      float change = (float) (random.nextBoolean() ? ball.radius() : -ball.radius());
      for (int y = top; y < top + side; y++) {
        for (int i = (c * height + y) * width + left;
            i < (c * height + y) * width + left + side;
            i++) {
          tried.array()[i] = x.get(i) + change;
        }
      }
    }
    ball.project(tried, x);
  }
}
