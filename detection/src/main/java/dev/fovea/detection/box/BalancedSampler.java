package dev.fovea.detection.box;

import dev.fovea.detection.box.Matcher.Label;
import dev.fovea.detection.box.Matcher.Matches;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws the anchors of an image that take part in the loss: not more positive ones than a fraction,
 * and negative ones for the rest, as there are very many (Girshick 2015, "Fast R-CNN").
 *
 * <p>Immutable and thread-safe; the same seed draws the same.
 *
 * @param size anchors drawn from an image, if there are as many
 * @param positive largest fraction of positive ones, 0 to 1
 */
public record BalancedSampler(int size, double positive) {
  /** Region proposal networks: 256, half of them positive. */
  public static final BalancedSampler PROPOSALS = new BalancedSampler(256, 0.5);

  /** Heads on proposals: 512, a quarter positive. */
  public static final BalancedSampler HEADS = new BalancedSampler(512, 0.25);

  /**
   * What was drawn.
   *
   * @param positive indices of positive anchors, ascending
   * @param negative indices of negative anchors, ascending
   */
  public record Sample(int[] positive, int[] negative) {}

  /** Checks the numbers. */
  public BalancedSampler {
    if (size < 1 || !(positive >= 0 && positive <= 1)) {
      throw new IllegalArgumentException(
          "sampler: found size "
              + size
              + " and positive fraction "
              + positive
              + ", expected a size above 0 and a fraction from 0 to 1");
    }
  }

  /** Draws from the anchors of an image. */
  public Sample sample(Matches matches, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] drawn = draw(matches.with(Label.POSITIVE), (int) (size * positive), random);
    return new Sample(drawn, draw(matches.with(Label.NEGATIVE), size - drawn.length, random));
  }

  /** The first of a shuffle, as far as it goes. */
  private static int[] draw(int[] from, int most, SplittableRandom random) {
    int n = Math.min(most, from.length);
    for (int i = 0; i < n; i++) {
      int other = random.nextInt(i, from.length);
      int taken = from[other];
      from[other] = from[i];
      from[i] = taken;
    }
    int[] drawn = Arrays.copyOf(from, n);
    Arrays.sort(drawn);
    return drawn;
  }
}
