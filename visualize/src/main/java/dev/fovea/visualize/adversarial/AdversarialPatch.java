package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A square that makes a network see a chosen class wherever it is put: {@code max_p E log P(t |
 * A(p, x, l))} over pictures x and random places l, by steps of the sign of the gradient. Brown,
 * Mané, Roy, Abadi and Gilmer, "Adversarial patch", NIPS workshop 2017; neither turned nor scaled
 * here.
 *
 * @param side of the square in pixels
 * @param steps of the ascent, each on one picture at one place
 * @param rate length of a step in each pixel
 */
public record AdversarialPatch(int side, int steps, double rate) {
  private static final float MIDDLE = 0.5f;

  /** Checks the ranges. */
  public AdversarialPatch {
    if (side < 1 || steps < 1 || !(rate > 0)) {
      throw new IllegalArgumentException(
          "patch: found the side %d, %d steps of %s, expected 1 or more, more than 0"
              .formatted(side, steps, rate));
    }
  }

  /**
   * Makes a patch.
   *
   * @param pictures each with its goal
   * @return {@code [1, C, side, side]}, from 0 to 1
   * @throws IllegalArgumentException if there are no pictures, or one is smaller than the patch
   */
  public Tensor of(DifferentiableModel model, List<Sample> pictures, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor patch =
        Tensor.zeros(1, Sample.shape(pictures.subList(0, 1)).dim(1), side, side).fill(MIDDLE);
    Tensor gradient = Tensor.zeros(patch.shape());
    Ball all = Ball.unbounded(Norm.L_INF);
    for (int t = 0; t < steps; t++) {
      Sample sample = pictures.get(t % pictures.size());
      Place place = place(sample.x().shape(), random);
      Tensor byPicture = model.evaluate(apply(sample.x(), patch, place), sample.goal()).gradient();
      copy(byPicture, gradient, place, false);
      Steps.ascend(patch, gradient, Norm.L_INF, rate);
      all.project(patch, patch);
    }
    return patch;
  }

  /**
   * Where the upper left corner of a patch lies.
   *
   * @param x column
   * @param y row
   */
  public record Place(int x, int y) {}

  /**
   * A random place in pictures of a shape.
   *
   * @throws IllegalArgumentException if they are smaller than the patch
   */
  public Place place(Shape shape, SplittableRandom random) {
    int height = shape.dim(2);
    int width = shape.dim(3);
    if (side > Math.min(height, width)) {
      throw new IllegalArgumentException(
          "patch: found a side of %d for pictures of %d x %d, expected less"
              .formatted(side, width, height));
    }
    return new Place(random.nextInt(width - side + 1), random.nextInt(height - side + 1));
  }

  /** A copy of a picture with a patch on it. */
  public Tensor apply(Tensor x, Tensor patch, Place place) {
    Tensor patched = x.copy();
    copy(patched, patch, place, true);
    return patched;
  }

  /** Between a picture and a patch: into the picture, or out of it. */
  private void copy(Tensor picture, Tensor patch, Place place, boolean into) {
    Shape shape = picture.shape();
    for (int row = 0; row < shape.dim(1) * side; row++) {
      int c = row / side;
      int y = place.y() + row % side;
      int at = picture.offset() + (c * shape.dim(2) + y) * shape.dim(3) + place.x();
      if (into) {
        System.arraycopy(patch.array(), row * side, picture.array(), at, side);
      } else {
        System.arraycopy(picture.array(), at, patch.array(), row * side, side);
      }
    }
  }
}
