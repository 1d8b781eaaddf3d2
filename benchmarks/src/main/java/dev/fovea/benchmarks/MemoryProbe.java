package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs a model file a few times, in a process the memory of which is looked at from outside. */
public final class MemoryProbe {

  private static final int RUNS = 3;

  private MemoryProbe() {}

  /**
   * {@code fovea} or {@code onnxruntime}, model file, shape such as {@code 1x3x224x224}, number of
   * threads. Fovea's prints the bytes that are alive on the heap in the end.
   */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]);
    Shape shape = Shape.of(Arrays.stream(args[2].split("x")).mapToInt(Integer::parseInt).toArray());
    Tensor x = Tensor.zeros(shape);
    int threads = Integer.parseInt(args[3]);
    if (args[0].equals(OnnxRuntimePeer.NAME)) {
      try (Contender peer =
          new OnnxRuntimePeer().open(file.toString(), Files.readAllBytes(file), x, threads)) {
        run(peer);
      }
      return;
    }
    Graph graph = ModelFile.read(file).graph();
    SessionOptions options = SessionOptions.inference().withThreads(threads);
    FoveaNetwork ours = FoveaNetwork.planned(graph, options, x);
    run(ours);
    System.gc();
    System.out.println(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    // Not before: it is what is alive.
    ours.run();
  }

  private static void run(Contender contender) {
    for (int i = 0; i < RUNS; i++) {
      contender.run();
    }
  }
}
