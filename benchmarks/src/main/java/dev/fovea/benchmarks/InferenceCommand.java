package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.NetworkPeer;
import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Networks run forward by Fovea and by others, which get the same file. */
@Command(
    name = "inference",
    mixinStandardHelpOptions = true,
    description = "Whole networks, beside ONNX Runtime, OpenCV, PyTorch, or Fovea itself.")
final class InferenceCommand extends Comparison {

  private static final String AS_BUILT = "as-built";
  private static final String PLAIN = "scalar";

  @Option(
      names = "--peers",
      split = ",",
      description =
          "onnxruntime and opencv: get the same file; pytorch: builds the same network;"
              + " as-built: Fovea, without any rewriting; scalar: Fovea without the Vector module.")
  private List<String> peers = List.of(OnnxRuntimePeer.NAME);

  @Option(names = "--networks", split = ",", description = "Names; all, if none is given.")
  private List<String> networks = Arrays.stream(Network.values()).map(Network::text).toList();

  @Option(names = "--batches", split = ",", description = "Images at a time (quick: 1, else 1,8).")
  private List<Integer> batches = List.of();

  @Override
  double usualSeconds(boolean quickly) {
    return quickly ? 1.2 : 6;
  }

  @Override
  void measure() throws IOException {
    List<String> others = new ArrayList<>(peers);
    others.removeAll(List.of(AS_BUILT, PLAIN));
    List<NetworkPeer> here = Peers.find(NetworkPeer.class, others, lines());
    for (String name : networks) {
      Network network = Network.named(name);
      Graph graph = network.build();
      byte[] file = new ModelFile(graph, null).toBytes();
      for (int batch : batches(batches)) {
        for (int n : threads()) {
          measure(network, graph, file, batch, n, here);
        }
      }
    }
  }

  private void measure(
      Network network, Graph graph, byte[] file, int batch, int n, List<NetworkPeer> here) {
    Tensor x = RandomValues.normal(network.input(batch), 1);
    double flops = Flops.of(graph, graph.inferShapes(List.of(x.shape())));
    SessionOptions options = SessionOptions.inference().withThreads(n);
    compare(network.text(), graph, file, x, n, here);
    if (!peers.contains(AS_BUILT) && !peers.contains(PLAIN)) {
      return;
    }
    FoveaNetwork ours = FoveaNetwork.planned(graph, options, x);
    if (peers.contains(AS_BUILT)) {
      FoveaNetwork peer = FoveaNetwork.asBuilt(graph, options, x);
      compare(network.text(), AS_BUILT, batch, n, flops, ours, peer);
    }
    if (peers.contains(PLAIN)) {
      FoveaNetwork peer = FoveaNetwork.planned(graph, options.on(Backends.named(PLAIN)), x);
      compare(network.text(), PLAIN, batch, n, flops, ours, peer);
    }
  }
}
