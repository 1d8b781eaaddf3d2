package dev.fovea.batch;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.segmentation.ClassMaps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Models so small that what they find can be told by looking at the picture. */
final class TestModels {
  private TestModels() {}

  /** Finds what is brighter than half of the range: a threshold as a network. */
  static Path threshold(Path file) throws IOException {
    Graph.Builder graph = new Graph.Builder("threshold");
    Value input = graph.input("input", Shape.of(1, 1, 8, 8), "batch", "", "height", "width");
    Value weights = graph.parameter("w", Tensor.of(Shape.of(3, 1, 1, 1), 0, 40, 0));
    Value bias = graph.parameter("b", Tensor.of(Shape.of(3), 0, -20, -40));
    Value logits = graph.node("logits", Conv.square(1, 1, 0), input, weights, bias);
    return write(
        file,
        graph.build(graph.node("probabilities", new Softmax(1), logits)),
        new ModelCard(
            "threshold",
            ModelCard.Task.SEGMENTATION,
            ClassMaps.NAMES,
            Preprocessing.percentile(Preprocessing.Channels.GREY, 0, 100),
            Map.of()));
  }

  /** Tells pictures whose left half is brighter from those whose right half is. */
  static Path sides(Path file) throws IOException {
    Graph.Builder graph = new Graph.Builder("sides");
    Value input = graph.input("input", Shape.of(1, 1, 4, 4), "batch", "", "", "");
    float[] weights = new float[32];
    for (int i = 0; i < 16; i++) {
      weights[i] = i % 4 < 2 ? 1 : 0;
      weights[16 + i] = i % 4 < 2 ? 0 : 1;
    }
    Value flat = graph.node("flat", new Flatten(1), input);
    Value w = graph.parameter("w", Tensor.of(Shape.of(2, 16), weights));
    Value logits = graph.node("logits", Gemm.dense(), flat, w);
    return write(
        file,
        graph.build(graph.node("probabilities", new Softmax(1), logits)),
        new ModelCard(
            "sides",
            ModelCard.Task.CLASSIFICATION,
            List.of("left", "right"),
            Preprocessing.unit(Preprocessing.Channels.GREY, 4, 4, Preprocessing.Resize.STRETCH),
            Map.of("description", "which side is brighter")));
  }

  private static Path write(Path file, Graph graph, ModelCard card) throws IOException {
    new ModelFile(graph, card).write(file);
    return file;
  }
}
