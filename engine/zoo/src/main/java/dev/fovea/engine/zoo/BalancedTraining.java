package dev.fovea.engine.zoo;

import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Training samples in which every class is as frequent as any other: each sample is replaced by one
 * of a random class, drawn with replacement. The seed of the sample decides; the samples of an
 * epoch are as many as before. Thread-safe.
 */
public final class BalancedTraining implements TrainingData {
  private final TrainingData data;
  private final List<int[]> members;

  /**
   * Balances samples.
   *
   * @param data the samples
   * @param labels the class of each sample
   * @throws IllegalArgumentException if there is not one label for each sample
   */
  public BalancedTraining(TrainingData data, int[] labels) {
    if (labels.length != data.size()) {
      throw new IllegalArgumentException(
          "balancing: found " + labels.length + " labels for " + data.size() + " samples");
    }
    this.data = data;
    this.members = members(labels);
  }

  /** The classes of a data set, for {@link #BalancedTraining} and {@link #weights}. */
  public static int[] labels(ClassificationDataset data) {
    int[] labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
    }
    return labels;
  }

  /**
   * The other way to balance: weights for a loss, {@code samples / (classes * samples of the
   * class)}, 0 for a class without samples. The mean over all samples is 1 if every class has some.
   *
   * @param labels the class of each sample
   * @param classes number of classes
   */
  public static double[] weights(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    double[] weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = counts[c] == 0 ? 0 : (double) labels.length / classes / counts[c];
    }
    return weights;
  }

  /** The samples of each class that has any. */
  private static List<int[]> members(int[] labels) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      while (lists.size() <= labels[i]) {
        lists.add(new ArrayList<>());
      }
      lists.get(labels[i]).add(i);
    }
    return lists.stream()
        .filter(list -> !list.isEmpty())
        .map(list -> list.stream().mapToInt(i -> i).toArray())
        .toList();
  }

  @Override
  public int size() {
    return data.size();
  }

  @Override
  public Shape inputShape() {
    return data.inputShape();
  }

  @Override
  public Shape targetShape() {
    return data.targetShape();
  }

  @Override
  public boolean weighted() {
    return data.weighted();
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] chosen = members.get(random.nextInt(members.size()));
    int drawn = chosen[random.nextInt(chosen.length)];
    data.sample(drawn, random.nextLong(), input, target, weight);
  }
}
