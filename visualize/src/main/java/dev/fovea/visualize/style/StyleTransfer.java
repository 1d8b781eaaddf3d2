package dev.fovea.visualize.style;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureObjective;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.features.PictureListener;
import dev.fovea.visualize.features.PictureObjective;
import dev.fovea.visualize.features.PixelRange;
import dev.fovea.visualize.features.SquaredDistance;
import dev.fovea.visualize.features.TotalVariation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Style transfer by descent: the picture is changed until its content is that of one picture and
 * its style that of others, {@code c sum_l |F_l - P_l|^2 / |P_l|^2 / L + s sum_k w_k sum_l |G_l -
 * A_kl|^2 / |A_kl|^2 / L + t TV / (3 H W)}, with {@code sum w_k = 1}. Gatys, Ecker and Bethge,
 * "Image style transfer using convolutional neural networks", CVPR 2016; layers are relative to
 * their size here, so that factors mean the same on every network. Immutable and thread-safe.
 *
 * @param network that sees
 * @param contentWeight the factor c
 * @param styleWeight the factor s
 * @param variationWeight the factor t
 * @param options backend and threads to run on
 */
public record StyleTransfer(
    PerceptualNetwork network,
    double contentWeight,
    double styleWeight,
    double variationWeight,
    SessionOptions options) {

  /**
   * A style.
   *
   * @param picture {@code [1, 3, H, W]} from 0 to 1, of any size: larger ones give larger strokes
   * @param weight among the styles, more than 0
   * @param mask where it is painted, {@code [1, 1, H, W]} from 0 to 1 in the size of the content;
   *     null for everywhere
   */
  public record Style(Tensor picture, double weight, Tensor mask) {}

  /**
   * What is made small, as a function of the picture.
   *
   * @param content {@code [1, 3, H, W]} from 0 to 1
   * @param styles one or more
   * @throws IllegalArgumentException if a mask has another size, or weights are not positive
   */
  public PictureObjective objective(Tensor content, List<Style> styles) {
    List<Term> terms = new ArrayList<>(contentTerms(content));
    double sum = styles.stream().mapToDouble(Style::weight).sum();
    for (Style style : styles) {
      check(content.shape(), style);
      for (Term term :
          StyleLosses.of(network, style.picture(), styleWeight * style.weight() / sum, options)) {
        terms.add(
            style.mask() == null
                ? term
                : new Term(term.layer(), term.weight(), new MaskedLoss(term.loss(), style.mask())));
      }
    }
    PictureObjective features = new FeatureObjective(network.graph(), terms, options);
    return variationWeight == 0
        ? features
        : features.plus(variationWeight / content.size(), new TotalVariation());
  }

  private List<Term> contentTerms(Tensor content) {
    List<String> layers = network.content();
    Map<String, Tensor> features = network.features(layers, content, options);
    List<Term> terms = new ArrayList<>();
    for (String layer : layers) {
      terms.add(
          new Term(
              layer, contentWeight / layers.size(), SquaredDistance.relative(features.get(layer))));
    }
    return terms;
  }

  private static void check(Shape content, Style style) {
    if (!(style.weight() > 0)) {
      throw new IllegalArgumentException(
          "style: found the weight " + style.weight() + ", expected more than 0");
    }
    Tensor mask = style.mask();
    if (mask != null && !mask.shape().equals(Shape.of(1, 1, content.dim(2), content.dim(3)))) {
      throw new IllegalArgumentException(
          "style: found a mask %s for a picture %s, expected its height and width"
              .formatted(mask.shape(), content));
    }
  }

  /**
   * Paints.
   *
   * @param start the picture to begin with, such as the content or noise; not modified
   * @param descent how it is changed
   * @param listener told of every step; can end the work
   */
  public PictureDescent.Result paint(
      Tensor content,
      List<Style> styles,
      Tensor start,
      PictureDescent descent,
      PictureListener listener) {
    PixelRange range = new PixelRange(new float[] {0, 0, 0}, new float[] {1, 1, 1});
    return descent.minimize(objective(content, styles), start, range, listener);
  }
}
