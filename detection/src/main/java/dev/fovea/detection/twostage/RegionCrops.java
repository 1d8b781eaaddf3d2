package dev.fovea.detection.twostage;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.BalancedSampler;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Matcher;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.util.ArrayList;
import java.util.List;

/**
 * Warped regions with their classes, to train the classifier that R-CNN takes its features from:
 * class 0 is background, others are 1 plus the label. In each epoch other regions of a picture are
 * drawn, a quarter of them with an object, as objects are rare among proposals. Thread-safe.
 */
public final class RegionCrops implements TrainingData {
  private final ProposalSamples pictures;
  private final RegionWarp warp;
  private final int each;

  /**
   * Crops of pictures.
   *
   * @param each number of regions of a picture in an epoch
   */
  public RegionCrops(ProposalSamples pictures, RegionWarp warp, int each) {
    this.pictures = pictures;
    this.warp = warp;
    this.each = each;
  }

  @Override
  public int size() {
    return pictures.size() * each;
  }

  @Override
  public Shape inputShape() {
    return Shape.of(pictures.inputShape().dim(0), warp.side(), warp.side());
  }

  @Override
  public Shape targetShape() {
    return Shape.SCALAR;
  }

  @Override
  public String describe() {
    return "crops " + warp + " " + each;
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    int picture = index / each;
    List<Annotation> objects = pictures.objects(picture);
    List<Box> regions = new ArrayList<>(pictures.proposals(picture));
    objects.stream().map(Annotation::box).forEach(regions::add);
    boolean wanted = index % each % 4 == 0;
    Assignment drawn = draw(regions, objects, wanted, seed);
    if (drawn.positive().length + drawn.negative().length == 0) {
      // There may be no background, as where one object fills the picture.
      drawn = draw(regions, objects, !wanted, seed);
    }
    boolean object = drawn.positive().length > 0;
    boolean background = drawn.negative().length > 0;
    int region = object ? drawn.positive()[0] : background ? drawn.negative()[0] : 0;
    warp.apply(pictures.input(picture), regions.get(region), input);
    target.fill(object ? 1 + objects.get(drawn.truth()[0]).label() : 0);
  }

  private static Assignment draw(
      List<Box> regions, List<Annotation> objects, boolean positive, long seed) {
    BalancedSampler one = new BalancedSampler(1, positive ? 1 : 0);
    return Assignment.draw(regions, objects, Matcher.HEADS, one, seed);
  }
}
