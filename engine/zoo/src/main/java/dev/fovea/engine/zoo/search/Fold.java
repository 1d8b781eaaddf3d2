package dev.fovea.engine.zoo.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One round of cross-validation. The arrays are not to be modified.
 *
 * @param training indices to train on, ascending
 * @param validation indices to measure on, ascending; none of them is trained on
 */
public record Fold(int[] training, int[] validation) {

  /**
   * The rounds of k-fold cross-validation: every index is measured on in exactly one of them, and
   * the parts differ by one in size at most.
   *
   * @param size number of samples
   * @param folds number of rounds, 2 to {@code size}
   * @param seed decides which sample is in which part
   * @throws IllegalArgumentException if there are too few samples or folds
   */
  public static List<Fold> of(int size, int folds, long seed) {
    if (folds < 2 || folds > size) {
      throw new IllegalArgumentException(
          "cross-validation: found " + folds + " folds, expected 2 to the samples, " + size);
    }
    int[] order = shuffled(size, seed);
    List<Fold> all = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      int from = (int) ((long) size * f / folds);
      int to = (int) ((long) size * (f + 1) / folds);
      int[] validation = Arrays.copyOfRange(order, from, to);
      int[] training =
          IntStream.range(0, size).filter(i -> i < from || i >= to).map(i -> order[i]).toArray();
      Arrays.sort(validation);
      Arrays.sort(training);
      all.add(new Fold(training, validation));
    }
    return List.copyOf(all);
  }

  /** Fisher-Yates. */
  private static int[] shuffled(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
