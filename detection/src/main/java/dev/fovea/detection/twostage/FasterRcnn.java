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
 * Faster R-CNN (Ren et al. 2015) on a feature pyramid (Lin et al. 2017): a region proposal network
 * finds regions on the maps of a backbone, and a small network looks at the features of each of
 * them ({@link RegionModel} says which inputs and outputs there are). Four losses are made small
 * together: objects and boxes of the proposals, classes and boxes of the regions. Immutable.
 *
 * @param width of the input in pixels, a multiple of the backbone's coarsest stride
 * @param height of the input in pixels, likewise
 * @param backbone makes the maps
 * @param sizes sides of the anchors of each map, in pixels of the input
 * @param channels of the pyramid
 * @param hidden numbers in the hidden layers of the heads
 */
public record FasterRcnn(
    int width, int height, Backbone backbone, List<Double> sizes, int channels, int hidden)
    implements DetectorDesign {

  /** Name of the format. */
  public static final String FORMAT = "faster-rcnn";

  /** Checks the numbers. */
  public FasterRcnn {
    sizes = List.copyOf(sizes);
    new RegionModel.Sizes(sizes, channels, hidden, 0);
  }

  /**
   * A small one, to be trained from nothing: a residual backbone of 16 channels with strides of 8,
   * 16 and 32 pixels and anchors of 24, 48 and 96.
   *
   * @param width of the input in pixels, a multiple of 32
   * @param height of the input in pixels, likewise
   */
  public static FasterRcnn small(int width, int height) {
    return new FasterRcnn(
        width, height, Backbone.residual(16, 8), List.of(24.0, 48.0, 96.0), 48, 128);
  }

  @Override
  public Graph build(int classes, long seed) {
    RegionModel.Sizes all = new RegionModel.Sizes(sizes, channels, hidden, 0);
    return RegionModel.build(FORMAT, backbone, all, height, width, classes, seed);
  }

  @Override
  public ModelCard card(String name, List<String> classes) {
    return new ModelCard(
        name,
        ModelCard.Task.DETECTION,
        classes,
        Preprocessing.unit(
            Preprocessing.Channels.RGB, width, height, Preprocessing.Resize.LETTERBOX),
        Map.of(Detector.FORMAT, FORMAT, RegionModel.SIZES, RegionModel.text(sizes)));
  }

  @Override
  public Learner.Opening learner(int classes) {
    return RegionLearner.opening(sizes, classes);
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
