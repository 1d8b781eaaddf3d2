package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Objects;

/**
 * Class activation maps by gradients: a weighted sum {@code sum_k w_k A_k} of the activations
 * {@code A [1, K, h, w]} of a layer, with weights from the gradients {@code g = dS/dA}. Of a layer
 * without places {@code [1, K]}, which counts as one place.
 *
 * @param kind where the weights come from
 * @param layer name of the value; null for the best of {@link ExplainedNetwork#lastLayers}
 * @param rectified whether negative places become 0, as in the papers
 */
public record ClassActivationMap(Kind kind, String layer, boolean rectified)
    implements Attribution {

  /** Where the weights come from. */
  public enum Kind {
    /**
     * {@code w_k = mean_xy g_k}. Selvaraju et al., "Grad-CAM: visual explanations from deep
     * networks via gradient-based localization", ICCV 2017.
     */
    GRAD_CAM,
    /**
     * {@code w_k = sum_xy alpha max(0, g_k)} with {@code alpha = g^2 / (2 g^2 + g^3 sum_xy A_k)}.
     * Chattopadhay, Sarkar, Howlader and Balasubramanian, "Grad-CAM++", WACV 2018; the common
     * factor {@code exp(S)} of all weights is left out.
     */
    GRAD_CAM_PLUS_PLUS,
    /**
     * {@code sum_k max(0, g_k) A_k} at each place by itself. Jiang, Zhang, Hou, Cheng and Wei,
     * "LayerCAM: exploring hierarchical class activation maps for localization", TIP 2021.
     */
    LAYER_CAM
  }

  /** Checks the kind. */
  public ClassActivationMap {
    Objects.requireNonNull(kind, "kind");
  }

  @Override
  public Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    ExplainedNetwork.Derivative d =
        layer == null
            ? network.lastDerivative(input, target)
            : network.derivative(input, target, layer, ReluRule.GRADIENT);
    Shape shape = places(layer, d.value().shape());
    int pixels = shape.size(2, 4);
    Tensor map = Tensor.zeros(1, 1, shape.dim(2), shape.dim(3));
    double[] sums = new double[pixels];
    for (int k = 0; k < shape.dim(1); k++) {
      double[] w = weights(d, k * pixels, pixels);
      for (int i = 0; i < pixels; i++) {
        sums[i] += w[i] * d.value().get(k * pixels + i);
      }
    }
    for (int i = 0; i < pixels; i++) {
      map.array()[i] = (float) (rectified ? Math.max(0, sums[i]) : sums[i]);
    }
    return map;
  }

  /** The shape of a layer with places. */
  static Shape places(String layer, Shape shape) {
    if (shape.rank() == 2 && shape.dim(0) == 1) {
      return Shape.of(1, shape.dim(1), 1, 1);
    }
    if (shape.rank() != 4 || shape.dim(0) != 1) {
      throw new IllegalArgumentException(
          "layer '" + layer + "': found " + shape + ", expected [1, K, H, W] or [1, K]");
    }
    return shape;
  }

  /** The weight of a channel at each of its places. */
  private double[] weights(ExplainedNetwork.Derivative d, int from, int pixels) {
    double[] g = new double[pixels];
    double activation = 0;
    double mean = 0;
    for (int i = 0; i < pixels; i++) {
      g[i] = d.gradient().get(from + i);
      mean += g[i] / pixels;
      activation += d.value().get(from + i);
    }
    double plusPlus = 0;
    for (int i = 0; i < pixels; i++) {
      double below = 2 * g[i] * g[i] + g[i] * g[i] * g[i] * activation;
      plusPlus += below == 0 ? 0 : g[i] * g[i] / below * Math.max(0, g[i]);
    }
    for (int i = 0; i < pixels; i++) {
      g[i] =
          switch (kind) {
            case GRAD_CAM -> mean;
            case GRAD_CAM_PLUS_PLUS -> plusPlus;
            case LAYER_CAM -> Math.max(0, g[i]);
          };
    }
    return g;
  }
}
