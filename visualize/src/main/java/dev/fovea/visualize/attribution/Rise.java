package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * RISE, randomized input sampling for explanation: the mean of random masks M, each weighted by the
 * score of the picture under it, {@code 1 / (n p) sum_k S(x M_k) M_k}. A mask is a coarse grid of
 * which each cell is 1 with probability p, enlarged bilinearly and moved by less than a cell. One
 * run for each mask; sees nothing of the network but its score. Petsiuk, Das and Saenko, BMVC 2018.
 * Its scores are probabilities; those that can be negative move the whole map by a constant, so the
 * mean score is taken off: {@code sum_k (S_k - mean S) M_k}.
 *
 * @param masks how many, at least 1; the paper has 4000 and more
 * @param cells of the grid along each side; the paper has 7
 * @param probability that a cell is shown; the paper has 0.5
 * @param seed of the masks
 */
public record Rise(int masks, int cells, double probability, long seed) implements BlackBox {

  /** Checks the numbers. */
  public Rise {
    if (masks < 1 || cells < 1 || !(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "RISE: found masks "
              + masks
              + ", cells "
              + cells
              + ", probability "
              + probability
              + ", expected at least 1, at least 1, between 0 and 1");
    }
  }

  @Override
  public Tensor attribute(ToDoubleFunction<Tensor> score, Tensor input, Progress progress) {
    int height = input.shape().dim(2);
    int width = input.shape().dim(3);
    SplittableRandom random = new SplittableRandom(seed);
    double[] weighted = new double[height * width];
    double[] plain = new double[height * width];
    double scores = 0;
    for (int k = 0; k < masks; k++) {
      float[] mask = mask(random, width, height);
      double found = score.applyAsDouble(Masks.product(input, mask));
      scores += found;
      for (int i = 0; i < mask.length; i++) {
        weighted[i] += found * mask[i];
        plain[i] += mask[i];
      }
      progress.done(k + 1, masks);
    }
    Tensor map = Tensor.zeros(1, 1, height, width);
    for (int i = 0; i < weighted.length; i++) {
      map.array()[i] = (float) ((weighted[i] - scores / masks * plain[i]) / (masks * probability));
    }
    return map;
  }

  /** A random mask: a grid of one cell more than fits, from which a window is cut. */
  private float[] mask(SplittableRandom random, int width, int height) {
    float[] grid = new float[(cells + 1) * (cells + 1)];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.nextDouble() < probability ? 1 : 0;
    }
    HeatMap coarse = new HeatMap(grid, cells + 1, cells + 1);
    double left = random.nextDouble();
    double top = random.nextDouble();
    float[] mask = new float[width * height];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        mask[i] = coarse.at(left + (x + 0.5) * cells / width, top + (y + 0.5) * cells / height);
      }
    }
    return mask;
  }
}
