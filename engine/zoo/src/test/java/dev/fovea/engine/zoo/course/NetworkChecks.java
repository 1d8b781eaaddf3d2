package dev.fovea.engine.zoo.course;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Small networks of affine layers and ReLUs under a softmax loss. In the years from 2019 on the
 * penalty of weights is {@code lambda / 2 sum w^2}; in the networks of 2018 it has no half.
 */
final class NetworkChecks {

  private final CourseEntry entry;
  private final Session session;
  private final Tensor x;

  private NetworkChecks(CourseEntry entry, Backend backend) {
    this.entry = entry;
    this.x = entry.in("X");
    Graph graph = network(entry);
    this.session = new Session(graph, SessionOptions.training(0).on(backend), x.shape());
  }

  static Map<String, CourseCheck> all() {
    return Map.of(
        "TwoLayerNet_scores", NetworkChecks::scores,
        "TwoLayerNet_loss_reg0", (e, backend, found) -> loss(e, backend, found, 0),
        "TwoLayerNet_loss_reg1", (e, backend, found) -> loss(e, backend, found, 1),
        "TwoLayerNet_grads_reg0.7", (e, backend, found) -> loss(e, backend, found, 0.7),
        "two_layer_net_2018_scores", NetworkChecks::scores,
        "two_layer_net_2018_loss", (e, backend, found) -> loss(e, backend, found, 2 * 0.05),
        "two_layer_net_2018_sgd_100_steps", NetworkChecks::hundredSteps,
        "FullyConnectedNet_initial_loss_reg0", (e, backend, found) -> loss(e, backend, found, 0),
        "FullyConnectedNet_initial_loss_reg3.14",
            (e, backend, found) -> loss(e, backend, found, 3.14));
  }

  /** Affine layers {@code [in, out]} with ReLUs between; biases that are not given are zero. */
  private static Graph network(CourseEntry e) {
    Graph.Builder g = new Graph.Builder("fully connected");
    Value v = g.input("X", e.in("X").shape());
    for (int layer = 1; e.inputs().containsKey("W" + layer); layer++) {
      if (layer > 1) {
        v = g.node("relu" + layer, new Relu(), v);
      }
      Tensor w = e.in("W" + layer);
      String bias = "b" + layer;
      Tensor b = e.inputs().containsKey(bias) ? e.in(bias) : Tensor.zeros(w.shape().dim(1));
      v =
          g.node(
              "scores" + layer,
              new Gemm(1, 1, false, false),
              v,
              g.parameter("W" + layer, w),
              g.parameter(bias, b));
    }
    return g.build(v);
  }

  private static void scores(CourseEntry e, Backend backend, Found found) {
    NetworkChecks net = new NetworkChecks(e, backend);
    found.single("scores", net.session.forward(net.x));
  }

  private static void loss(CourseEntry e, Backend backend, Found found, double lambda) {
    NetworkChecks net = new NetworkChecks(e, backend);
    double loss = net.lossAndGradients(null, lambda);
    if (e.expected().containsKey("loss")) {
      found.single("loss", loss);
    }
    for (Value p : net.session.graph().parameters()) {
      if (e.expected().containsKey("d" + p.name())) {
        found.single("d" + p.name(), net.session.gradient(p.name()));
      }
    }
  }

  /** Loss, and gradients in the session, with a penalty {@code lambda / 2 sum w^2}. */
  private double lossAndGradients(Tensor exampleWeights, double lambda) {
    session.zeroGradients();
    Tensor scores = session.forward(x);
    Tensor cotangent = session.cotangent(session.graph().outputs().get(0).name());
    double loss =
        new SoftmaxCrossEntropy().evaluate(scores, entry.in("y"), exampleWeights, cotangent);
    session.backward();
    for (Value p : session.graph().parameters()) {
      Regularizer.l2(lambda).addTo(p.tensor(), session.gradient(p.name()));
      if (p.shape().rank() > 1) {
        for (float w : p.tensor().toArray()) {
          loss += lambda / 2 * w * w;
        }
      }
    }
    return loss;
  }

  /**
   * Each batch draws 200 examples from five with replacement, so a batch is how often each one is
   * drawn: weights of the loss.
   */
  private static void hundredSteps(CourseEntry e, Backend backend, Found found) {
    NetworkChecks net = new NetworkChecks(e, backend);
    Graph graph = net.session.graph();
    Optimizer sgd = new Sgd(0);
    sgd.attach(graph.parameters().stream().map(Value::tensor).toList());
    Tensor counts = e.in("batch_counts");
    List<Double> losses = new ArrayList<>();
    double rate = 0.1;
    for (int step = 0; step < 100; step++) {
      Tensor drawn = counts.slice(step, step + 1).reshape(Shape.of(5));
      losses.add(net.lossAndGradients(drawn, 2 * 5e-6));
      sgd.step(List.copyOf(net.session.parameterGradients().values()), rate);
      rate *= 0.95;
    }
    found.single("loss_history", losses.stream().mapToDouble(l -> l).toArray());
    found.single("final_loss", losses.get(99));
    for (Value p : graph.parameters()) {
      found.single(p.name() + "_final", p.tensor());
    }
  }
}
