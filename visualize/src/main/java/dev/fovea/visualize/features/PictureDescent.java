package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Lbfgs;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes a picture until an objective is small. Immutable and thread-safe; equal seeds give equal
 * pictures.
 *
 * @param rule how steps are made
 * @param iterations how many steps; for {@link Rule#LBFGS} at most so many evaluations
 * @param rate the learning rate, in units of the network's input; not used by {@link Rule#LBFGS}
 * @param jitter before each step the picture is rolled by up to so many pixels along both axes, and
 *     back afterwards: patterns then do not settle on the grid of strides. Mordvintsev, Olah and
 *     Tyka, "Inceptionism", 2015. Must be 0 for {@link Rule#LBFGS}, which wants the same function
 *     each time
 * @param seed of the jitter
 */
public record PictureDescent(Rule rule, int iterations, double rate, int jitter, long seed) {
  private static final int LBFGS_HISTORY = 10;

  /** How a step follows from the gradient. */
  public enum Rule {
    /** {@code x -= rate g / mean |g|}: DeepDream's step, of one length whatever the loss. */
    NORMALIZED_GRADIENT,
    /** {@link Adam}. */
    ADAM,
    /** {@link Lbfgs} with a line search; the value falls with each step that is kept. */
    LBFGS
  }

  /** Checks the numbers. */
  public PictureDescent {
    if (iterations < 1 || jitter < 0 || !(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "descent: found iterations "
              + iterations
              + ", rate "
              + rate
              + ", jitter "
              + jitter
              + ", expected at least 1, more than 0, at least 0");
    }
    if (rule == Rule.LBFGS && jitter != 0) {
      throw new IllegalArgumentException("descent: found jitter " + jitter + ", L-BFGS expects 0");
    }
  }

  /**
   * Where a descent ended.
   *
   * @param picture a new host tensor
   * @param losses value of the objective at each iteration
   */
  public record Result(Tensor picture, List<Double> losses) {
    /** Copies the list. */
    public Result {
      losses = List.copyOf(losses);
    }
  }

  /**
   * Makes an objective small.
   *
   * @param start {@code [1, C, H, W]}; not modified
   * @param range what the picture is kept within after each step; null for none. L-BFGS is not kept
   *     within it on its way, only its end is
   * @param listener told of every step; can end the work
   */
  public Result minimize(
      PictureObjective objective, Tensor start, PixelRange range, PictureListener listener) {
    Result result =
        rule == Rule.LBFGS
            ? lbfgs(objective, start, listener)
            : steps(objective, start, range, listener);
    if (range != null) {
      range.clamp(result.picture());
    }
    return result;
  }

  private Result steps(
      PictureObjective objective, Tensor start, PixelRange range, PictureListener listener) {
    Tensor picture = start.copy();
    Tensor gradient = Tensor.zeros(start.shape());
    SplittableRandom random = new SplittableRandom(seed);
    Adam adam = new Adam();
    adam.attach(List.of(picture));
    List<Double> losses = new ArrayList<>();
    boolean goOn = true;
    for (int i = 1; i <= iterations && goOn; i++) {
      int dy = jitter == 0 ? 0 : random.nextInt(-jitter, jitter + 1);
      int dx = jitter == 0 ? 0 : random.nextInt(-jitter, jitter + 1);
      double loss = objective.evaluate(rolled(picture, dy, dx), gradient);
      losses.add(loss);
      Tensor back = rolled(gradient, -dy, -dx);
      if (rule == Rule.ADAM) {
        adam.step(List.of(back), rate);
      } else {
        normalizedStep(picture, back);
      }
      if (range != null) {
        range.clamp(picture);
      }
      goOn = listener.step(i, loss, picture);
    }
    return new Result(picture, losses);
  }

  private void normalizedStep(Tensor picture, Tensor gradient) {
    double sum = 0;
    for (int i = 0; i < gradient.size(); i++) {
      sum += Math.abs(gradient.get(i));
    }
    float factor = (float) (rate * gradient.size() / Math.max(sum, Float.MIN_NORMAL));
    for (int i = 0; i < gradient.size(); i++) {
      picture.array()[picture.offset() + i] -= factor * gradient.get(i);
    }
  }

  /**
   * A picture moved down and to the right, what leaves it coming in at the other side; the picture
   * itself if it is not moved.
   */
  static Tensor rolled(Tensor picture, int dy, int dx) {
    if (dy == 0 && dx == 0) {
      return picture;
    }
    Shape shape = picture.shape();
    int height = shape.dim(2);
    int width = shape.dim(3);
    int shift = Math.floorMod(dx, width);
    Tensor result = Tensor.zeros(shape);
    for (int row = 0; row < picture.size() / width; row++) {
      int plane = row / height * height;
      int to = (plane + Math.floorMod(row - plane + dy, height)) * width;
      int from = picture.offset() + row * width;
      System.arraycopy(picture.array(), from, result.array(), to + shift, width - shift);
      System.arraycopy(picture.array(), from + width - shift, result.array(), to, shift);
    }
    return result;
  }

  private Result lbfgs(PictureObjective objective, Tensor start, PictureListener listener) {
    List<Double> losses = new ArrayList<>();
    Tensor picture = Tensor.zeros(start.shape());
    Tensor gradient = Tensor.zeros(start.shape());
    boolean[] goOn = {true};
    Lbfgs.Objective f =
        (x, g) -> {
          if (!goOn[0]) {
            // Nothing is better than what there is: the search ends without a further step.
            return Double.POSITIVE_INFINITY;
          }
          write(x, picture);
          double loss = objective.evaluate(picture, gradient);
          for (int i = 0; i < g.length; i++) {
            g[i] = gradient.get(i);
          }
          losses.add(loss);
          goOn[0] = listener.step(losses.size(), loss, picture) && losses.size() < iterations;
          return loss;
        };
    double[] x = new double[start.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = start.get(i);
    }
    write(new Lbfgs(LBFGS_HISTORY, iterations, 0).minimize(f, x).x(), picture);
    return new Result(picture, losses);
  }

  private static void write(double[] x, Tensor picture) {
    for (int i = 0; i < x.length; i++) {
      picture.array()[i] = (float) x[i];
    }
  }
}
