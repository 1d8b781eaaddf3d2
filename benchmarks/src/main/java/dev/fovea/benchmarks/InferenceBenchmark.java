package dev.fovea.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.onnxruntime.OnnxRuntime;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Networks run forward by Fovea and by ONNX Runtime, which gets the same file, in one process and
 * in turns. A ratio of more than 1 says that Fovea is faster.
 */
@Command(name = "inference", mixinStandardHelpOptions = true)
public final class InferenceBenchmark implements Callable<Integer> {

  private static final long SEED = 3;
  private static final String ONNX_RUNTIME = "onnxruntime";
  private static final String AS_BUILT = "as-built";

  @Option(names = "--quick", description = "Few rounds: for a first look.")
  private boolean quick;

  @Option(names = "--json", description = "One JSON document on standard output.")
  private boolean json;

  @Option(
      names = "--peers",
      split = ",",
      description = "onnxruntime: gets the same file; as-built: Fovea, without any rewriting.")
  private List<String> peers = List.of(ONNX_RUNTIME);

  @Option(names = "--networks", split = ",", description = "Names; all, if none is given.")
  private List<String> networks = Arrays.stream(Network.values()).map(Network::text).toList();

  @Option(names = "--batches", split = ",", description = "Images at a time.")
  private List<Integer> batches = List.of(1, 8);

  @Option(names = "--threads", split = ",", description = "Numbers of threads.")
  private List<Integer> threads = List.of(1, 2);

  private final ObjectMapper mapper = new ObjectMapper();
  private final ArrayNode results = mapper.createArrayNode();

  /** The command line. */
  public static void main(String[] args) {
    int code = new CommandLine(new InferenceBenchmark()).execute(args);
    if (code != 0) {
      throw new IllegalStateException("failed with " + code);
    }
  }

  @Override
  public Integer call() throws IOException {
    for (String name : networks) {
      Network network = Network.named(name);
      Graph graph = network.build();
      byte[] file = new ModelFile(graph, null).toBytes();
      for (int batch : batches) {
        for (int n : threads) {
          for (String peer : peers) {
            compare(network, graph, file, batch, n, peer);
          }
        }
      }
    }
    if (json) {
      ObjectNode document = mapper.createObjectNode();
      document.put("machine", Machine.description());
      document.set("results", results);
      System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }
    return 0;
  }

  private void compare(Network network, Graph graph, byte[] file, int batch, int n, String name)
      throws IOException {
    Tensor x = Tensor.zeros(network.input(batch));
    Random random = new Random(SEED);
    for (int i = 0; i < x.size(); i++) {
      x.array()[i] = (float) random.nextGaussian();
    }
    SessionOptions options = SessionOptions.inference().withThreads(n);
    SessionPool ours = Passes.open(graph, options);
    try (Inference peer = peer(name, graph, options, file)) {
      requireAgreement(network, ours.forward(x).get(0), peer.forward(x).get(0));
      SideBySide.Result r =
          new SideBySide(quick ? 2 : 10, quick ? 3 : 9)
              .measure(() -> ours.forward(x), () -> peer.forward(x));
      report(network, batch, n, name, r);
    }
  }

  private static Inference peer(String name, Graph graph, SessionOptions options, byte[] file)
      throws IOException {
    return switch (name) {
      case ONNX_RUNTIME -> new OnnxRuntime().open(file, graph.name(), options.threads());
      case AS_BUILT -> new SessionPool(graph, options);
      default ->
          throw new IllegalArgumentException(
              "peer '" + name + "': expected " + ONNX_RUNTIME + " or " + AS_BUILT);
    };
  }

  /** A fast wrong answer is none. */
  private static void requireAgreement(Network network, Tensor found, Tensor expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.get(i)));
      difference = Math.max(difference, Math.abs(expected.get(i) - found.get(i)));
    }
    if (!(difference <= 1e-3 * largest)) {
      throw new IllegalStateException(
          network.text()
              + ": found a difference of "
              + difference
              + " from the peer, expected at most a thousandth of "
              + largest);
    }
  }

  private void report(Network network, int batch, int n, String peer, SideBySide.Result r) {
    System.err.printf(
        "%-14s batch %d, %d thread(s): ours %8.2f ms, %s %8.2f ms, ratio %.2f +- %.2f%n",
        network.text(), batch, n, r.ours(), peer, r.peer(), r.ratio(), r.spread());
    results
        .addObject()
        .put("model", network.text())
        .put("peer", peer)
        .put("batch", batch)
        .put("threads", n)
        .put("jdk", Runtime.version().feature())
        .put("ours_ms", r.ours())
        .put("peer_ms", r.peer())
        .put("ratio", r.ratio())
        .put("spread", r.spread());
  }
}
