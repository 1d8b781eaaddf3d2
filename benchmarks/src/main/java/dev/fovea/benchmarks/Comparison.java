package dev.fovea.benchmarks;

import dev.fovea.benchmarks.peer.Contender;
import dev.fovea.benchmarks.peer.NetworkPeer;
import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands that measure Fovea beside others have in common. */
abstract class Comparison implements Callable<Integer> {

  @Option(names = "--quick", description = "Short: less than two minutes, for a first look.")
  private boolean quick;

  @Option(names = "--json", description = "One JSON document on standard output.")
  private boolean json;

  @Option(names = "--threads", split = ",", description = "Numbers of threads (${DEFAULT-VALUE}).")
  private List<Integer> threads = List.of(1, 2);

  @Option(
      names = "--seconds",
      description = "How long each comparison gets warm, and is measured, about.")
  private Double seconds;

  @Option(names = "--part", hidden = true, description = "Another process sums up.")
  private boolean part;

  @Spec private CommandSpec spec;

  private final Report report = new Report();

  /** Measures, and adds what it finds to the {@link #report}. */
  abstract void measure() throws IOException;

  /** How long a comparison takes, twice, if nothing is said. */
  abstract double usualSeconds(boolean quickly);

  @Override
  public Integer call() throws IOException {
    measure();
    if (!part) {
      report.summarize(lines());
    }
    if (json) {
      spec.commandLine().getOut().println(report.json());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  boolean quick() {
    return quick;
  }

  /** Those that were asked for, or the usual ones. */
  List<Integer> batches(List<Integer> asked) {
    List<Integer> usual = quick ? List.of(1) : List.of(1, 8);
    return asked.isEmpty() ? usual : asked;
  }

  List<Integer> threads() {
    return threads;
  }

  Report report() {
    return report;
  }

  /** Where lines for people go: not to standard output, which may be for JSON. */
  PrintWriter lines() {
    return spec.commandLine().getErr();
  }

  /**
   * Measures the planned network beside peers that get the same file. Those that cannot open it are
   * left out with a line.
   */
  void compare(
      String model, Graph graph, byte[] file, Tensor x, int n, List<? extends NetworkPeer> peers) {
    double flops = Flops.of(graph, graph.inferShapes(List.of(x.shape())));
    int batch = x.shape().dim(0);
    FoveaNetwork ours = FoveaNetwork.planned(graph, SessionOptions.inference().withThreads(n), x);
    for (NetworkPeer p : peers) {
      try (Contender peer = p.open(model, file, x, n)) {
        if (p.sameWeights()) {
          compare(model, p.name(), batch, n, flops, ours, peer);
        } else {
          compareUnequal(model, p.name(), batch, n, flops, ours, peer);
        }
      } catch (IOException e) {
        lines().println(p.name() + " is left out: " + e.getMessage());
      }
    }
  }

  /** Measures two sides that have to agree, and reports what came out. */
  void compare(
      String model,
      String peerName,
      int batch,
      int n,
      double flops,
      Contender ours,
      Contender peer) {
    ours.run();
    peer.run();
    Agreement.require(model + " beside " + peerName, ours.result(), peer.result());
    compareUnequal(model, peerName, batch, n, flops, ours, peer);
  }

  /** Measures two sides whose results cannot be the same, and reports what came out. */
  void compareUnequal(
      String model,
      String peerName,
      int batch,
      int n,
      double flops,
      Contender ours,
      Contender peer) {
    SideBySide measurement =
        new SideBySide(seconds == null ? usualSeconds(quick) : seconds, quick ? 3 : 9);
    report.add(model, peerName, batch, n, measurement.measure(ours, peer), flops, lines());
  }

  /** A command with these choices, for a {@link ChildJvm} that measures a part of the whole. */
  List<String> choices(String command, int n, String... others) {
    List<String> all = new ArrayList<>(List.of(command, "--json", "--part", "--threads=" + n));
    if (quick) {
      all.add("--quick");
    }
    if (seconds != null) {
      all.add("--seconds=" + seconds);
    }
    all.addAll(List.of(others));
    return all;
  }
}
