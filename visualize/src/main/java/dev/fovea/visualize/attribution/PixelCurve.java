package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A measure of explanations: the score of a picture of which more and more pixels are replaced, the
 * hottest ones first. Deletion replaces them in the picture by nothing: the sooner the score falls,
 * the better the explanation. Insertion puts them into a picture of nothing: the sooner it rises,
 * the better. Petsiuk, Das and Saenko, "RISE", BMVC 2018.
 *
 * @param shares of the pixels that were replaced, from 0 to 1
 * @param scores at each share
 */
public record PixelCurve(List<Double> shares, List<Double> scores) {

  /** Copies the lists. */
  public PixelCurve {
    shares = List.copyOf(shares);
    scores = List.copyOf(scores);
  }

  /** The area under the curve by trapezoids, the mean score. */
  public double area() {
    double sum = 0;
    for (int i = 1; i < shares.size(); i++) {
      sum += (shares.get(i) - shares.get(i - 1)) * (scores.get(i) + scores.get(i - 1)) / 2;
    }
    return sum;
  }

  /**
   * Deletes pixels.
   *
   * @param heat in the size of the input
   * @param score of an input; a probability, so that curves of several pictures can be compared
   * @param input {@code [1, C, H, W]}; not modified
   * @param nothing what pixels are replaced by, in the shape of the input: zeros, or a blurred copy
   * @param steps how many times a part is replaced, at least 1
   */
  public static PixelCurve deletion(
      HeatMap heat, ToDoubleFunction<Tensor> score, Tensor input, Tensor nothing, int steps) {
    return replace(heat, score, input, nothing, steps);
  }

  /** Inserts pixels; the arguments are those of {@link #deletion}. */
  public static PixelCurve insertion(
      HeatMap heat, ToDoubleFunction<Tensor> score, Tensor input, Tensor nothing, int steps) {
    return replace(heat, score, nothing, input, steps);
  }

  private static PixelCurve replace(
      HeatMap heat, ToDoubleFunction<Tensor> score, Tensor from, Tensor to, int steps) {
    float[] values = heat.values();
    if (steps < 1 || !from.shape().equals(to.shape()) || from.size() % values.length != 0) {
      throw new IllegalArgumentException(
          "pixel curve: found "
              + steps
              + " steps, pictures "
              + from.shape()
              + " and "
              + to.shape()
              + ", heat of "
              + values.length
              + " pixels, expected at least 1 and one size");
    }
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -values[i]));
    Tensor now = from.copy();
    List<Double> shares = new ArrayList<>(List.of(0.0));
    List<Double> scores = new ArrayList<>(List.of(score.applyAsDouble(now)));
    int done = 0;
    for (int k = 1; k <= steps; k++) {
      int end = (int) ((long) values.length * k / steps);
      for (; done < end; done++) {
        for (int i = order[done]; i < now.size(); i += values.length) {
          now.array()[i] = to.get(i);
        }
      }
      shares.add((double) end / values.length);
      scores.add(score.applyAsDouble(now));
    }
    return new PixelCurve(shares, scores);
  }
}
