package dev.fovea.visualize.style;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureLoss;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.GramLoss;
import dev.fovea.visualize.features.GramMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The losses of styles on the layers of a network: {@code sum (G - A)^2 / sum A^2}, the squared
 * distance of the Gram matrices as a share of that of the style. All layers so count the same
 * whatever the size of their features, and weights mean the same on every network.
 */
final class StyleLosses {
  private StyleLosses() {}

  /** The loss of one Gram matrix, relative to its size. */
  static GramLoss relative(Tensor gram) {
    double sum = 0;
    for (int i = 0; i < gram.size(); i++) {
      sum += (double) gram.get(i) * gram.get(i);
    }
    return new GramLoss(gram, 1 / Math.max(sum, Float.MIN_NORMAL));
  }

  /**
   * The losses of one style, one for each layer of the style; their weights sum to {@code weight}.
   *
   * @param picture of the style, {@code [1, 3, H, W]}
   */
  static List<Term> of(
      PerceptualNetwork network, Tensor picture, double weight, SessionOptions options) {
    List<String> layers = network.style();
    Map<String, Tensor> features = network.features(layers, picture, options);
    List<Term> terms = new ArrayList<>();
    for (String layer : layers) {
      FeatureLoss loss = relative(GramMatrix.of(features.get(layer)));
      terms.add(new Term(layer, weight / layers.size(), loss));
    }
    return terms;
  }
}
