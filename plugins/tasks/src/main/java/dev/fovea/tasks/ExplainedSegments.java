package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.segmentation.SemanticSegmenter;
import dev.fovea.visualize.attribution.Target;

/**
 * A segmenter: explained are the scores of a class, summed over the pixels that are of it. The
 * prediction's probability is the share of these pixels.
 *
 * @param model for messages
 * @param card with the classes
 * @param explained the network
 * @param network gives the scores alone
 * @param scores name of the value {@code [1, K, H, W]}
 * @param wanted index of the class; -1 for the most frequent one but the first
 */
record ExplainedSegments(
    Model model,
    ModelCard card,
    ExplainedScores explained,
    Inference network,
    String scores,
    int wanted)
    implements ExplainedModel {
  private static final int USUAL_MULTIPLE = 32;

  @Override
  public Decision look(Image image) {
    Preprocessor.Prepared input = new Preprocessor(card.preprocessing()).prepare(padded(image));
    Tensor found = network.forward(input.tensor()).get(0);
    Shape shape = found.shape();
    if (shape.rank() != 4 || shape.dim(1) < 2) {
      throw new IllegalArgumentException(
          "model '"
              + model.name()
              + "': found scores "
              + shape
              + ", expected [1, K, H, W] of two classes or more");
    }
    int pixels = shape.size(2, 4);
    int[] best = new int[pixels];
    int[] areas = new int[shape.dim(1)];
    for (int i = 0; i < pixels; i++) {
      for (int c = 1; c < areas.length; c++) {
        best[i] = found.get(c * pixels + i) > found.get(best[i] * pixels + i) ? c : best[i];
      }
      areas[best[i]]++;
    }
    int index = wanted < 0 ? mostFrequent(areas) : wanted;
    boolean[] mask = new boolean[pixels];
    for (int i = 0; i < pixels; i++) {
      mask[i] = best[i] == index;
    }
    double share = (double) areas[index] / pixels;
    if (share == 0) {
      throw new IllegalArgumentException(
          "class: found no pixel of '" + card.classes().get(index) + "', expected some");
    }
    return explained.decision(
        new Prediction(index, card.classes().get(index), share),
        Target.segment(scores, index, mask),
        input);
  }

  private static int mostFrequent(int[] areas) {
    int most = 1;
    for (int c = 2; c < areas.length; c++) {
      most = areas[c] > areas[most] ? c : most;
    }
    return areas[most] > 0 ? most : 0;
  }

  /**
   * Networks for any size take multiples of some number alone; the image is mirrored up to that.
   */
  private Image padded(Image image) {
    if (card.preprocessing().width() > 0) {
      return image;
    }
    String text = card.attributes().get(SemanticSegmenter.MULTIPLE);
    int multiple =
        text != null && text.matches("[1-9]\\d{0,2}") ? Integer.parseInt(text) : USUAL_MULTIPLE;
    int right = Math.floorMod(-image.width(), multiple);
    int bottom = Math.floorMod(-image.height(), multiple);
    return right + bottom == 0 ? image : Transforms.padReflect(image, 0, 0, right, bottom);
  }
}
