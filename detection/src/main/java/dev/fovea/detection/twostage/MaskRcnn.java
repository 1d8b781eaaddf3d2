package dev.fovea.detection.twostage;

import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.Detector;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.detection.train.DetectorDesign;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.train.Learner;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Mask R-CNN (He et al. 2017): {@link FasterRcnn} with a third head, which gives the pixels of each
 * object. Its loss is added to the four others. Immutable.
 *
 * @param faster all but the masks; its size is that of the pictures it is trained with
 * @param convolutions of the mask head before its side is doubled, at least one; four in the paper
 * @param preprocessing of pictures, which may be of any size if it names none
 */
public record MaskRcnn(FasterRcnn faster, int convolutions, Preprocessing preprocessing)
    implements DetectorDesign {

  /** Name of the format. */
  public static final String FORMAT = "mask-rcnn";

  /** Checks the number of convolutions. */
  public MaskRcnn {
    if (convolutions < 1) {
      throw new IllegalArgumentException(
          "mask head: found " + convolutions + " convolutions, expected 1 or more");
    }
  }

  @Override
  public Graph build(int classes, long seed) {
    RegionModel.Sizes all =
        new RegionModel.Sizes(faster.sizes(), faster.channels(), faster.hidden(), convolutions);
    return RegionModel.build(
        FORMAT, faster.backbone(), all, faster.height(), faster.width(), classes, seed);
  }

  @Override
  public ModelCard card(String name, List<String> classes) {
    return new ModelCard(
        name,
        ModelCard.Task.DETECTION,
        classes,
        preprocessing,
        Map.of(Detector.FORMAT, FORMAT, RegionModel.SIZES, RegionModel.text(faster.sizes())));
  }

  /** The losses, for the samples of {@link InstanceSamples}. */
  @Override
  public Learner.Opening learner(int classes) {
    return RegionLearner.opening(faster.sizes(), classes);
  }

  /** Runs networks of this kind. */
  public static final class Format implements DetectorFormat {

    /** The format; found by its name. */
    public Format() {}

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
      return new RegionNetwork(graph, RegionModel.of(graph, RegionModel.sizes(card)), runtime);
    }
  }
}
