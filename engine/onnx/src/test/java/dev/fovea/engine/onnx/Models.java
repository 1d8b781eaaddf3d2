package dev.fovea.engine.onnx;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small models, random numbers and runs that the tests share. */
final class Models {

  private Models() {}

  /** A tensor of numbers in [-1, 1). */
  static Tensor random(Random random, Shape shape) {
    float[] v = new float[shape.size()];
    for (int i = 0; i < v.length; i++) {
      v[i] = 2 * random.nextFloat() - 1;
    }
    return Tensor.of(shape, v);
  }

  /** Conv, BatchNormalization, Relu, MaxPool, Dropout, Gemm, Softmax; the batch is free. */
  static Graph classifier(long seed) {
    Graph.Builder g = new Graph.Builder("classifier");
    Layers layers = new Layers(g, seed);
    Value x = g.input("image", Shape.of(1, 3, 12, 10), "N", "", "", "");
    Value h = layers.conv("conv1", x, 6, 3, 1, 1, false);
    h = g.node("relu1", new Relu(), layers.batchNorm("bn1", h));
    h = g.node("pool1", MaxPool.square(2, 2, 0), h);
    h = g.node("relu2", new Relu(), layers.conv("conv2", h, 8, 3, 2, 0, true));
    h = g.node("flat", new Flatten(1), h);
    h = g.node("drop", new Dropout(0.3f), h);
    h = layers.dense("fc", h, 5, Initializer.xavier());
    Graph graph = g.build(g.node("probabilities", new Softmax(-1), h));
    moveStatistics(graph, seed);
    return graph;
  }

  /** A U-Net of two levels with a concat, a transposed convolution and a resize; any even size. */
  static Graph unet(long seed) {
    Graph.Builder g = new Graph.Builder("unet");
    Layers layers = new Layers(g, seed);
    Value x = g.input("image", Shape.of(1, 1, 16, 16), "N", "", "H", "W");
    Value scale = g.buffer("unit", Tensor.of(Shape.of(1, 1, 1, 1), 0.5f));
    Value top = g.node("scaled", new Mul(), x, scale);
    top = g.node("enc1.relu", new Relu(), layers.conv("enc1", top, 4, 3, 1, 1, true));
    Value down = g.node("pool1", MaxPool.square(2, 2, 0), top);
    down =
        g.node(
            "enc2.relu",
            new Relu(),
            layers.batchNorm("enc2.bn", layers.conv("enc2", down, 8, 3, 1, 1, false)));
    Value deep = g.node("pool2", MaxPool.square(2, 2, 0), down);
    deep = g.node("enc3.relu", new Relu(), layers.conv("enc3", deep, 8, 3, 1, 1, true));
    Value up = layers.convTranspose("up2", deep, 8, 2, 2);
    up = g.node("join2", new Concat(1), up, down);
    up = g.node("dec2.relu", new Relu(), layers.conv("dec2", up, 4, 3, 1, 1, true));
    up = g.node("up1", Resize.bilinear(2), up);
    up = g.node("join1", new Concat(1), up, top);
    up = layers.conv("head", up, 3, 1, 1, 0, true);
    Graph graph = g.build(g.node("probabilities", new Softmax(1), up), deep);
    moveStatistics(graph, seed);
    return graph;
  }

  /** Zero means and unit variances would hide two inputs put in the wrong order. */
  private static void moveStatistics(Graph graph, long seed) {
    Random random = new Random(seed);
    for (Value v : graph.buffers()) {
      if (v.name().endsWith(".mean") || v.name().endsWith(".variance")) {
        for (int i = 0; i < v.tensor().size(); i++) {
          v.tensor().array()[v.tensor().offset() + i] += 0.5f * random.nextFloat();
        }
      }
    }
  }

  static ModelCard card() {
    return new ModelCard(
            "test",
            ModelCard.Task.CLASSIFICATION,
            List.of("zero", "", "two words", "größer \"3\"", "four"),
            Preprocessing.meanStd(
                Preprocessing.Channels.RGB,
                10,
                12,
                Preprocessing.Resize.SHORTER_SIDE_CROP,
                new float[] {123.675f, 116.28f, 1e-7f},
                new float[] {58.395f, 57.12f, 3.4e38f}),
            Map.of())
        .with("license", "CC0")
        .with("description", "two\nlines, and a = sign");
  }

  /** Tensors for the inputs of a graph, by name. */
  static Map<String, Tensor> inputs(Graph graph, Random random, Shape... shapes) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      Shape s = shapes.length == 0 ? graph.inputs().get(i).shape() : shapes[i];
      all.put(graph.inputs().get(i).name(), random(random, s));
    }
    return all;
  }

  /** Copies of all outputs by name, on a backend. */
  static Map<String, Tensor> run(Graph graph, Backend backend, Map<String, Tensor> inputs) {
    Tensor[] in = graph.inputs().stream().map(v -> inputs.get(v.name())).toArray(Tensor[]::new);
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    Session session = new Session(graph, SessionOptions.inference().on(backend), shapes);
    session.forward(in);
    Map<String, Tensor> out = new LinkedHashMap<>();
    graph.outputs().forEach(v -> out.put(v.name(), session.value(v.name()).copy()));
    return out;
  }

  /** The backends that run here. */
  static List<Backend> backends() {
    return Backends.all().stream().filter(b -> b.unavailableBecause().isEmpty()).toList();
  }
}
