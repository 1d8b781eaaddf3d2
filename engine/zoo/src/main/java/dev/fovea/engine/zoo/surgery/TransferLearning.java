package dev.fovea.engine.zoo.surgery;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.zoo.architecture.Architecture;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives a trained classifier a new head for other classes. Razavian et al., "CNN features
 * off-the-shelf: an astounding baseline for recognition", 2014; Yosinski et al., "How transferable
 * are features in deep neural networks?", NIPS 2014.
 *
 * <p>The <b>head</b> is the last layer with weights: a fully connected one, or a convolution 1x1
 * that makes a map for each class whose mean is taken (SqueezeNet, NiN). The <b>features</b> are
 * the vectors {@code [N, K]} it looks at; for a head of maps, their mean over space, as the mean
 * and a linear layer may change places; a batch normalisation of the vectors counts as part of the
 * head. The new head is such a normalisation, as nobody knows the scale of the old features, one
 * fully connected layer and a softmax.
 *
 * <p>All graphs share the tensors of the classifier that they are made of.
 */
public final class TransferLearning {

  private TransferLearning() {}

  /**
   * The network from the image to the features, in the form for training ({@link
   * Passes#forTraining}).
   *
   * @param classifier its first output is what the head leads to
   * @return a graph with one output {@code [N, K]}
   * @throws GraphException if no head is found; says where the search ended
   */
  public static Graph features(Graph classifier) {
    Graph trained = Passes.forTraining(classifier);
    Value v = trained.outputs().get(0);
    boolean averaged = false;
    while (true) {
      Node n = producer(trained, v);
      if (n.op() instanceof Gemm || n.op() instanceof MatMul) {
        return trained.withOutputs(beforeNorm(trained, checkVectors(n)).name());
      }
      if (averaged && n.op() instanceof Conv conv && isPointwise(conv)) {
        return averaged(trained.withOutputs(n.inputs().get(0).name()));
      }
      averaged |= averagesAll(n);
      v = before(n);
    }
  }

  private static Node producer(Graph graph, Value v) {
    return graph.nodes().stream()
        .filter(n -> n.outputs().contains(v))
        .findFirst()
        .orElseThrow(
            () ->
                new GraphException(
                    "graph '"
                        + graph.name()
                        + "': expected a layer with weights before its output, found '"
                        + v.name()
                        + "'"));
  }

  private static Value checkVectors(Node n) {
    Value features = n.inputs().get(0);
    if (features.shape().rank() != 2 || n.inputs().get(1).tensor() == null) {
      throw noHead(n);
    }
    return features;
  }

  private static Value beforeNorm(Graph graph, Value vectors) {
    return graph.nodes().stream()
        .filter(n -> n.outputs().contains(vectors) && n.op() instanceof BatchNormalization)
        .findFirst()
        .map(n -> n.inputs().get(0))
        .orElse(vectors);
  }

  private static boolean isPointwise(Conv c) {
    Window w = c.window();
    return c.groups() == 1 && w.depth().kernel() * w.kernelH() * w.kernelW() == 1;
  }

  private static boolean averagesAll(Node n) {
    return n.op() instanceof GlobalAveragePool
        || (n.op() instanceof AveragePool && placesOf(n.outputs().get(0).shape()) == 1);
  }

  /** Number of places in space: of an image, a sequence or a volume. */
  private static int placesOf(Shape s) {
    return s.size(2, s.rank());
  }

  /** What a layer without weights of its own looks at. */
  private static Value before(Node n) {
    boolean passes =
        n.op() instanceof Softmax
            || n.op() instanceof Flatten
            || n.op() instanceof Reshape
            || n.op() instanceof Relu
            || n.op() instanceof LeakyRelu
            || n.op() instanceof Dropout
            || averagesAll(n);
    if (passes) {
      return n.inputs().get(0);
    }
    if (n.op() instanceof Add) {
      List<Value> computed = n.inputs().stream().filter(v -> v.tensor() == null).toList();
      if (computed.size() == 1) {
        return computed.get(0);
      }
    }
    throw noHead(n);
  }

  private static GraphException noHead(Node n) {
    return new GraphException(
        n
            + ": expected a head to replace, a fully connected layer or a convolution 1x1 before a"
            + " mean over space, found "
            + n.op());
  }

  private static Graph averaged(Graph maps) {
    Graph.Builder to = new Graph.Builder(maps.name());
    Value x = copy(maps, to).of(maps.outputs().get(0));
    Value mean = to.node(unused(to, "features.mean"), new GlobalAveragePool(), x);
    return to.build(to.node(unused(to, "features"), new Flatten(1), mean));
  }

  /**
   * A classifier for other classes.
   *
   * @param features from {@link #features}
   * @param classes number of classes, at least 2
   * @param seed decides the first weights of the head
   * @return a graph with the output {@code probabilities [N, classes]}; the value before it is
   *     {@link dev.fovea.engine.zoo.Classifier#scores}
   */
  public static Graph withHead(Graph features, int classes, long seed) {
    Graph.Builder to = new Graph.Builder(features.name());
    Value x = copy(features, to).of(features.outputs().get(0));
    Layers layers = new Layers(to, seed);
    x = layers.batchNorm(unused(to, "features.norm"), x);
    Value logits = layers.dense(unused(to, Architecture.LOGITS), x, classes, Initializer.xavier());
    return to.build(to.node(unused(to, Architecture.PROBABILITIES), new Softmax(1), logits));
  }

  /**
   * What follows a value: a graph with that value as its input and the same outputs.
   *
   * @param value name of a value {@code [N, ...]} all outputs depend on only through it
   */
  public static Graph after(Graph graph, String value) {
    Value start = graph.value(value);
    String[] free = new String[start.shape().rank()];
    Arrays.fill(free, "");
    free[0] = "batch";
    Graph.Builder to = new Graph.Builder(graph.name());
    GraphCopy copy = new GraphCopy(to);
    copy.put(start, to.input(value, start.shape(), free));
    Set<Value> reached = new HashSet<>(Set.of(start));
    for (Node n : graph.nodes()) {
      if (n.inputs().stream().anyMatch(reached::contains)) {
        reached.addAll(n.outputs());
        copy.node(n);
      }
    }
    return to.build(graph.outputs().stream().map(copy::of).toArray(Value[]::new));
  }

  /**
   * Names of the parameters that a value depends on: what is frozen if the network is frozen up to
   * there.
   *
   * @throws GraphException if there is no such value
   */
  public static List<String> parametersUpTo(Graph graph, String value) {
    return graph.withOutputs(value).parameters().stream().map(Value::name).toList();
  }

  private static GraphCopy copy(Graph graph, Graph.Builder to) {
    GraphCopy copy = new GraphCopy(to);
    graph.inputs().forEach(copy::of);
    graph.nodes().forEach(copy::node);
    return copy;
  }

  /** The name, or the first of name2, name3, ... that no value has. */
  private static String unused(Graph.Builder graph, String name) {
    String candidate = name;
    for (int i = 2; graph.find(candidate) != null; i++) {
      candidate = name + i;
    }
    return candidate;
  }
}
