package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Score-CAM, a class activation map without gradients: each channel {@code A_k} of a layer,
 * enlarged to the input and scaled to 0..1, is a mask {@code H_k}; the weights are the softmax over
 * k of the scores {@code S(x H_k) - S(0)}; the map is {@code max(0, sum_k w_k A_k)}. One run for
 * each channel. Wang et al., "Score-CAM: score-weighted visual explanations for convolutional
 * neural networks", CVPR workshops 2020.
 *
 * @param layer name of the value {@code [1, K, h, w]}; null for the first of {@link
 *     ExplainedNetwork#lastLayers}
 */
public record ScoreCam(String layer) implements Attribution {

  @Override
  public Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    String name = layer == null ? network.lastLayers(target).get(0) : layer;
    Tensor activations = network.value(input, name);
    Shape shape = ClassActivationMap.places(name, activations.shape());
    int channels = shape.dim(1);
    int pixels = shape.size(2, 4);
    double[] scores = new double[channels];
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < channels; k++) {
      Tensor masked = masked(input, activations, shape, k);
      scores[k] = masked == null ? Double.NEGATIVE_INFINITY : network.score(masked, target);
      largest = Math.max(largest, scores[k]);
      progress.done(k + 1, channels);
    }
    double[] sums = new double[pixels];
    double total = 0;
    for (int k = 0; k < channels; k++) {
      // The baseline's score is the same for all: a softmax does not see it.
      double w = Math.exp(scores[k] - largest);
      total += w;
      for (int i = 0; i < pixels; i++) {
        sums[i] += w * activations.get(k * pixels + i);
      }
    }
    Tensor map = Tensor.zeros(1, 1, shape.dim(2), shape.dim(3));
    for (int i = 0; i < pixels; i++) {
      map.array()[i] = (float) Math.max(0, sums[i] / total);
    }
    return map;
  }

  /** The input under the mask of a channel; null if the channel is the same everywhere. */
  private static Tensor masked(Tensor input, Tensor activations, Shape shape, int channel) {
    int pixels = shape.size(2, 4);
    float[] plane = new float[pixels];
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < pixels; i++) {
      plane[i] = activations.get(channel * pixels + i);
      low = Math.min(low, plane[i]);
      high = Math.max(high, plane[i]);
    }
    if (!(high > low)) {
      return null;
    }
    for (int i = 0; i < pixels; i++) {
      plane[i] = (plane[i] - low) / (high - low);
    }
    HeatMap mask =
        new HeatMap(plane, shape.dim(3), shape.dim(2))
            .resized(input.shape().dim(3), input.shape().dim(2));
    return Masks.product(input, mask.values());
  }
}
