package dev.fovea.imagej;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.architecture.LeNet;
import dev.fovea.segmentation.ClassMaps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small models that need no training, written to a file. */
final class TestModels {
  private TestModels() {}

  /**
   * A segmenter by hand: pixels brighter than half of the image's range are interior, the others
   * background.
   */
  static Path segmenter(Path folder) throws IOException {
    Graph.Builder graph = new Graph.Builder("threshold");
    Value input = graph.input("input", Shape.of(1, 1, 4, 4), "batch", "", "height", "width");
    Value weight = graph.parameter("weight", Tensor.of(Shape.of(3, 1, 1, 1), -60, 60, 0));
    Value bias = graph.parameter("bias", Tensor.of(Shape.of(3), 30, -30, -30));
    Value logits = graph.node("conv", Conv.square(1, 1, 0), input, weight, bias);
    ModelCard card =
        new ModelCard(
            "bright",
            ModelCard.Task.SEGMENTATION,
            ClassMaps.NAMES,
            Preprocessing.percentile(Preprocessing.Channels.GREY, 0, 100),
            Map.of());
    Path file = folder.resolve("bright.onnx");
    new ModelFile(graph.build(graph.node("probabilities", new Softmax(1), logits)), card)
        .write(file);
    return file;
  }

  /** A LeNet with its first weights. */
  static Path classifier(Path folder) throws IOException {
    ModelCard card =
        new ModelCard(
            "letters",
            ModelCard.Task.CLASSIFICATION,
            List.of("a", "b", "c"),
            Preprocessing.unit(Preprocessing.Channels.GREY, 28, 28, Preprocessing.Resize.STRETCH),
            Map.of());
    Path file = folder.resolve("letters.onnx");
    new ModelFile(new LeNet().build(1, 28, 28, 3, 5), card).write(file);
    return file;
  }
}
