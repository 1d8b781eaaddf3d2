package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What is to be explained: a number made of values of a graph. Immutable and thread-safe.
 *
 * <p>Scores should be logits: behind a softmax the gradient of a sure answer vanishes, and it mixes
 * what speaks for the class with what speaks against the others (see {@link
 * dev.fovea.engine.zoo.Classifier#scores}).
 */
public interface Target {

  /** The names of the values that it is made of. */
  List<String> values();

  /**
   * The derivatives of the score by the elements of the values.
   *
   * @param values what the network computed, in the order of {@link #values()}; on the host
   * @return new tensors of the same shapes
   * @throws IllegalArgumentException if the target is not in them
   */
  List<Tensor> cotangents(List<Tensor> values);

  /** The score itself; of a linear target the product of values and cotangents. */
  default double score(List<Tensor> values) {
    List<Tensor> factors = cotangents(values);
    double sum = 0;
    for (int k = 0; k < values.size(); k++) {
      for (int i = 0; i < values.get(k).size(); i++) {
        sum += (double) values.get(k).get(i) * factors.get(k).get(i);
      }
    }
    return sum;
  }

  /**
   * A class of scores {@code [1, K]}; of scores {@code [1, K, H, W]} for each pixel, their sum over
   * all pixels.
   */
  static Target ofClass(String value, int index) {
    return new ClassTarget(value, index, null);
  }

  /**
   * A segment: the scores of a class summed over a part of the pixels of {@code [1, K, H, W]}.
   *
   * @param mask which pixels, row by row in the size of the scores
   */
  static Target segment(String value, int index, boolean[] mask) {
    return new ClassTarget(value, index, mask.clone());
  }

  /**
   * A neuron: one element of any value, such as an activation of a hidden layer or a row of the
   * scores of a detector.
   *
   * @param index one for each dimension
   */
  static Target neuron(String value, int... index) {
    int[] at = index.clone();
    return new Target() {
      @Override
      public List<String> values() {
        return List.of(value);
      }

      @Override
      public List<Tensor> cotangents(List<Tensor> values) {
        Shape shape = values.get(0).shape();
        boolean fits = at.length == shape.rank();
        int element = 0;
        for (int d = 0; fits && d < at.length; d++) {
          fits = at[d] >= 0 && at[d] < shape.dim(d);
          element = element * shape.dim(d) + at[d];
        }
        if (!fits) {
          throw new IllegalArgumentException(
              "neuron: found "
                  + Arrays.toString(at)
                  + ", expected an element of '"
                  + value
                  + "' "
                  + shape);
        }
        Tensor seed = Tensor.zeros(shape);
        seed.array()[element] = 1;
        return List.of(seed);
      }
    };
  }
}
