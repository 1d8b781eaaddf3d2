package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.MatrixPeer;
import dev.fovea.engine.kernel.Backends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Products of matrices. The peers take their number of threads from the environment of their
 * process, so each number has a process of its own.
 */
@Command(
    name = "gemm",
    mixinStandardHelpOptions = true,
    description = "Products of matrices, beside oneDNN and OpenBLAS.")
final class GemmCommand extends Comparison {

  /** Rows and columns of the result, and the length of the sums. */
  private record Sizes(int m, int n, int k) {
    String text() {
      return "sgemm " + m + "x" + n + "x" + k;
    }

    double flops() {
      return 2.0 * m * n * k;
    }
  }

  /** Squares, and the products that convolutions of usual networks come to. */
  private static final List<Sizes> ALL =
      List.of(
          new Sizes(512, 512, 512),
          new Sizes(1024, 1024, 1024),
          new Sizes(2048, 2048, 2048),
          new Sizes(64, 3136, 576),
          new Sizes(128, 784, 1152),
          new Sizes(256, 196, 2304),
          new Sizes(512, 49, 4608),
          new Sizes(64, 12544, 147),
          new Sizes(64, 3136, 256),
          new Sizes(256, 3136, 64),
          new Sizes(512, 784, 128),
          new Sizes(128, 784, 512),
          new Sizes(1024, 196, 256),
          new Sizes(2048, 49, 512));

  private static final String PLAIN = "scalar";

  @Option(
      names = "--peers",
      split = ",",
      description = "onednn, openblas, and scalar: Fovea without the Vector module.")
  private List<String> peers = List.of("onednn", "openblas");

  @Option(names = "--only", description = "Only sizes whose name has this text in it.")
  private String only = "";

  @Override
  double usualSeconds(boolean quickly) {
    return quickly ? 0.5 : 2;
  }

  @Override
  void measure() throws IOException {
    List<String> natives = new ArrayList<>(peers);
    boolean plain = natives.remove(PLAIN);
    List<MatrixPeer> here = Peers.find(MatrixPeer.class, natives, lines());
    for (int n : threads()) {
      if (here.isEmpty() || NativeThreads.are(n)) {
        for (Sizes s : ALL) {
          if (s.text().contains(only)) {
            measure(s, here, plain, n);
          }
        }
      } else {
        report().addAll(ChildJvm.run(NativeThreads.environment(n), arguments(here, plain, n)));
      }
    }
  }

  private List<String> arguments(List<MatrixPeer> here, boolean plain, int n) {
    List<String> names = new ArrayList<>(here.stream().map(MatrixPeer::name).toList());
    if (plain) {
      names.add(PLAIN);
    }
    return choices("gemm", n, "--peers=" + String.join(",", names), "--only=" + only);
  }

  private void measure(Sizes s, List<MatrixPeer> here, boolean plain, int n) {
    float[] a = RandomValues.normal(s.m * s.k, 1);
    float[] b = RandomValues.normal(s.k * s.n, 1);
    Contender ours = FoveaMatrices.of(Backends.defaultBackend().kernels(n), s.m, s.n, s.k, a, b);
    for (MatrixPeer p : here) {
      try (Contender peer = p.open(s.m, s.n, s.k, a, b)) {
        compare(s.text(), p.name(), 1, n, s.flops(), ours, peer);
      }
    }
    if (plain) {
      Contender peer = FoveaMatrices.of(Backends.named(PLAIN).kernels(n), s.m, s.n, s.k, a, b);
      compare(s.text(), PLAIN, 1, n, s.flops(), ours, peer);
    }
  }
}
