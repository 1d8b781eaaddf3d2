package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** A network on Fovea's engine, its input filled once. */
final class FoveaNetwork implements Contender {

  private final Session session;
  private final String output;

  private FoveaNetwork(Graph runs, SessionOptions options, Tensor x) {
    session = new Session(runs, options, x.shape());
    output = runs.outputs().get(0).name();
    options.backend().upload(x, session.input(0));
  }

  /** As everything runs that asks for outputs alone. */
  static FoveaNetwork planned(Graph graph, SessionOptions options, Tensor x) {
    return new FoveaNetwork(Passes.planned(graph, options, List.of(x.shape())), options, x);
  }

  /** Node by node as the graph was built. */
  static FoveaNetwork asBuilt(Graph graph, SessionOptions options, Tensor x) {
    return new FoveaNetwork(graph, options, x);
  }

  @Override
  public void run() {
    session.forward();
  }

  @Override
  public float[] result() {
    Tensor device = session.value(output);
    Tensor host = Tensor.zeros(device.shape());
    session.options().backend().download(device, host);
    return host.array();
  }
}
