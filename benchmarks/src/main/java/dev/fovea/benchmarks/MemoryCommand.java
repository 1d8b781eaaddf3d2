package dev.fovea.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.PlannedMemory;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Memory of networks that run forward: what was planned, what is alive on the heap afterwards, and
 * the peak of the process, beside that of ONNX Runtime in a process of the same Java.
 */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description = "Memory of networks as planned and as found, beside ONNX Runtime.")
final class MemoryCommand implements Callable<Integer> {

  @Option(names = "--quick", description = "Batches of one image only.")
  private boolean quick;

  @Option(names = "--json", description = "One JSON document on standard output.")
  private boolean json;

  @Option(names = "--networks", split = ",", description = "Names; all, if none is given.")
  private List<String> networks = Arrays.stream(Network.values()).map(Network::text).toList();

  @Option(names = "--threads", description = "Number of threads (${DEFAULT-VALUE}).")
  private int threads = 2;

  @Spec private CommandSpec spec;

  private final ObjectMapper mapper = new ObjectMapper();
  private final ArrayNode results = mapper.createArrayNode();

  @Override
  public Integer call() throws IOException {
    for (String name : networks) {
      Network network = Network.named(name);
      Graph graph = network.build();
      Path file = Files.createTempFile("fovea-memory", ".onnx");
      try {
        new ModelFile(graph, null).write(file);
        for (int batch : quick ? List.of(1) : List.of(1, 8)) {
          measure(network, graph, file, batch);
        }
      } finally {
        Files.delete(file);
      }
    }
    if (json) {
      ObjectNode document = mapper.createObjectNode();
      document.put("machine", Machine.description());
      document.set("results", results);
      PrintWriter out = spec.commandLine().getOut();
      out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document));
      out.flush();
    }
    return 0;
  }

  private void measure(Network network, Graph graph, Path file, int batch) throws IOException {
    Shape input = network.input(batch);
    double planned = mebibytes(planned(graph, input));
    TimedProcess ours = probe("fovea", file, input);
    TimedProcess peer = probe(OnnxRuntimePeer.NAME, file, input);
    double alive = mebibytes(Long.parseLong(ours.output().strip()));
    double oursPeak = mebibytes(ours.peakBytes());
    double peersPeak = mebibytes(peer.peakBytes());
    PrintWriter lines = spec.commandLine().getErr();
    lines.printf(
        "%-14s batch %d: planned %7.1f MiB, alive on the heap %7.1f MiB, process %7.1f MiB,"
            + " %s %7.1f MiB%n",
        network.text(), batch, planned, alive, oursPeak, OnnxRuntimePeer.NAME, peersPeak);
    lines.flush();
    results
        .addObject()
        .put("model", network.text())
        .put("peer", OnnxRuntimePeer.NAME)
        .put("batch", batch)
        .put("threads", threads)
        .put("jdk", Runtime.version().feature())
        .put("planned_mib", planned)
        .put("alive_mib", alive)
        .put("ours_mib", oursPeak)
        .put("peer_mib", peersPeak);
  }

  /** Weights as they were read, what they are packed into, and activations. */
  private long planned(Graph graph, Shape input) {
    SessionOptions options = SessionOptions.inference().withThreads(threads);
    Graph runs = Passes.planned(graph, options, List.of(input));
    PlannedMemory memory = Session.planned(runs, options, List.of(input));
    Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
    Stream.of(graph, runs)
        .flatMap(g -> g.values().stream())
        .map(Value::tensor)
        .filter(t -> t != null)
        .forEach(tensors::add);
    return memory.activationBytes()
        + tensors.stream().mapToLong(t -> (long) Float.BYTES * t.size()).sum();
  }

  private TimedProcess probe(String side, Path file, Shape input) throws IOException {
    String shape =
        IntStream.of(input.toArray()).mapToObj(String::valueOf).collect(Collectors.joining("x"));
    List<String> options =
        side.equals(OnnxRuntimePeer.NAME)
            ? List.of()
            : List.of("--add-modules=jdk.incubator.vector", "-XX:+UseG1GC");
    return TimedProcess.run(
        ChildJvm.command(
            options, MemoryProbe.class, side, file.toString(), shape, String.valueOf(threads)),
        ChildJvm.classPath());
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
