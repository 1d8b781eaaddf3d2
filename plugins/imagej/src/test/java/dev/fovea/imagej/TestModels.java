package dev.fovea.imagej;

import dev.fovea.detection.Detector;
import dev.fovea.detection.onestage.Yolo;
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
import java.util.ArrayList;
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

  /**
   * A detector by hand: cells of 8 x 8 pixels that are red, or blue, are the middle of objects of
   * that colour and of 16 x 16 pixels. Its input is as large as the pictures of the tests.
   */
  static Path detector(Path folder) throws IOException {
    Graph.Builder graph = new Graph.Builder("colours");
    Value input = graph.input("input", Shape.of(1, 3, 64, 64), "batch", "", "", "");
    List<Value> outputs = new ArrayList<>();
    for (int stride : new int[] {8, 16, 32}) {
      outputs.add(cells(graph, "boxes" + stride, input, stride, new float[4][3], 0));
      float much = stride == 8 ? 60 : 0;
      float[][] colours = {{much, 0, -much}, {-much, 0, much}};
      outputs.add(cells(graph, "classes" + stride, input, stride, colours, -30));
    }
    ModelCard card =
        new ModelCard(
            "colours",
            ModelCard.Task.DETECTION,
            List.of("red", "blue"),
            Preprocessing.unit(Preprocessing.Channels.RGB, 64, 64, Preprocessing.Resize.LETTERBOX),
            Map.of(Detector.FORMAT, Yolo.FORMAT));
    Path file = folder.resolve("colours.onnx");
    new ModelFile(graph.build(outputs.toArray(Value[]::new)), card).write(file);
    return file;
  }

  /** Weighted sums of the mean colours of cells. */
  private static Value cells(
      Graph.Builder graph, String name, Value input, int stride, float[][] weights, float bias) {
    Tensor kernel = Tensor.zeros(weights.length, 3, stride, stride);
    int area = stride * stride;
    for (int i = 0; i < kernel.size(); i++) {
      kernel.array()[i] = weights[i / area / 3][i / area % 3] / area;
    }
    Tensor biases = Tensor.zeros(weights.length).fill(bias);
    return graph.node(
        name,
        Conv.square(stride, stride, 0),
        input,
        graph.parameter(name + ".weight", kernel),
        graph.parameter(name + ".bias", biases));
  }
}
