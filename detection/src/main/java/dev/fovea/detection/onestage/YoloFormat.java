package dev.fovea.detection.onestage;

import dev.fovea.detection.DetectionNetwork;
import dev.fovea.detection.DetectorFormat;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.runtime.Inference;
import java.util.function.Function;

/** Runs networks of {@link Yolo}. */
public final class YoloFormat implements DetectorFormat {

  @Override
  public String name() {
    return Yolo.FORMAT;
  }

  @Override
  public DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime) {
    int classes = card.classes().size();
    Heads.requireMaps(graph, card, new int[] {1, 1, 1}, 4, classes);
    YoloLoss head = new YoloLoss(classes, TaskAlignedAssigner.DEFAULT);
    return new OneStageNetwork(
        runtime.apply(graph), (outputs, input, found) -> head.decode(outputs, found));
  }
}
