package dev.fovea.tasks;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Thresholds;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Geometry;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.visualize.attribution.Attribution;
import dev.fovea.visualize.attribution.BlackBox;
import dev.fovea.visualize.attribution.ExplainedNetwork;
import dev.fovea.visualize.attribution.Progress;
import dev.fovea.visualize.attribution.StraightThrough;
import dev.fovea.visualize.attribution.Target;
import java.util.List;

/**
 * A detector: explained is the score of one of its finds. A detector of a single network is
 * differentiated; of a chain of networks, with plain Java between them, the methods that hide parts
 * of the picture see the finds alone, as in Petsiuk et al., "Black-box explanation of object
 * detectors via saliency maps", CVPR 2021.
 */
final class ExplainedFinds implements ExplainedModel {
  /** Finds of a lower score count as gone. */
  private static final double FAINT = 0.01;

  private final Model model;
  private final Detector detector;
  private final int box;
  private final int wanted;
  private final ExplainedScores scores;

  /**
   * An explained detector.
   *
   * @param box number of the find by falling score, from 1
   * @param wanted label of the finds that count; -1 for all
   * @param neuron what is explained instead; null for the find
   */
  ExplainedFinds(
      Model model, Detector detector, int box, int wanted, Target neuron, SessionOptions options) {
    this.model = model;
    this.detector = detector;
    this.box = box;
    this.wanted = wanted;
    Graph graph = model.graph();
    this.scores =
        graph.inputs().size() == 1
            ? new ExplainedScores(
                new ExplainedNetwork(StraightThrough.atTheEnd(graph), options), neuron)
            : null;
  }

  /** Gives the same outputs whatever the input is. */
  private record Replay(List<Tensor> outputs) implements Inference {
    @Override
    public List<Tensor> forward(Tensor... inputs) {
      return outputs;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  @Override
  public Decision look(Image image) {
    List<Detection> found =
        detector.detect(image).stream().filter(d -> wanted < 0 || d.label() == wanted).toList();
    if (found.size() < box) {
      throw new IllegalArgumentException(
          "box: found " + box + ", expected up to " + found.size() + ", as many as were detected");
    }
    Detection chosen = found.get(box - 1);
    Prediction prediction =
        new Prediction(chosen.label(), detector.className(chosen), chosen.score());
    if (scores == null) {
      return new Decision(
          prediction,
          (method, progress) -> hiding(image, chosen, method, progress),
          Geometry.IDENTITY,
          image.width(),
          image.height());
    }
    DetectionTarget target =
        new DetectionTarget(
            model.graph().outputs().stream().map(Value::name).toList(),
            outputs -> decoded(outputs, image),
            chosen);
    return scores.decision(
        prediction, target, new Preprocessor(detector.card().preprocessing()).prepare(image));
  }

  private List<Detection> decoded(List<Tensor> outputs, Image image) {
    return Detector.of(model.graph(), detector.card(), part -> new Replay(outputs))
        .withThresholds(new Thresholds(FAINT, 1, Integer.MAX_VALUE))
        .detect(image);
  }

  private Tensor hiding(Image image, Detection chosen, Attribution method, Progress progress) {
    if (!(method instanceof BlackBox blackBox)) {
      throw new IllegalArgumentException(
          "method: found one by gradients, expected occlusion or rise for model '"
              + model.name()
              + "', a chain of networks");
    }
    Tensor picture = image.toTensor();
    // Weak finds count, too: a hidden one fades before it is gone.
    Detector weak = detector.withThresholds(detector.thresholds().withScore(FAINT));
    return blackBox.attribute(
        x -> DetectionTarget.scoreOf(chosen, weak.detect(Image.fromTensor(x, image.type()))),
        picture,
        progress);
  }
}
