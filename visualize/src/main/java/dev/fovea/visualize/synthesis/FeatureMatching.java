package dev.fovea.visualize.synthesis;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureLoss;
import dev.fovea.visualize.features.FeatureObjective;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.features.GramLoss;
import dev.fovea.visualize.features.GramMatrix;
import dev.fovea.visualize.features.PictureObjective;
import dev.fovea.visualize.features.PixelRange;
import dev.fovea.visualize.features.SquaredDistance;
import dev.fovea.visualize.features.TotalVariation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Objectives that are small for pictures whose features are those of a given picture. All are
 * shares of the size of what is matched, so that layers can be added and weights mean the same for
 * any network.
 */
public final class FeatureMatching {
  private FeatureMatching() {}

  /**
   * Feature inversion: {@code |F(x) - F(x0)|^2 / |F(x0)|^2}, what a layer still knows of a picture.
   * Mahendran and Vedaldi, "Understanding deep image representations by inverting them", CVPR 2015.
   */
  public static PictureObjective inversion(
      Graph graph, String layer, Tensor picture, SessionOptions options) {
    return matching(graph, List.of(layer), picture, SquaredDistance::relative, options);
  }

  /**
   * Texture: the mean over layers of {@code |G(x) - G(x0)|^2 / |G(x0)|^2} of their {@linkplain
   * GramMatrix Gram matrices}. Gatys, Ecker and Bethge, "Texture synthesis using convolutional
   * neural networks", NIPS 2015.
   */
  public static PictureObjective texture(
      Graph graph, List<String> layers, Tensor picture, SessionOptions options) {
    return matching(graph, layers, picture, FeatureMatching::gram, options);
  }

  private static FeatureLoss gram(Tensor features) {
    Tensor gram = GramMatrix.of(features);
    double square = 0;
    for (int i = 0; i < gram.size(); i++) {
      square += (double) gram.get(i) * gram.get(i);
    }
    return new GramLoss(gram, 1 / Math.max(square, Float.MIN_NORMAL));
  }

  private static PictureObjective matching(
      Graph graph,
      List<String> layers,
      Tensor picture,
      Function<Tensor, FeatureLoss> loss,
      SessionOptions options) {
    Map<String, Tensor> features = Features.of(graph, layers, picture, options);
    List<Term> terms = new ArrayList<>();
    for (String layer : layers) {
      terms.add(new Term(layer, 1.0 / layers.size(), loss.apply(features.get(layer))));
    }
    return new FeatureObjective(graph, terms, options);
  }

  /**
   * An objective with {@link TotalVariation}, as a share of that of black beside white everywhere.
   *
   * @param weight of the variation; 0 for none
   */
  public static PictureObjective smooth(
      PictureObjective objective, double weight, PixelRange range, Tensor picture) {
    if (weight == 0) {
      return objective;
    }
    double contrast = 0;
    for (int c = 0; c < range.low().length; c++) {
      contrast += Math.pow(range.high()[c] - range.low()[c], 2) / range.low().length;
    }
    return objective.plus(weight / (2 * contrast * picture.size()), new TotalVariation());
  }
}
