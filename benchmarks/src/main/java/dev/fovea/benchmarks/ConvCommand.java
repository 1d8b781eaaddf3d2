package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.NetworkPeer;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Single convolutions, each as a file of one node. */
@Command(
    name = "conv",
    mixinStandardHelpOptions = true,
    description = "Forty single convolutions, beside ONNX Runtime and OpenCV.")
final class ConvCommand extends Comparison {

  @Option(names = "--peers", split = ",", description = "onnxruntime, opencv: get the same file.")
  private List<String> peers = List.of(OnnxRuntimePeer.NAME);

  @Option(names = "--only", description = "Only convolutions whose name has this text in it.")
  private String only = "";

  @Option(names = "--batches", split = ",", description = "Images at a time (quick: 1, else 1,8).")
  private List<Integer> batches = List.of();

  @Override
  double usualSeconds(boolean quickly) {
    return quickly ? 0.3 : 1;
  }

  @Override
  void measure() throws IOException {
    List<NetworkPeer> here = Peers.find(NetworkPeer.class, peers, lines());
    for (ConvShape shape : ConvShape.ALL) {
      if (!shape.text().contains(only)) {
        continue;
      }
      Graph graph = shape.graph();
      byte[] file = new ModelFile(graph, null).toBytes();
      for (int batch : batches(batches)) {
        Tensor x = RandomValues.normal(shape.input(batch), 1);
        for (int n : threads()) {
          compare(shape.text(), graph, file, x, n, here);
        }
      }
    }
  }
}
